"""Revenue entries and closed opportunities as rows of `MoneyQuarter`."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from analytics.linkage.filters import last_day, quarter_of, quarters_between
from analytics.linkage.models import MoneyQuarter
from analytics.sales.models import Opportunity, RevenueEntry
from analytics.sales.money import CENT, Converter

Rows = dict[tuple[int | None, date], MoneyQuarter]


def rows(entries: "QuerySet[RevenueEntry]", closed: "QuerySet[Opportunity]") -> Iterable[MoneyQuarter]:
    """One row for each account and quarter in which there is revenue or a closed opportunity."""
    made: Rows = {}
    converter = Converter.load()
    for entry in entries.only("account_id", "amount", "cost", "currency", "recognised_on", "ends_on").iterator():
        _add_entry(made, entry, converter)
    for opportunity in closed.only("account_id", "stage", "value", "currency", "closed_on").iterator():
        _add_opportunity(made, opportunity, converter)
    return made.values()


def _row(made: Rows, account: int | None, day: date) -> MoneyQuarter:
    key = (account, quarter_of(day))
    return made.setdefault(key, MoneyQuarter(account_id=account, quarter=key[1], revenue=Decimal(0), cost=Decimal(0), won_value=Decimal(0)))


def _add_entry(made: Rows, entry: RevenueEntry, converter: Converter) -> None:
    first = _row(made, entry.account_id, entry.recognised_on)
    first.entries += 1
    rate = converter.rate(entry.currency, entry.recognised_on)
    if rate is None:
        for quarter in quarters_between(entry.recognised_on, entry.ends_on or entry.recognised_on):
            row = _row(made, entry.account_id, quarter)
            row.unconverted, row.cost = row.unconverted + 1, None
        return
    for quarter, share in spread(entry.amount * rate, entry.recognised_on, entry.ends_on):
        _row(made, entry.account_id, quarter).revenue += share
    if entry.cost is None:
        for quarter in quarters_between(entry.recognised_on, entry.ends_on or entry.recognised_on):
            _row(made, entry.account_id, quarter).cost = None
        return
    for quarter, share in spread(entry.cost * rate, entry.recognised_on, entry.ends_on):
        row = _row(made, entry.account_id, quarter)
        if row.cost is not None:
            row.cost += share


def spread(amount: Decimal, first: date, last: date | None) -> Iterator[tuple[date, Decimal]]:
    """`amount` by quarter, evenly over the days from `first` to `last` (both included); the parts add up to the whole, in cents.

    Without `last` all of it falls on `first`.
    """
    last = last or first
    days, whole, given = (last - first).days + 1, amount.quantize(CENT), Decimal(0)
    for quarter in quarters_between(first, last):
        until = min(last_day(quarter), last)
        due = (whole * ((until - first).days + 1) / days).quantize(CENT)
        yield quarter, due - given
        given = due


def _add_opportunity(made: Rows, opportunity: Opportunity, converter: Converter) -> None:
    assert opportunity.closed_on is not None  # a constraint of the table
    row = _row(made, opportunity.account_id, opportunity.closed_on)
    if opportunity.stage == Opportunity.Stage.LOST:
        row.lost += 1
        return
    row.won += 1
    value = converter.convert(opportunity.value or Decimal(0), opportunity.currency, opportunity.closed_on)
    row.won_value += (value or Decimal(0)).quantize(CENT)
