"""What the report on themes is asked about, and the months that it covers."""

from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from typing import Literal

from analytics.linkage.filters import quarter_of
from surveys.authoring.models import Survey

QUARTER: Literal[3] = 3  # months
Measure = Literal["impact", "negative"]


@dataclass(frozen=True)
class ThemeFilters:
    """One survey over `months` months up to `last` (the first day of a month), by steps of one month or of three.

    `parent` narrows to the themes that are part of it; `measure` is what the table of segments shows.
    """

    survey: Survey
    last: date
    months: int
    step: Literal[1, 3] = 1
    segment_id: int | None = None
    region: str = ""
    parent_id: int | None = None
    measure: Measure = "impact"

    def __post_init__(self) -> None:
        if self.last.day != 1 or self.months < 1 or self.months % self.step:
            raise ValueError("a period is so many whole months, or quarters, up to a month")

    @property
    def first(self) -> date:
        """The first month; by quarters, that of the first quarter, so that every step is a whole one but the last."""
        last = quarter_of(self.last) if self.step == QUARTER else self.last
        return month_after(last, self.step - self.months)

    @property
    def end(self) -> date:
        """The month after the period."""
        return month_after(self.last, 1)

    @property
    def before(self) -> date:
        """The first month of the period of the same length before."""
        return month_after(self.first, -self.months)

    @property
    def steps(self) -> list[date]:
        """The first days of the months, or quarters, of the period."""
        return [month_after(self.first, by) for by in range(0, self.months, self.step)]


def month_after(month: date, by: int) -> date:
    """The first day of the month `by` months after that of `month` (before, if negative), as far as the calendar goes."""
    number = min(max(month.year * 12 + month.month - 1 + by, MINYEAR * 12), MAXYEAR * 12 + 11)
    return date(number // 12, number % 12 + 1, 1)
