"""Reads of sales: totals in the reporting currency, and how campaigns and representatives do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, DateField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from scipy.stats import binomtest

from analytics.sales.models import Opportunity, RevenueEntry, Spend
from analytics.sales.money import NOTHING, Converter, Total, total, totals

WON, OPEN = Opportunity.Stage.WON, Opportunity.Stage.OPEN
STILL_OPEN = Q(stage=OPEN)


@dataclass(frozen=True)
class WinRate:
    """Won ÷ (won + lost), in %, with its Wilson (1927) 95 % score interval."""

    value: float
    low: float
    high: float
    n: int


def win_rate(won: int, lost: int) -> WinRate | None:
    """None where nothing was decided yet."""
    closed = won + lost
    if not closed:
        return None
    interval = binomtest(won, closed).proportion_ci(method="wilson")
    return WinRate(100 * won / closed, 100 * interval.low, 100 * interval.high, closed)


@dataclass(frozen=True)
class Results:
    """How opportunities went: how many, and the value of the won and of the open ones."""

    open: int = 0
    won: int = 0
    lost: int = 0
    won_value: Total = NOTHING
    open_value: Total = NOTHING

    @property
    def win_rate(self) -> WinRate | None:
        return win_rate(self.won, self.lost)


def opportunities_for_list() -> "QuerySet[Opportunity]":
    return Opportunity.objects.select_related("account", "account__segment", "representative", "campaign")


def revenue_for_list() -> "QuerySet[RevenueEntry]":
    return RevenueEntry.objects.select_related("account", "account__segment")


def spend_for_list() -> "QuerySet[Spend]":
    return Spend.objects.select_related("campaign", "segment")


def with_money_day(opportunities: "QuerySet[Opportunity]") -> "QuerySet[Opportunity]":
    """`money_day` is the day of the exchange rate: of the close, else of the creation, else today."""
    return opportunities.annotate(money_day=Coalesce("closed_on", "created_on", Value(timezone.localdate(), DateField())))


def results(opportunities: "QuerySet[Opportunity]", converter: Converter | None = None) -> Results:
    """How `opportunities` went, all together."""
    counts = opportunities.order_by().aggregate(
        **{stage.value: Count("pk", filter=Q(stage=stage)) for stage in Opportunity.Stage},
    )
    values = totals(with_money_day(opportunities), "value", "money_day", "stage", converter)
    return Results(**counts, won_value=values.get(WON, NOTHING), open_value=values.get(OPEN, NOTHING))


def results_by(opportunities: "QuerySet[Opportunity]", by: str, keys: Iterable[Any]) -> dict[Any, Results]:
    """The same for each of `keys`, the values of the field `by`."""
    keys = list(keys)
    mine = opportunities.order_by().filter(**{f"{by}__in": keys})
    stages = {stage.value: Count("pk", filter=Q(stage=stage)) for stage in Opportunity.Stage}
    grouped: list[dict[str, Any]] = list(mine.values(key=F(by)).annotate(**stages))  # type: ignore[arg-type]
    counts = {row.pop("key"): row for row in grouped}
    converter = Converter.load()
    won = totals(with_money_day(mine.filter(stage=WON)), "value", "money_day", by, converter)
    opened = totals(with_money_day(mine.filter(stage=OPEN)), "value", "money_day", by, converter)
    return {key: Results(**counts.get(key, {}), won_value=won.get(key, NOTHING), open_value=opened.get(key, NOTHING)) for key in keys}


@dataclass(frozen=True)
class RevenueTotals:
    """Revenue, and gross profit over those entries that state their cost."""

    revenue: Total
    profit_revenue: Total
    cost: Total

    @property
    def gross_profit(self) -> Total:
        return Total(self.profit_revenue.amount - self.cost.amount, self.cost.rows, self.cost.unconverted)


def revenue_totals(entries: "QuerySet[RevenueEntry]") -> RevenueTotals:
    """Each entry at the exchange rate of the day from which it is recognised."""
    converter = Converter.load()
    with_cost = entries.filter(cost__isnull=False)
    return RevenueTotals(
        total(entries, "amount", "recognised_on", converter),
        total(with_cost, "amount", "recognised_on", converter),
        total(with_cost, "cost", "recognised_on", converter),
    )


def spend_totals(spend: "QuerySet[Spend]") -> dict[str, Total]:
    """Spend by kind; every kind is there."""
    found = totals(spend, "amount", "spent_on", "kind")
    return {kind.value: found.get(kind.value, NOTHING) for kind in Spend.Kind}


def spend_by_campaign(spend: "QuerySet[Spend]", keys: Iterable[Any]) -> dict[Any, Total]:
    keys = list(keys)
    found = totals(spend.filter(campaign__in=keys), "amount", "spent_on", "campaign")
    return {key: found.get(key, NOTHING) for key in keys}
