"""How campaigns and representatives do."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from analytics.models import ExchangeRate, Opportunity, Spend
from analytics.sales import queries
from analytics.sales.money import NOTHING, Total
from tests import factories


def test_win_rate_with_its_interval():
    """Wilson's interval for 15 of 20, as in R: prop.test(15, 20, correct = FALSE)."""
    rate = queries.win_rate(15, 5)
    assert (rate.value, round(rate.low, 2), round(rate.high, 2), rate.n) == (75.0, 53.13, 88.81, 20)


def test_no_win_rate_where_nothing_was_decided():
    assert queries.win_rate(0, 0) is None


@pytest.mark.django_db
class TestResults:
    def test_counts_and_values_by_campaign(self):
        campaign, silent = factories.campaign(), factories.campaign()
        factories.opportunity(campaign=campaign, value=Decimal(100))
        factories.opportunity(campaign=campaign, value=None)
        factories.opportunity(campaign=campaign, stage="lost", value=Decimal(7))
        factories.opportunity(campaign=campaign, stage="open", closed_on=None, value=Decimal(30))
        factories.opportunity(value=Decimal(1000))
        found = queries.results_by(Opportunity.objects.all(), "campaign", [campaign.pk, silent.pk])
        assert found == {
            campaign.pk: queries.Results(1, 2, 1, Total(Decimal(100), 1), Total(Decimal(30), 1)),
            silent.pk: queries.Results(),
        }
        assert round(found[campaign.pk].win_rate.value, 1) == 66.7

    def test_all_together(self):
        factories.opportunity(value=Decimal(100))
        factories.opportunity(stage="open", closed_on=None, value=Decimal(30))
        assert queries.results(Opportunity.objects.all()) == queries.Results(1, 1, 0, Total(Decimal(100), 1), Total(Decimal(30), 1))

    def test_an_open_opportunity_without_any_day_is_worth_what_it_is_today(self):
        ExchangeRate.objects.create(currency="USD", valid_from=date(2026, 5, 1), rate=4)
        factories.opportunity(stage="open", closed_on=None, created_on=None, currency="USD", value=Decimal(10))
        with time_machine.travel("2026-04-30 12:00+00:00"):
            assert queries.results(Opportunity.objects.all()).open_value == Total(Decimal(0), 1, 1)
        with time_machine.travel("2026-05-01 12:00+00:00"):
            assert queries.results(Opportunity.objects.all()).open_value == Total(Decimal(40), 1)

    def test_spend_by_campaign_and_kind(self):
        campaign = factories.campaign()
        factories.spend(500, campaign=campaign)
        factories.spend(40, kind="retention")
        assert queries.spend_by_campaign(Spend.objects.all(), [campaign.pk]) == {campaign.pk: Total(Decimal(500), 1)}
        assert queries.spend_totals(Spend.objects.all()) == {"acquisition": Total(Decimal(500), 1), "retention": Total(Decimal(40), 1)}
        assert queries.spend_totals(Spend.objects.none()) == {"acquisition": NOTHING, "retention": NOTHING}
