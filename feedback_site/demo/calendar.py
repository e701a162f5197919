"""The days of the simulation: full quarters, then the complete months of the current one."""

from dataclasses import dataclass
from datetime import date, timedelta

from analytics.linkage.filters import quarter_of, shifted
from feedback_site.demo.truth import FULL_QUARTERS

WAVE_DAY = 40  # a wave goes out on this day of its quarter
PAUSE = 31  # days since the last question that every demo contact is left alone
FRESH_DAYS = 12  # how long ago the latest wave went out


@dataclass(frozen=True)
class Calendar:
    """Counted from `today`: quarter 0 is the first simulated one, the current quarter has number FULL_QUARTERS."""

    today: date

    @property
    def first(self) -> date:
        return shifted(quarter_of(self.today), -FULL_QUARTERS)

    @property
    def months(self) -> list[date]:
        """First days of the complete months from `first` on."""
        found, month = [], self.first
        while _next_month(month) <= self.today:
            found.append(month)
            month = _next_month(month)
        return found

    def quarter(self, number: int) -> date:
        return shifted(self.first, number)

    def number_of(self, day: date) -> int:
        quarter = quarter_of(day)
        return (quarter.year - self.first.year) * 4 + (quarter.month - self.first.month) // 3

    def last_day(self, number: int) -> date:
        return self.quarter(number + 1) - timedelta(days=1)

    @property
    def waves(self) -> list[date]:
        """When each full quarter's contacts were asked."""
        return [self.quarter(number) + timedelta(days=WAVE_DAY) for number in range(FULL_QUARTERS)]

    @property
    def fresh_wave(self) -> date:
        return self.today - timedelta(days=FRESH_DAYS)


def _next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
