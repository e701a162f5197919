"""What a report is asked about, and the quarters that it covers."""

from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from surveys.authoring.models import Survey


@dataclass(frozen=True)
class ReportFilters:
    """One survey over the quarters from `first` to `last` (first days of quarters, both included)."""

    survey: Survey
    first: date
    last: date
    by: Literal["segment", "region"] = "segment"
    segment_id: int | None = None
    region: str = ""
    least_responses: int = 1

    def __post_init__(self) -> None:
        if quarter_of(self.first) != self.first or quarter_of(self.last) != self.last:
            raise ValueError("first and last must be first days of quarters")
        if self.last < self.first:
            raise ValueError("last lies before first")
        if self.by not in ("segment", "region"):
            raise ValueError("by must be 'segment' or 'region'")

    @property
    def quarters(self) -> list[date]:
        return quarters_between(self.first, self.last)

    @property
    def end(self) -> date:
        """The day after the window."""
        return shifted(self.last, 1)

    @property
    def full_quarters(self) -> list[date]:
        """Those of the window that have ended: an unfinished one can not be compared with any other."""
        today = organisation_today()
        return [quarter for quarter in self.quarters if shifted(quarter, 1) <= today]

    @property
    def quarters_before(self) -> list[date]:
        """As many quarters before the window as it has full ones."""
        count = len(self.full_quarters)
        return [shifted(self.first, -back) for back in range(count, 0, -1)]


def organisation_today() -> date:
    """The day that it is where the organisation is."""
    return timezone.now().astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def quarter_of(day: date) -> date:
    """The first day of the calendar quarter of `day`."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def shifted(quarter: date, by: int) -> date:
    """The first day of the quarter that lies `by` quarters after `quarter` (before, if negative), as far as the calendar goes."""
    months = min(max(quarter.year * 12 + quarter.month - 1 + 3 * by, MINYEAR * 12), MAXYEAR * 12 + 9)
    return date(months // 12, months % 12 + 1, 1)


def quarters_between(first: date, last: date) -> list[date]:
    """The first days of all quarters from that of `first` to that of `last`, both included."""
    found = [quarter_of(first)] if quarter_of(first) <= last else []
    while found and found[-1] < (following := shifted(found[-1], 1)) <= last:
        found.append(following)
    return found


def last_day(quarter: date) -> date:
    return shifted(quarter, 1) - timedelta(days=1)
