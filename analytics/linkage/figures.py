"""A figure as it travels from the computation to a page: value, n, interval, or the reason why there is none."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Figure:
    """One number of a report. `value` is None where it can not be computed honestly, and `reason` says why; never 0 instead.

    `kpi` is a key of `analytics.sales.kpis.KPIS`, which knows unit, formula and explanation. `n` counts
    what the value was computed from, in `n_unit` ("responses", "accounts", "opportunities", …).
    `low` and `high` bound the 95 % interval. `p` and `q` (Benjamini–Hochberg) belong to associations.
    """

    kpi: str
    value: Decimal | float | None
    n: int
    n_unit: str
    low: float | None = None
    high: float | None = None
    p: float | None = None
    q: float | None = None
    reason: str = ""
    note: str = ""


@dataclass(frozen=True)
class ReportRow:
    """The figures of one segment or region, or of all (`key` "total"). Sorts under its label."""

    key: str
    label: str
    figures: dict[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True)
class AccountPoint:
    """One account in the report, as it is now; None stands for what is not known.

    A silent one (no answer in the window) has `score` None and band "silent"; one with fewer responses than were
    asked for has `score` None and no band. `growth` is in %, against the preceding window; `before` and `now` are the
    revenue of that window and of the full quarters of this one, None where there was no revenue in either or where some
    of it has no exchange rate. `revenue` leaves out entries without an exchange rate; where there are any `is_converted` is
    False. `growth_score` and `next_growth` are the means, over the quarters that have both, of the score and of the
    midpoint growth of revenue from that quarter to the next.
    """

    account_id: int
    name: str
    segment: str
    region: str
    score: float | None
    responses: int
    revenue: Decimal | None
    growth: float | None
    band: str
    group: str = ""
    before: Decimal | None = None
    now: Decimal | None = None
    is_converted: bool = True
    profit: Decimal | None = None
    growth_score: float | None = None
    next_growth: float | None = None
    is_new: bool = False
    is_simulated: bool = False
    campaign: tuple[int, str] | None = None  # key and name, where a campaign won it in the window


@dataclass(frozen=True)
class AccountLife:
    """How long one account has been a customer: `quarters` from that of its first payment on; `ended` where it has left."""

    account_id: int
    name: str
    segment: str
    region: str
    group: str
    first_paid: date
    quarters: int
    ended: bool
    is_simulated: bool = False


@dataclass(frozen=True)
class QuarterPoint:
    """One quarter of the time line; `quarter` is its first day."""

    quarter: date
    satisfaction: Figure
    revenue: Figure


def missing(kpi: str, n: int, n_unit: str, reason: str) -> Figure:
    """A figure that can not be computed, with the reason."""
    return Figure(kpi=kpi, value=None, n=n, n_unit=n_unit, reason=reason)


def keyed(figures: Iterable[Figure]) -> dict[str, Figure]:
    return {figure.kpi: figure for figure in figures}
