"""The rollups follow the rows that they are made of, and each row is counted once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from unittest import mock

import pytest
from django.db import connection

from analytics.linkage import rollup
from analytics.linkage.filters import quarter_of, quarters_between, shifted
from analytics.linkage.money_rollup import spread
from analytics.linkage.rollup import refresh_rollups
from analytics.models import ExchangeRate, MoneyQuarter, Opportunity, RevenueEntry, SatisfactionQuarter
from surveys.models import Account, Response
from tests import factories
from tests.distribution.at_once import at_once

pytestmark = pytest.mark.django_db
Q1, Q2, Q3 = date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)


def money(account):
    """{quarter: (revenue, cost)} of the account's rows."""
    return {row.quarter: (row.revenue, row.cost) for row in MoneyQuarter.objects.filter(account=account)}


class TestSatisfaction:
    def test_a_row_holds_counts_sums_and_the_latest_score(self):
        survey, contact = factories.survey(), factories.contact()
        for day, score in ((3, 9), (20, 4), (10, 7)):
            factories.response(survey=survey, contact=contact, score=score, at=datetime(2026, 2, day, tzinfo=UTC))
        refresh_rollups()
        row = SatisfactionQuarter.objects.get()
        assert (row.quarter, row.responses, row.promoters, row.detractors) == (Q1, 3, 1, 1)
        assert (row.score_sum, row.score_squares, row.latest_score) == (20, 146, 4)

    def test_a_quarter_ends_at_midnight_of_the_organisation(self, settings):
        settings.TIME_ZONE = "Asia/Jerusalem"
        factories.response(at=datetime(2025, 12, 31, 21, 59, tzinfo=UTC))
        factories.response(at=datetime(2025, 12, 31, 22, 0, tzinfo=UTC))  # midnight in Jerusalem
        refresh_rollups()
        assert set(SatisfactionQuarter.objects.values_list("quarter", flat=True)) == {date(2025, 10, 1), Q1}

    def test_responses_keep_the_segment_that_the_account_had(self):
        old, new = factories.segment(), factories.segment()
        account, survey = factories.account(segment=old), factories.survey()
        factories.response(account, survey, at=datetime(2026, 1, 5, tzinfo=UTC))
        Account.objects.filter(pk=account.pk).update(segment=new)
        account.refresh_from_db()
        factories.response(account, survey, at=datetime(2026, 1, 6, tzinfo=UTC))
        refresh_rollups()
        assert set(SatisfactionQuarter.objects.values_list("segment", "responses")) == {(old.pk, 1), (new.pk, 1)}

    def test_partial_responses_and_those_without_a_score_do_not_count(self):
        factories.response(state="partial")
        Response.objects.filter(pk=factories.response().pk).update(score=None)
        refresh_rollups()
        assert SatisfactionQuarter.objects.count() == 0


class TestMoney:
    def test_entries_are_spread_over_their_days(self):
        account = factories.account()
        factories.revenue(account, 900, date(2026, 3, 1), ends_on=date(2026, 4, 30), cost=Decimal(61))  # 31 and 30 days
        refresh_rollups()
        assert money(account) == {Q1: (Decimal("457.38"), Decimal("31.00")), Q2: (Decimal("442.62"), Decimal("30.00"))}

    def test_the_parts_add_up_to_the_whole(self):
        draw = Random(1)
        for _ in range(500):
            amount = Decimal(draw.randint(-10_000_000, 10_000_000)) / 100
            first = date(2020, 1, 1) + timedelta(days=draw.randint(0, 2000))
            last = first + timedelta(days=draw.randint(0, 900))
            parts = dict(spread(amount, first, last))
            assert (sum(parts.values()), min(parts), max(parts)) == (amount, quarter_of(first), quarter_of(last))

    def test_amounts_are_converted_at_the_rate_of_the_day_and_those_without_are_counted(self, settings):
        settings.CURRENCY = "ILS"
        account = factories.account()
        for day, rate in ((date(2026, 1, 1), "3.5"), (date(2026, 2, 1), "4")):
            ExchangeRate.objects.create(currency="USD", valid_from=day, rate=Decimal(rate))
        for on, currency in ((date(2026, 1, 31), "USD"), (date(2026, 2, 1), "USD"), (date(2026, 2, 1), "EUR")):
            factories.revenue(account, 100, on, currency=currency)
        refresh_rollups()
        row = MoneyQuarter.objects.get()
        assert (row.revenue, row.unconverted, row.entries) == (Decimal(750), 1, 3)

    def test_the_cost_is_unknown_where_one_entry_does_not_state_it(self):
        account = factories.account()
        factories.revenue(account, 100, Q1, cost=Decimal(40))
        factories.revenue(account, 100, Q1)
        factories.revenue(account, 100, Q2, cost=Decimal(30))
        refresh_rollups()
        assert money(account) == {Q1: (Decimal(200), None), Q2: (Decimal(100), Decimal(30))}

    def test_closed_opportunities_are_counted_with_or_without_an_account(self):
        account = factories.account()
        factories.opportunity(account, stage="won", closed_on=Q1, value=Decimal(500))
        factories.opportunity(account, stage="lost", closed_on=Q1)
        factories.opportunity(account, stage="open", closed_on=None)
        factories.opportunity(None, stage="lost", closed_on=Q2)
        refresh_rollups()
        rows = set(MoneyQuarter.objects.values_list("account", "quarter", "won", "lost", "won_value"))
        assert rows == {(account.pk, Q1, 1, 1, Decimal(500)), (None, Q2, 0, 1, Decimal(0))}


class TestFollowing:
    """Whatever happens to the rows, the next run finds it."""

    @pytest.fixture
    def entry(self):
        entry = factories.revenue(factories.account(), 100, Q1)
        refresh_rollups()
        return entry

    def test_nothing_new_is_nothing_to_do(self, entry, django_assert_max_num_queries):
        with django_assert_max_num_queries(12):
            assert refresh_rollups() is False

    def test_twice_is_the_same_as_once(self, entry):
        factories.response(entry.account)
        refresh_rollups(force=True)
        refresh_rollups(force=True)
        assert (MoneyQuarter.objects.count(), SatisfactionQuarter.objects.count()) == (1, 1)

    def test_a_changed_amount(self, entry):
        entry.amount = Decimal(70)
        entry.save()
        assert refresh_rollups() is True
        assert money(entry.account) == {Q1: (Decimal(70), None)}

    def test_a_deleted_entry(self, entry):
        factories.revenue(entry.account, 30, Q2)
        refresh_rollups()
        entry.delete()
        refresh_rollups()
        assert money(entry.account) == {Q2: (Decimal(30), None)}

    def test_an_entry_moved_to_another_account_long_after(self, entry):
        other = factories.account()
        with mock.patch.object(rollup, "OVERLAP", timedelta(0)):
            RevenueEntry.objects.filter(pk=entry.pk).update(account=other)
            factories.response()  # something else to do, so that the run begins
            refresh_rollups()
        assert (money(entry.account), money(other)) == ({}, {Q1: (Decimal(100), None)})

    def test_another_exchange_rate_and_another_currency(self, entry, settings):
        settings.CURRENCY = "USD"
        refresh_rollups()
        assert MoneyQuarter.objects.get().unconverted == 1
        ExchangeRate.objects.create(currency="ILS", valid_from=Q1, rate=Decimal("0.25"))
        refresh_rollups()
        assert money(entry.account) == {Q1: (Decimal(25), None)}

    def test_an_opportunity_that_opens_again(self):
        opportunity = factories.opportunity(factories.account(), closed_on=Q1)
        refresh_rollups()
        Opportunity.objects.filter(pk=opportunity.pk).update(stage="open")
        refresh_rollups()
        assert MoneyQuarter.objects.count() == 0

    @pytest.mark.parametrize("change", ["corrected", "deleted", "contact deleted"])
    def test_a_response(self, change):
        response = factories.response(contact=factories.contact(), score=9)
        refresh_rollups()
        if change == "corrected":
            response.score, response.band = 3, "detractor"
            response.save()
        else:
            (response.contact if change == "contact deleted" else response).delete()
        refresh_rollups()
        found = list(SatisfactionQuarter.objects.values_list("contact", "score_sum", "detractors"))
        expected = {"corrected": [(response.contact_id, 3, 1)], "deleted": [], "contact deleted": [(None, 9, 0)]}
        assert found == expected[change]

    def test_a_crash_on_the_way_leaves_whole_rows_and_the_next_run_heals(self, entry):
        entry.amount = Decimal(70)
        entry.save()
        with mock.patch.object(rollup.money_rollup, "rows", side_effect=RuntimeError("power cut")), pytest.raises(RuntimeError):
            refresh_rollups()
        assert money(entry.account) == {Q1: (Decimal(100), None)}
        assert refresh_rollups() is True
        assert money(entry.account) == {Q1: (Decimal(70), None)}

    def test_many_accounts_are_done_in_batches(self):
        for _ in range(5):
            factories.revenue(factories.account(), 10, Q1)
        with mock.patch.object(rollup, "BATCH", 2):
            refresh_rollups()
        assert MoneyQuarter.objects.count() == 5


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time anyway")
def test_two_workers_at_once_count_nothing_twice():
    for _ in range(20):
        factories.response(factories.account())
    at_once(2, lambda: refresh_rollups(force=True))
    assert SatisfactionQuarter.objects.count() == 20


@pytest.mark.parametrize(
    ("day", "by", "quarter"), [("9999-10-01", 1, "9999-10-01"), ("0001-01-01", -9, "0001-01-01"), ("2025-10-01", 1, "2026-01-01")]
)
def test_quarters_end_with_the_calendar(day, by, quarter):
    assert shifted(date.fromisoformat(day), by) == date.fromisoformat(quarter)
    assert quarters_between(date(9999, 7, 1), date(9999, 12, 31)) == [date(9999, 7, 1), date(9999, 10, 1)]


def test_a_day_at_the_end_of_all_time_stops_nobody(db):
    """However it came into the books."""
    account = factories.account()
    factories.revenue(account, recognised_on=date(9999, 1, 1), ends_on=date(9999, 12, 31))
    other = factories.revenue(factories.account())
    refresh_rollups()
    assert set(MoneyQuarter.objects.values_list("account", flat=True)) == {account.pk, other.account_id}
