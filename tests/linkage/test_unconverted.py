"""Money in a currency without an exchange rate is unknown: never 0, and said to be left out."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from analytics.linkage.models import MoneyQuarter
from tests import factories
from tests.linkage.world import NOW, Q1, Q2, Q4_25, account, report

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_may_2026():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def survey():
    return factories.survey()


@pytest.fixture
def segment():
    return factories.segment("Retail")


def in_foreign_money(account, amount=500, on=Q1, **fields):
    return factories.revenue(account, amount, on, currency="EUR", **fields)


def figure(survey, kpi, **filters):
    return report(survey, **filters).total.figures[kpi]


def test_revenue_leaves_the_entries_out_and_says_so(survey, segment):
    account(segment, now=100)
    in_foreign_money(account(segment, now=30))
    in_foreign_money(account(segment))
    found = report(survey)
    revenue = found.total.figures["revenue"]
    assert (revenue.value, revenue.n, revenue.note) == (Decimal(130), 2, "entries of 2 accounts left out: no exchange rate")
    assert sorted((point.revenue is None, point.is_converted) for point in found.accounts) == [(False, False), (False, True), (True, False)]


def test_revenue_of_which_nothing_is_known_is_missing(survey, segment):
    in_foreign_money(account(segment))
    revenue = figure(survey, "revenue")
    assert (revenue.value, revenue.reason) == (None, "entries of 1 account left out: no exchange rate")


def test_a_spread_entry_that_began_before_the_period_is_missed_in_it_too(survey, segment):
    in_foreign_money(account(segment, now=100), on=date(2025, 11, 1), ends_on=date(2026, 3, 31))
    assert figure(survey, "revenue").note == "entries of 1 account left out: no exchange rate"
    assert set(MoneyQuarter.objects.values_list("quarter", "entries", "unconverted", "cost")) == {(Q4_25, 1, 1, None), (Q1, 1, 1, None)}


def test_growth_does_not_take_it_for_a_loss(survey, segment):
    account(segment, before=100, now=150)
    in_foreign_money(account(segment, before=100))
    growth = figure(survey, "growth")
    assert (growth.value, growth.n, growth.note) == (50.0, 1, "1 account left out: no exchange rate")


def test_no_association_is_drawn_from_it(survey, segment, settings):
    settings.LEAST_ACCOUNTS = 5
    for place in range(6):
        account(segment, [place], survey, now=100 + place, after=200 - place)
    in_foreign_money(account(segment, [9], survey, now=1, after=1))
    with time_machine.travel(date(2026, 8, 1), tick=False):
        figures = report(survey).total.figures
    assert (figures["rho_revenue"].n, figures["rho_growth"].n) == (6, 6)


def test_gross_profit_is_unknown_and_with_it_clv_and_roi(survey, segment, settings):
    settings.LEAST_ACCOUNTS = 1
    fair, won = factories.campaign(), account(segment, now=100, cost="0.4")
    factories.opportunity(won, campaign=fair, closed_on=Q1)
    factories.spend(50, Q1, campaign=fair)
    assert [figure(survey, kpi).value is None for kpi in ("clv", "campaign_roi")] == [False, False]
    in_foreign_money(won, cost=Decimal(10))
    assert {figure(survey, kpi).reason for kpi in ("clv", "campaign_roi")} == {"cost or exchange rate is not known for every entry"}


def test_who_paid_in_it_is_a_customer_all_the_same(survey, segment):
    in_foreign_money(account(segment, name="Foreign"))
    found = report(survey)
    assert [(life.name, life.first_paid, life.quarters, life.ended) for life in found.lives] == [("Foreign", Q1, 1, False)]
    assert [point.is_new for point in found.accounts] == [True]


def test_a_rate_entered_later_makes_it_known(survey, segment):
    in_foreign_money(account(segment))
    assert figure(survey, "revenue").value is None
    factories.exchange_rate("EUR", date(2025, 1, 1), "4")
    assert figure(survey, "revenue").value == Decimal(2000)


class TestTimeLine:
    def test_a_quarter_without_any_entry_is_missing_not_nothing(self, survey, segment):
        account(segment, [9], survey, now=100)
        points = {point.quarter: point.revenue for point in report(survey, first=Q4_25, last=Q2).quarters}
        assert [(points[day].value, points[day].reason) for day in (Q4_25, Q1, Q2)] == [
            (None, "no revenue entered"),
            (Decimal(100), ""),
            (None, "no revenue entered"),
        ]

    def test_the_running_quarter_says_both(self, survey, segment):
        in_foreign_money(account(segment, after=10), on=Q2)
        [point] = report(survey, first=Q2, last=Q2).quarters
        assert point.revenue.note == "still running; entries of 1 account left out: no exchange rate"
