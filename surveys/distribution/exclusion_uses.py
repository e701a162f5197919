"""Where an exclusion list is used: what would mail the people on it, were it deleted."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from feedback_site.access.models import User
from surveys.distribution.audience import Audience
from surveys.distribution.audience_models import ExclusionList, SavedAudience
from surveys.distribution.models import Distribution
from surveys.distribution.schedule_models import Schedule


@dataclass(frozen=True)
class Use:
    """One row whose audience leaves out who stands on the list; without `url` it is somebody else's alone."""

    kind: Any
    name: str
    url: str = ""
    owner: str = ""


def uses_of(chosen: ExclusionList, user: User) -> list[Use]:
    """Schedules (a stopped one may go on), saved audiences, and distributions that are yet to be confirmed; three queries."""
    schedules = leaving_out(chosen, Schedule.objects.order_by("name", "pk"))
    audiences = leaving_out(chosen, SavedAudience.objects.select_related("created_by"))
    prepared = leaving_out(chosen, Distribution.objects.filter(state=Distribution.State.PREPARED).order_by("name", "pk"))
    return [
        *(Use(_("Schedule"), row.name, reverse("distribution:schedule", args=[row.pk])) for row in schedules),
        *(of_audience(row, user) for row in audiences),
        *(Use(_("Prepared distribution"), row.name, reverse("distribution:edit", args=[row.pk])) for row in prepared),
    ]


def of_audience(saved: SavedAudience, user: User) -> Use:
    """Only its owner may change an audience, and see one that is not shared."""
    is_own = saved.created_by_id == user.pk
    return Use(
        _("Saved audience"),
        saved.name if is_own or saved.is_shared else "",
        reverse("distribution:audience", args=[saved.pk]) if is_own else "",
        "" if is_own else str(saved.created_by),
    )


def leaving_out(chosen: ExclusionList, rows: "QuerySet[Any]") -> Iterator[Any]:
    """Those of `rows` whose audience names the list. The ids stand within JSON, in which not every database can look."""
    return (row for row in rows if chosen.pk in Audience.from_json(row.audience).exclusion_lists)
