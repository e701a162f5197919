"""What every page shares: the navigation by role, the first page by role, and the brand."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language_bidi, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from feedback_site.access import permissions
from feedback_site.access.models import Role, User
from surveys.followup.queries import MOST_COUNTED, unseen_count


@dataclass(frozen=True)
class Page:
    """An entry of the navigation, for those whose role it is."""

    view: str
    name: Any
    icon: str
    roles: tuple[str, ...] = permissions.EVERYONE
    below: tuple[str, ...] = ()  # pages that are reached from it, where they do not belong to the first page of their folder
    waiting: Callable[[User], int] | None = None  # how many things wait there for a user


FEEDBACK = ("reports:response", "reports:disagreements", "reports:quality", "reports:check")
THEMES = tuple(f"themes:{page}" for page in ("list", "theme", "add", "merge", "split", "archive", "delete", "suggestions", "accept"))
PAGES = (
    Page("reports:satisfaction_revenue", _("Satisfaction and revenue"), "graph-up-arrow"),
    Page("reports:feedback", _("Feedback"), "chat-left-text", below=FEEDBACK),
    Page("reports:themes", _("Themes"), "tags", below=THEMES),
    Page("followup:alerts", _("Alerts"), "bell", waiting=unseen_count),
    Page("reports:results_list", _("Survey results"), "bar-chart-line", below=("reports:results",)),
    Page("collection:team_surveys", _("Asked of you"), "clipboard-check", permissions.SELLS),
    Page("customers:accounts", pgettext_lazy("customer", "Accounts"), "building"),
    Page("customers:contacts", _("Contacts"), "person-lines-fill"),
    Page("customers:segments", _("Segments"), "pie-chart", permissions.MANAGES_CUSTOMERS),
    Page("authoring:surveys", _("Surveys"), "ui-radios", permissions.MANAGES_SURVEYS),
    Page("distribution:list", _("Distributions"), "send", permissions.MANAGES_SURVEYS),
    Page("text:engines", _("Text analysis"), "translate", permissions.MANAGES_SURVEYS),
    Page("sales:opportunities", pgettext_lazy("navigation", "Sales"), "cash-coin"),
    Page("imports:list", _("Imports"), "upload", permissions.IMPORTS),
    Page("access:users", _("Users"), "people", permissions.MANAGES_USERS),
    Page("access:audit", _("Audit log"), "clock-history", permissions.MANAGES_USERS),
)
MAILBOX = Page("distribution:mailbox", _("Mailbox"), "envelope-open", permissions.MANAGES_SURVEYS, below=("distribution:mail",))
READS_FEEDBACK_FIRST = (Role.ACCOUNT_MANAGER, Role.TEAM_LEAD)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The pages that the user's role may open; `current` marks the one that is open.

    What waits is counted when a page shows its navigation, and not for the fragments that take its place in parts.
    """
    pages = PAGES + ((MAILBOX,) if settings.MAILBOX_DIR else ())
    match = request.resolver_match
    here = f"{match.namespace}:{match.url_name}" if match else ""
    return [
        {
            "url": reverse(page.view),
            "name": page.name,
            "icon": page.icon,
            "current": is_current(page, here),
            "waiting": partial(page.waiting, request.user) if page.waiting else 0,  # type: ignore[arg-type]
        }
        for page in pages
        if request.user.has_role(*page.roles)  # type: ignore[union-attr]
    ]


def is_current(entry: Page, here: str) -> bool:
    """Whether `here` belongs to the entry: the same page, one below it, or one of its folder that belongs to no other entry."""
    if here in (entry.view, *entry.below):
        return True
    of_others = {view for page in (*PAGES, MAILBOX) for view in (page.view, *page.below)}
    folder = entry.view.split(":")[0]
    first_of_folder = next(page for page in (*PAGES, MAILBOX) if page.view.split(":")[0] == folder)
    return here not in of_others and entry == first_of_folder and here.split(":")[0] == folder


def context(request: HttpRequest) -> dict[str, Any]:
    """What base.html needs."""
    user = getattr(request, "user", None)
    return {
        "organisation": settings.ORGANISATION_NAME,
        "is_embedded": settings.EMBEDDED,
        "right_to_left": get_language_bidi(),
        "navigation": navigation(request) if user and user.is_authenticated else [],
        "most_counted": MOST_COUNTED,
    }


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Account managers begin with what their customers said, everybody else with the report."""
    first = "reports:feedback" if request.user.has_role(*READS_FEEDBACK_FIRST) else "reports:satisfaction_revenue"  # type: ignore[union-attr]
    return redirect(first)
