"""Campaigns, opportunities, revenue, spend and exchange rates of the simulated company."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from numpy.random import Generator

from analytics.sales.models import Campaign, ExchangeRate, Opportunity, RevenueEntry, Spend
from feedback_site.demo import truth
from feedback_site.demo.calendar import Calendar
from feedback_site.demo.customers import Customers
from feedback_site.demo.world import World
from surveys.customers.models import Account

PRODUCTS = ("Core", "Plus", "Service plan", "Training")
MEDIAN_CYCLE = 55  # days from the creation of an opportunity to its close
Rates = dict[str, list[float]]  # by month of the calendar


def money(amount: float) -> Decimal:
    return Decimal(f"{amount:.2f}")


def create_money(rng: Generator, world: World, calendar: Calendar, customers: Customers) -> None:
    rates = _rates(rng, calendar)
    campaigns = [
        Campaign.objects.create(
            external_id=one.external_id, name=one.name, channel=one.channel, starts_on=calendar.first, is_simulated=True
        )
        for one in truth.CAMPAIGNS
    ]
    RevenueEntry.objects.bulk_create(_revenue(world, calendar, customers.accounts, rates), batch_size=2000)
    sales = _Sales(rng, world, calendar, customers, campaigns, rates)
    Opportunity.objects.bulk_create(sales.opportunities(), batch_size=2000)
    Spend.objects.bulk_create(_acquisition(rng, calendar, customers, campaigns), batch_size=2000)
    Spend.objects.bulk_create(_retention(rng, calendar, customers), batch_size=2000)


def _rates(rng: Generator, calendar: Calendar) -> Rates:
    """A random walk per currency, noted on the first of each month; rates that are there already stay."""
    months = [*calendar.months, calendar.today.replace(day=1)]
    walks = {code: list(start * np.exp(np.cumsum(rng.normal(0, 0.012, len(months))))) for code, start in truth.RATES.items()}
    since = [months[0].replace(year=months[0].year - 10), *months[1:]]  # opportunities reach further back than the months
    rows = [
        ExchangeRate(currency=code, valid_from=month, rate=Decimal(f"{rate:.6f}"), is_simulated=True)
        for code, walk in walks.items()
        for month, rate in zip(since, walk, strict=True)
    ]
    ExchangeRate.objects.bulk_create(rows, ignore_conflicts=True)
    return {"ILS": [1.0] * len(months), **walks}


def _revenue(world: World, calendar: Calendar, accounts: list[Account], rates: Rates) -> Iterator[RevenueEntry]:
    for number, month in enumerate(calendar.months):
        for index in np.flatnonzero(world.revenue[:, number]):
            account = accounts[index]
            rate = rates[account.currency][number]
            yield RevenueEntry(
                external_id=f"DEMO-{account.external_id}-{month:%Y-%m}",
                account=account,
                amount=money(world.revenue[index, number] / rate),
                cost=money(world.cost[index, number] / rate),
                currency=account.currency,
                recognised_on=month,
                is_simulated=True,
            )


def _acquisition(rng: Generator, calendar: Calendar, customers: Customers, campaigns: list[Campaign]) -> Iterator[Spend]:
    """What a campaign spends on a segment: in the long run its CAC for each customer that it brings."""
    for segment, one in zip(customers.segments, truth.SEGMENTS, strict=True):
        customers_a_month = one.accounts * truth.BOUGHT_LATER / (3 * (truth.FULL_QUARTERS - 1))
        for campaign, known in zip(campaigns, truth.CAMPAIGNS, strict=True):
            for month in calendar.months:
                yield Spend(
                    external_id=f"{known.external_id}-{segment.pk}-{month:%Y-%m}",
                    campaign=campaign,
                    segment=segment,
                    amount=money(known.cac * known.share * customers_a_month * rng.lognormal(0, 0.15)),
                    spent_on=month + timedelta(days=4),
                    is_simulated=True,
                )


def _retention(rng: Generator, calendar: Calendar, customers: Customers) -> Iterator[Spend]:
    for segment in customers.segments:
        for number in range(truth.FULL_QUARTERS):
            yield Spend(
                external_id=f"DEMO-success-{segment.pk}-{number}",
                kind=Spend.Kind.RETENTION,
                segment=segment,
                amount=money(18_000 * rng.lognormal(0, 0.3)),
                spent_on=calendar.quarter(number) + timedelta(days=20),
                description="Customer success programme",
                is_simulated=True,
            )


class _Sales:
    """New business (lost attempts, then the deal that brought the account) and expansions."""

    def __init__(
        self, rng: Generator, world: World, calendar: Calendar, customers: Customers, campaigns: list[Campaign], rates: Rates
    ) -> None:
        self.rng, self.world, self.calendar, self.customers, self.campaigns, self.rates = rng, world, calendar, customers, campaigns, rates
        self.number = 0

    def opportunities(self) -> Iterator[Opportunity]:
        for index in range(len(self.customers.accounts)):
            yield from self._new_business(index)
            yield from self._expansions(index)

    def _new_business(self, index: int) -> Iterator[Opportunity]:
        joined = int(self.world.joined[index])
        start = self.calendar.quarter(joined) if joined >= 0 else self.calendar.first - timedelta(days=int(self.rng.integers(60, 900)))
        closed = start - timedelta(days=int(self.rng.integers(1, 21)))
        campaign = self.campaigns[int(self.rng.choice(len(self.campaigns), p=[one.share for one in truth.CAMPAIGNS]))]
        attempts = int(self.rng.geometric(truth.SEGMENTS[self.world.segment[index]].win_rate))
        for attempt in range(attempts):
            stage = Opportunity.Stage.LOST if attempt else Opportunity.Stage.WON
            yield self._row(index, stage, closed - timedelta(days=self._cycle()), closed, campaign)
            closed -= timedelta(days=int(self.rng.integers(45, 150)))

    def _expansions(self, index: int) -> Iterator[Opportunity]:
        segment = truth.SEGMENTS[self.world.segment[index]]
        active = [self.world.joined[index] <= quarter <= self.world.ended[index] for quarter in range(truth.FULL_QUARTERS + 1)]
        for quarter in range(truth.FULL_QUARTERS + 1):
            if not active[quarter]:
                continue
            chance = np.clip(segment.win_rate + truth.WIN_BY_SATISFACTION * self.world.latent[index, quarter], 0.03, 0.95)
            for _one in range(int(self.rng.poisson(truth.OPPORTUNITIES_A_QUARTER))):
                created = self.calendar.quarter(quarter) + timedelta(days=int(self.rng.integers(90)))
                closed: date | None = created + timedelta(days=self._cycle())
                stage = Opportunity.Stage.WON if self.rng.random() < chance else Opportunity.Stage.LOST
                if closed and closed > self.calendar.today:
                    stage, closed = Opportunity.Stage.OPEN, None
                if created <= self.calendar.today:
                    yield self._row(index, stage, created, closed, None)

    def _cycle(self) -> int:
        return int(MEDIAN_CYCLE * self.rng.lognormal(0, 0.5)) + 1

    def _row(self, index: int, stage: str, created: date, closed: date | None, campaign: Campaign | None) -> Opportunity:
        account = self.customers.accounts[index]
        self.number += 1
        product = str(self.rng.choice(PRODUCTS))
        monthly = np.exp(self.world.level[index, 0]) / self.rates[account.currency][0]
        return Opportunity(
            external_id=f"DEMO-opp-{self.number:05d}",
            name=f"{product} – {account.name}",
            account=account,
            representative=account.sales_representative,
            campaign=campaign,
            product=product,
            stage=stage,
            value=money(monthly * self.rng.uniform(1.5, 6)),
            currency=account.currency,
            created_on=created,
            closed_on=closed,
            is_simulated=True,
        )
