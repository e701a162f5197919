"""The money of one row of the report."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.linkage.figures import AccountPoint, Figure, missing
from analytics.linkage.filters import ReportFilters
from analytics.linkage.lifetime import COST_UNKNOWN, clv_figure
from analytics.linkage.panel import AccountPanel
from analytics.linkage.satisfaction_figures import in_percent, of_estimate
from analytics.linkage.spend import SpendOfRow
from analytics.statistics.proportions import proportion

ZERO = Decimal(0)


@dataclass(frozen=True)
class MoneyRow:
    """What the money of a row is computed from: its accounts as panel and as points, and what was spent for it."""

    filters: ReportFilters
    accounts: Sequence[AccountPanel]
    points: Sequence[AccountPoint]
    spend: SpendOfRow
    books_begin_before: bool  # whether the books reach back over the whole window before


def money_figures(row: MoneyRow) -> dict[str, Figure]:
    return {
        "revenue": revenue(row),
        "growth": growth(row),
        "win_rate": win_rate(row),
        "cac": cac(row),
        "clv": clv_figure(row.accounts, row.filters),
        "campaign_roi": campaign_roi(row),
    }


def revenue(row: MoneyRow) -> Figure:
    """Booked, so without an interval: n are the accounts with revenue."""
    return revenue_figure([point.revenue for point in row.points], sum(not point.is_converted for point in row.points))


def revenue_figure(amounts: Sequence[Decimal | None], unconverted: int) -> Figure:
    """The sum of the known `amounts`, one for each account; `unconverted` accounts have entries without an exchange rate."""
    paying = [amount for amount in amounts if amount]
    note = ngettext(
        "entries of %(n)s account left out: no exchange rate", "entries of %(n)s accounts left out: no exchange rate", unconverted
    ) % {"n": unconverted}
    if all(amount is None for amount in amounts):
        return missing("revenue", 0, "accounts", note if unconverted else _("no revenue entered"))
    return Figure("revenue", sum(paying, ZERO), len(paying), "accounts", note=note if unconverted else "")


def growth(row: MoneyRow) -> Figure:
    compared = [(point.before, point.now) for point in row.points if point.before is not None and point.now is not None]
    n = len(compared)
    if not row.filters.full_quarters:
        return missing("growth", n, "accounts", _("no quarter of the period has ended yet"))
    if not row.books_begin_before:
        return missing("growth", n, "accounts", _("the books do not reach back over the period before"))
    before, now = sum((before for before, _now in compared), ZERO), sum((now for _before, now in compared), ZERO)
    if before <= 0:
        return missing("growth", n, "accounts", _("no revenue in the period before"))
    return Figure("growth", 100 * float((now - before) / before), n, "accounts", note=not_compared(row))


def not_compared(row: MoneyRow) -> str:
    """How many accounts growth leaves out, because some of their revenue has no exchange rate."""
    both = [*row.filters.quarters_before, *row.filters.full_quarters]
    n = sum(not account.is_converted(both) for account in row.accounts)
    return (ngettext("%(n)s account left out: no exchange rate", "%(n)s accounts left out: no exchange rate", n) % {"n": n}) if n else ""


def win_rate(row: MoneyRow) -> Figure:
    cells = [account.money[quarter] for account in row.accounts for quarter in row.filters.quarters if quarter in account.money]
    won, lost = sum(cell.won for cell in cells), sum(cell.lost for cell in cells)
    return of_estimate("win_rate", in_percent(proportion(won, won + lost)), "opportunities", _("no opportunity closed in the period"))


def cac(row: MoneyRow) -> Figure:
    new = sum(point.is_new for point in row.points)
    spent = row.spend.acquisition
    if reason := row.spend.reason:
        return missing("cac", new, "new customers", reason)
    if not spent.rows:
        return missing("cac", new, "new customers", _("no acquisition spend in the period"))
    if spent.unconverted and not spent.amount:  # unknown, never 0
        return missing("cac", new, "new customers", row.spend.left_out(spent))
    if not new:
        return missing("cac", 0, "new customers", _("no new customer in the period"))
    return Figure("cac", spent.amount / new, new, "new customers", note=row.spend.left_out(spent))


def campaign_roi(row: MoneyRow) -> Figure:
    """Gain: booked gross profit in the window of the accounts won in it (first touch) by the campaigns that the spend was for."""
    n, spent = len(row.spend.campaigns_with_spend), row.spend.campaigns
    if reason := row.spend.reason:
        return missing("campaign_roi", n, "campaigns", reason)
    if spent.amount <= 0:
        return missing("campaign_roi", n, "campaigns", _("no spend on campaigns in the period"))
    won = [point for point in row.points if point.campaign and point.campaign[0] in row.spend.campaigns_with_spend]
    if any(point.profit is None for point in won):
        return missing("campaign_roi", n, "campaigns", str(COST_UNKNOWN))
    gain = sum((point.profit for point in won if point.profit is not None), ZERO)
    return Figure("campaign_roi", 100 * float((gain - spent.amount) / spent.amount), n, "campaigns", note=row.spend.left_out(spent))
