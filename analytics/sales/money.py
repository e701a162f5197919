"""Money of many currencies and days, in the reporting currency."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet, Sum

from analytics.sales.models import ExchangeRate

Rates = dict[str, tuple[list[date], list[Decimal]]]
CENT = Decimal("0.01")


class Converter:
    """All exchange rates, loaded once; a rate holds from its day until the next one of its currency."""

    def __init__(self, rates: Iterable[tuple[str, date, Decimal]], reporting_currency: str | None = None) -> None:
        self.reporting_currency = reporting_currency or settings.CURRENCY
        days: dict[str, dict[date, Decimal]] = defaultdict(dict)
        for currency, valid_from, rate in rates:
            days[currency][valid_from] = rate
        self._rates: Rates = {currency: (sorted(by_day), [by_day[day] for day in sorted(by_day)]) for currency, by_day in days.items()}

    @classmethod
    def load(cls) -> "Converter":
        return cls(ExchangeRate.objects.order_by().values_list("currency", "valid_from", "rate"))

    def rate(self, currency: str, on: date) -> Decimal | None:
        """What one unit of `currency` was worth on that day, or None where no rate is known."""
        if currency == self.reporting_currency:
            return Decimal(1)
        days, rates = self._rates.get(currency, ([], []))
        position = bisect_right(days, on)
        return rates[position - 1] if position else None

    def convert(self, amount: Decimal, currency: str, on: date) -> Decimal | None:
        """`amount` in the reporting currency, not rounded; None where no rate is known for that day."""
        rate = self.rate(currency, on)
        return None if rate is None else amount * rate


@dataclass(frozen=True)
class Total:
    """A sum in the reporting currency, and how many rows it leaves out for want of an exchange rate."""

    amount: Decimal
    rows: int
    unconverted: int = 0

    def with_group(self, amount: Decimal | None, rows: int) -> "Total":
        """This and `rows` more rows, worth `amount`; None where no rate is known."""
        if amount is None:
            return Total(self.amount, self.rows + rows, self.unconverted + rows)
        return Total(self.amount + amount, self.rows + rows, self.unconverted)

    def __add__(self, other: "Total") -> "Total":
        return Total(self.amount + other.amount, self.rows + other.rows, self.unconverted + other.unconverted)


NOTHING = Total(Decimal(0), 0)


def totals(rows: QuerySet[Any], amount: str, day: str, by: str, converter: Converter | None = None) -> dict[Any, Total]:
    """The sum of the field `amount` over `rows` for each value of the field `by`, each row at the rate of its field `day`.

    Rows without an amount or a day do not count. Values of `by` without such rows are left out.
    """
    converter = converter or Converter.load()
    known = rows.order_by().filter(**{f"{amount}__isnull": False, f"{day}__isnull": False})
    found: dict[Any, Total] = {}
    for group in known.values("currency", by, day).annotate(group_sum=Sum(amount), group_rows=Count("pk")):
        # SQLite adds decimals as floats: back to cents before anything else is done with them.
        amount_ = converter.convert(Decimal(group["group_sum"]).quantize(CENT), group["currency"], group[day])
        found[group[by]] = found.get(group[by], NOTHING).with_group(amount_, group["group_rows"])
    return found


def total(rows: QuerySet[Any], amount: str, day: str, converter: Converter | None = None) -> Total:
    """The same for all `rows` together."""
    return sum(totals(rows, amount, day, "currency", converter).values(), start=NOTHING)
