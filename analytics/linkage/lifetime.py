"""What an account is worth over its life: survival from the books, margin from the window."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _

from analytics.linkage.figures import Figure, missing
from analytics.linkage.filters import ReportFilters, last_day, organisation_today, quarter_of, shifted
from analytics.linkage.panel import AccountPanel
from analytics.statistics.clv import customer_lifetime_value, rate_per_period
from analytics.statistics.survival import SurvivalCurve, kaplan_meier


@dataclass(frozen=True)
class Life:
    """How many quarters an account was a customer, and whether that has ended."""

    quarters: int
    ended: bool


def life(account: AccountPanel, as_of: date) -> Life | None:
    """From its first paid quarter on; None before. Only what was known on `as_of` counts.

    It has ended on the day entered for that, or when no revenue came for the segment's inactivity window.
    """
    paid = [quarter for quarter in account.paid_quarters if quarter <= as_of]
    if not paid:
        return None
    if account.ended_on and account.ended_on <= as_of:
        return Life(max(1, quarters_from(paid[0], account.ended_on)), ended=True)
    last = last_day(paid[-1])
    if last + timedelta(days=account.inactivity_days) < as_of:
        return Life(quarters_from(paid[0], last), ended=True)
    return Life(quarters_from(paid[0], as_of), ended=False)


def quarters_from(first: date, until: date) -> int:
    """How many quarters from that of `first` to that of `until`, both included."""
    start, end = quarter_of(first), quarter_of(until)
    return (end.year - start.year) * 4 + (end.month - start.month) // 3 + 1


def clv_figure(accounts: Sequence[AccountPanel], filters: ReportFilters) -> Figure:
    """n are the lives that the survival curve was drawn from; the interval is that of survival, at the margin of the window."""
    as_of = min(last_day(filters.last), organisation_today())
    lives = [found for account in accounts if (found := life(account, as_of)) is not None]
    n = len(lives)
    if n < settings.LEAST_ACCOUNTS:
        return missing("clv", n, "accounts", _("too few accounts: %(n)s of %(least)s needed") % {"n": n, "least": settings.LEAST_ACCOUNTS})
    margin = margin_per_quarter(accounts, filters)
    if isinstance(margin, str):
        return missing("clv", n, "accounts", margin)
    curve = kaplan_meier([one.quarters for one in lives], [one.ended for one in lives])
    assert curve is not None
    ahead = np.arange(1, settings.CLV_HORIZON_QUARTERS + 1)
    value, low, high = (worth(margin, shares) for shares in survival_ahead(curve, ahead))
    if not curve.events:  # whoever stayed so far says nothing of how many will
        return Figure("clv", value, n, "accounts", note=_("no account was lost so far: taken as if none ever were"))
    return Figure("clv", value, n, "accounts", low=low, high=high, note=assumptions(curve))


def quarters_as_customer(account: AccountPanel, quarters: Sequence[date]) -> int:
    """In how many of `quarters` it was a customer: from its first paid quarter to its end, whether or not it paid in each."""
    paid = account.paid_quarters
    found = life(account, last_day(quarters[-1])) if quarters else None
    if found is None:
        return 0
    return sum(paid[0] <= quarter < shifted(paid[0], found.quarters) for quarter in quarters)


def margin_per_quarter(accounts: Sequence[AccountPanel], filters: ReportFilters) -> Decimal | str:
    """Gross profit per account and quarter as a customer in the window, or the reason why it is not known.

    Quarters without an invoice count too: an account that is billed once a year is worth a quarter of the bill in each.
    """
    full = filters.full_quarters
    cells = [account.money[quarter] for account in accounts for quarter in full if quarter in account.money]
    if not any(cell.revenue > 0 for cell in cells):
        return _("no revenue in a full quarter of the period")
    if any(cell.cost is None for cell in cells):
        return _("the cost of revenue is not known for every entry")
    profit = sum((cell.revenue - (cell.cost or Decimal(0)) for cell in cells), Decimal(0))
    return profit / sum(quarters_as_customer(account, full) for account in accounts)


def survival_ahead(curve: SurvivalCurve, ahead: np.ndarray) -> list[np.ndarray]:
    """S(t), and the ends of its interval; where no interval is defined (before the first loss), S(t) itself."""
    position = np.maximum(np.searchsorted(curve.times, ahead.astype(float), side="right") - 1, 0)
    value = curve.survival[position]
    return [value, *(np.where(np.isnan(end[position]), value, end[position]) for end in (curve.low, curve.high))]


def worth(margin: Decimal, shares: np.ndarray) -> float:
    return customer_lifetime_value(float(margin), shares, rate_per_period(settings.ANNUAL_DISCOUNT_RATE))


def assumptions(curve: SurvivalCurve) -> str:
    """What this figure takes for granted beyond what all do."""
    if curve.last >= settings.CLV_HORIZON_QUARTERS:
        return ""
    return _("nobody was watched beyond quarter %(last)s: survival is taken as it was then") % {"last": int(curve.last)}
