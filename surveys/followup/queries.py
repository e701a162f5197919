"""Reads of follow-up, named for their use."""

from django.db.models import F, QuerySet

from feedback_site.access.models import User
from feedback_site.access.permissions import HANDLES_FEEDBACK
from surveys.customers.models import Account
from surveys.followup.alert_models import Alert

MOST_COUNTED = 99


def alerts_for_list(user: User) -> "QuerySet[Alert]":
    """Newest first, with what a row of the list links to."""
    rows = Alert.objects.visible_to(user).select_related("account", "contact", "distribution", "user", "seen_by")
    return rows.order_by("-created_at", "-pk")


def alerts_of_account(account: Account, user: User) -> "QuerySet[Alert]":
    """The same of one account: those that nobody has seen yet come first."""
    return alerts_for_list(user).filter(account=account).order_by(F("seen_at").desc(nulls_first=True), "-created_at", "-pk")


def unseen_count(user: User) -> int:
    """How many alerts wait for `user`, counted no further than one beyond MOST_COUNTED.

    For those who only look on none does: they can not mark any as seen.
    """
    if not user.has_role(*HANDLES_FEEDBACK):
        return 0
    return Alert.objects.visible_to(user).unseen().order_by()[: MOST_COUNTED + 1].count()
