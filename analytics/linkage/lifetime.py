"""What an account is worth over its life: survival from the books, margin from the window."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.linkage.figures import AccountLife, Figure, missing
from analytics.linkage.filters import ReportFilters, last_day, organisation_today, quarter_of, shifted
from analytics.linkage.panel import AccountPanel
from analytics.statistics.clv import customer_lifetime_value, rate_per_period
from analytics.statistics.survival import SurvivalCurve, kaplan_meier

COST_UNKNOWN = gettext_lazy("cost or exchange rate is not known for every entry")


def lives_of(accounts: Iterable[AccountPanel], filters: ReportFilters) -> list[AccountLife]:
    """The accounts that ever paid, as known at the end of the window or today, by name."""
    as_of = min(last_day(filters.last), organisation_today())
    found = [one for account in accounts if (one := life(account, as_of)) is not None]
    return sorted(found, key=lambda one: (one.name, one.account_id))


def life(account: AccountPanel, as_of: date) -> AccountLife | None:
    """From its first paid quarter on; None before. Only what was known on `as_of` counts.

    It has ended on the day entered for that, or when no revenue came for the segment's inactivity window.
    """
    paid = [quarter for quarter in account.paid_quarters if quarter <= as_of]
    if not paid or account.account_id is None:
        return None
    until, ended = end_of(account, paid[-1], as_of)
    return AccountLife(
        account_id=account.account_id,
        name=account.name,
        segment=account.segment,
        region=account.region,
        group=account.group,
        first_paid=paid[0],
        quarters=max(1, quarters_from(paid[0], until)),
        ended=ended,
        is_simulated=account.is_simulated,
    )


def end_of(account: AccountPanel, last_paid: date, as_of: date) -> tuple[date, bool]:
    """The day up to which it was a customer, and whether it has left on it."""
    if account.ended_on and account.ended_on <= as_of:
        return account.ended_on, True
    last = last_day(last_paid)
    return (last, True) if last + timedelta(days=account.inactivity_days) < as_of else (as_of, False)


def quarters_from(first: date, until: date) -> int:
    """How many quarters from that of `first` to that of `until`, both included."""
    start, end = quarter_of(first), quarter_of(until)
    return (end.year - start.year) * 4 + (end.month - start.month) // 3 + 1


def clv_figure(accounts: Sequence[AccountPanel], filters: ReportFilters) -> Figure:
    """n are the lives that the survival curve was drawn from; the interval is that of survival, at the margin of the window."""
    lives = lives_of(accounts, filters)
    n = len(lives)
    if n < settings.LEAST_ACCOUNTS:
        return missing("clv", n, "accounts", _("too few accounts: %(n)s of %(least)s needed") % {"n": n, "least": settings.LEAST_ACCOUNTS})
    margin = margin_per_quarter(accounts, filters)
    if isinstance(margin, str):
        return missing("clv", n, "accounts", margin)
    curve = survival_of(lives)
    ahead = np.arange(1, settings.CLV_HORIZON_QUARTERS + 1)
    value, low, high = (worth(margin, shares) for shares in survival_ahead(curve, ahead))
    if not curve.events:  # whoever stayed so far says nothing of how many will
        return Figure("clv", value, n, "accounts", note=_("no account was lost so far: taken as if none ever were"))
    return Figure("clv", value, n, "accounts", low=low, high=high, note=assumptions(curve))


def survival_of(lives: Sequence[AccountLife]) -> SurvivalCurve:
    """The share of accounts that are still customers t quarters after their first. Raises ValueError without any life."""
    curve = kaplan_meier([one.quarters for one in lives], [one.ended for one in lives])
    if curve is None:
        raise ValueError("no account has ever paid")
    return curve


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
        return str(COST_UNKNOWN)
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
