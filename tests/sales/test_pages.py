"""The pages of sales: everyone sees the rows of their own accounts; leadership and administrators change them."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analytics.models import Campaign, ExchangeRate, Opportunity, RevenueEntry, Spend
from surveys.models import Representative
from tests import factories

pytestmark = pytest.mark.django_db

NAMES = ["opportunities", "revenue", "spend", "campaigns", "representatives", "rates"]
MODELS = {
    "opportunities": Opportunity,
    "revenue": RevenueEntry,
    "spend": Spend,
    "campaigns": Campaign,
    "representatives": Representative,
    "rates": ExchangeRate,
}
HTML = "<script>alert(1)</script>"


def make(name, word="x"):
    """A row of each kind, under an account in a segment, with texts that hold `word`."""
    account = factories.account(name=f"Account {word}", segment=factories.segment())
    if name == "opportunities":
        return factories.opportunity(
            account, name=word, product=word, representative=factories.representative(name=word), campaign=factories.campaign(name=word)
        )
    if name == "revenue":
        return factories.revenue(account, product=word, cost=Decimal(400))
    if name == "spend":
        return factories.spend(description=word, campaign=factories.campaign(name=word), segment=account.segment)
    if name == "campaigns":
        campaign = factories.campaign(name=word, channel=f"{word}.")
        factories.opportunity(account, campaign=campaign)
        factories.spend(campaign=campaign)
        return campaign
    if name == "representatives":
        representative = factories.representative(name=word, user=factories.user(role="sales", name=word))
        factories.opportunity(account, representative=representative)
        return representative
    return ExchangeRate.objects.create(currency="USD", valid_from=date(2026, 1, 1 + ExchangeRate.objects.count()), rate=Decimal("3.5"))


def shown(response):
    return list(response.context["object_list"])


@pytest.mark.parametrize("name", NAMES)
class TestEveryPage:
    def test_anonymous_must_log_in(self, client, name):
        address = reverse(f"sales:{name}")
        assert client.get(address).headers["Location"] == f"/login/login/?next={address}"

    def test_empty(self, login, leadership, name):
        response = login(leadership).get(reverse(f"sales:{name}"))
        assert "k-empty" in response.content.decode()

    def test_only_those_who_manage_sales_change_rows(self, login, account_manager, name):
        row = make(name)
        client = login(account_manager)
        addresses = [reverse(f"sales:{name}_add"), *(reverse(f"sales:{name}_{act}", args=[row.pk]) for act in ("edit", "delete"))]
        assert [client.get(address).status_code for address in addresses] == [403, 403, 403]
        assert [client.post(address).status_code for address in addresses] == [403, 403, 403]
        assert MODELS[name].objects.count() == 1
        assert "bi-pencil" not in client.get(reverse(f"sales:{name}")).content.decode()

    def test_html_in_names_is_shown_as_text(self, login, leadership, name):
        row = make(name, HTML)
        client = login(leadership)
        for page in (reverse(f"sales:{name}"), *(reverse(f"sales:{name}_{act}", args=[row.pk]) for act in ("edit", "delete"))):
            assert HTML not in client.get(page).content.decode()

    def test_delete_asks_first(self, login, administrator, name):
        row = make(name)
        client = login(administrator)
        address = reverse(f"sales:{name}_delete", args=[row.pk])
        assert client.get(address).status_code == 200
        assert MODELS[name].objects.filter(pk=row.pk).exists()
        assert client.post(address).headers["Location"] == reverse(f"sales:{name}")
        assert not MODELS[name].objects.filter(pk=row.pk).exists()

    def test_unknown_row(self, login, administrator, name):
        client = login(administrator)
        assert [client.get(reverse(f"sales:{name}_{act}", args=[999])).status_code for act in ("edit", "delete")] == [404, 404]

    def test_the_number_of_queries_does_not_grow_with_the_rows(self, login, leadership, name):
        make(name)
        client = login(leadership)
        address = reverse(f"sales:{name}")
        client.get(address)
        with CaptureQueriesContext(connection) as one:
            client.get(address)
        make(name)
        make(name)
        with CaptureQueriesContext(connection) as three:
            assert len(shown(client.get(address))) == 3
        assert len(three) == len(one)


class TestWhoSeesWhat:
    def test_account_managers_see_their_own_accounts(self, login, account_manager):
        mine, other = factories.account(account_manager=account_manager), factories.account()
        opportunity, revenue = factories.opportunity(mine), factories.revenue(mine, 100)
        factories.opportunity(other)
        factories.opportunity()
        factories.revenue(other, 5000)
        factories.spend()
        client = login(account_manager)
        assert shown(client.get(reverse("sales:opportunities"))) == [opportunity]
        revenue_page = client.get(reverse("sales:revenue"))
        assert shown(revenue_page) == [revenue]
        assert revenue_page.context["totals"].revenue.amount == Decimal(100)
        assert shown(client.get(reverse("sales:spend"))) == []

    def test_results_count_visible_opportunities_only(self, login, account_manager):
        campaign, representative = factories.campaign(), factories.representative()
        for account in (factories.account(account_manager=account_manager), factories.account()):
            factories.opportunity(account, campaign=campaign, representative=representative)
        factories.spend(campaign=campaign)
        client = login(account_manager)
        [shown_campaign] = shown(client.get(reverse("sales:campaigns")))
        [shown_representative] = shown(client.get(reverse("sales:representatives")))
        assert (shown_campaign.results.won, shown_campaign.spent.rows, shown_representative.results.won) == (1, 0, 1)

    def test_sales_see_their_own_opportunities_even_without_an_account(self, login):
        user = factories.user(role="sales")
        me = factories.representative(user=user)
        own_account = factories.account(sales_representative=me)
        rows = {
            factories.opportunity(own_account),
            factories.opportunity(factories.account(), representative=me),
            factories.opportunity(representative=me),
        }
        factories.opportunity(factories.account(), representative=factories.representative())
        factories.opportunity()
        assert set(shown(login(user).get(reverse("sales:opportunities")))) == rows

    def test_a_representative_who_is_no_longer_in_sales_sees_none_of_them(self, login):
        user = factories.user(role="account_manager")
        factories.opportunity(representative=factories.representative(user=user))
        assert shown(login(user).get(reverse("sales:opportunities"))) == []

    def test_the_account_of_another_can_not_be_chosen(self, login, account_manager):
        other = factories.account()
        factories.opportunity(other)
        response = login(account_manager).get(reverse("sales:opportunities"), {"account": other.pk})
        assert shown(response) == []


class TestFilters:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"q": "gadg"}, ["Gadgets"]),
            ({"stage": "lost"}, ["Paper"]),
            ({"first": "2026-03-01"}, ["Paper"]),
            ({"last": "2026-02-28"}, ["Gadgets"]),
            ({"order": "value"}, ["Paper", "Gadgets"]),
            ({"stage": "nonsense"}, []),
            ({"first": "yesterday"}, []),
        ],
    )
    def test_opportunities(self, login, leadership, query, found):
        factories.opportunity(name="Gadgets", value=Decimal(9))
        factories.opportunity(name="Paper", stage="lost", closed_on=date(2026, 3, 1), value=Decimal(3))
        assert [row.name for row in shown(login(leadership).get(reverse("sales:opportunities"), query))] == found

    def test_opportunities_by_what_they_belong_to(self, login, leadership):
        segment, representative, campaign = factories.segment(), factories.representative(), factories.campaign()
        row = factories.opportunity(factories.account(segment=segment), representative=representative, campaign=campaign)
        factories.opportunity()
        client = login(leadership)
        queries = [
            {"segment": segment.pk},
            {"representative": representative.pk},
            {"campaign": campaign.pk},
            {"account": row.account_id},
        ]
        assert [shown(client.get(reverse("sales:opportunities"), query)) for query in queries] == [[row]] * 4

    def test_totals_follow_the_filters(self, login, leadership):
        account = factories.account()
        factories.revenue(account, 100, on=date(2026, 1, 1), cost=Decimal(60))
        factories.revenue(account, 900, on=date(2026, 2, 1))
        totals = login(leadership).get(reverse("sales:revenue"), {"last": "2026-01-31"}).context["totals"]
        assert (totals.revenue.amount, totals.gross_profit.amount) == (Decimal(100), Decimal(40))

    def test_results_count_the_period_and_what_is_still_open(self, login, leadership):
        campaign = factories.campaign()
        factories.opportunity(campaign=campaign, closed_on=date(2026, 1, 1))
        factories.opportunity(campaign=campaign, closed_on=date(2026, 2, 1))
        factories.opportunity(campaign=campaign, stage="open", closed_on=None)
        factories.spend(100, campaign=campaign, on=date(2026, 1, 1))
        [row] = shown(login(leadership).get(reverse("sales:campaigns"), {"first": "2026-02-01"}))
        assert (row.results.won, row.results.open, row.spent.rows) == (1, 1, 0)

    def test_pages_of_25(self, login, leadership):
        account = factories.account()
        for _ in range(26):
            factories.revenue(account, 1)
        client = login(leadership)
        assert len(shown(client.get(reverse("sales:revenue")))) == 25
        second = client.get(reverse("sales:revenue"), {"page": 2})
        assert (len(shown(second)), second.context["totals"].revenue.rows) == (1, 26)


def test_a_total_says_what_it_leaves_out(login, leadership):
    factories.revenue(factories.account(), 100, currency="USD")
    response = login(leadership).get(reverse("sales:revenue"))
    assert response.context["totals"].revenue.unconverted == 1
    assert "1 row without an exchange rate is left out" in response.content.decode()


class TestEntering:
    def test_an_opportunity(self, login, leadership):
        account = factories.account()
        data = {"name": "Big one", "account": account.pk, "stage": "won", "value": "1200.50", "currency": "usd", "closed_on": "2026-02-01"}
        response = login(leadership).post(reverse("sales:opportunities_add"), data)
        assert response.headers["Location"] == reverse("sales:opportunities")
        row = Opportunity.objects.get()
        assert (row.name, row.account, row.stage, row.value, row.currency, row.closed_on) == (
            "Big one",
            account,
            "won",
            Decimal("1200.50"),
            "USD",
            date(2026, 2, 1),
        )
        assert row.external_id.startswith("manual-")

    @pytest.mark.parametrize(
        ("name", "change", "errors"),
        [
            ("opportunities", {"closed_on": ""}, {"closed_on": ["A won or lost opportunity needs the day on which it closed."]}),
            ("opportunities", {"created_on": "2026-03-01"}, {"closed_on": ["The opportunity closed before it was created."]}),
            ("opportunities", {"currency": "euros"}, None),
            ("opportunities", {"currency": "E1"}, {"currency": ["Name the currency by its three letters, as ILS."]}),
            ("opportunities", {"value": "-1"}, {"value": ["Ensure this value is greater than or equal to 0."]}),
            ("opportunities", {"value": "12,50x"}, {"value": ["Enter a number."]}),
            ("opportunities", {"stage": "maybe"}, {"stage": ["Select a valid choice. maybe is not one of the available choices."]}),
            ("revenue", {"ends_on": "2025-12-31"}, {"ends_on": ["The last day lies before the first."]}),
            ("revenue", {"account": ""}, {"account": ["This field is required."]}),
            ("revenue", {"recognised_on": "2026-13-01"}, {"recognised_on": ["Enter a valid date."]}),
            ("revenue", {"amount": "1.234"}, {"amount": ["Ensure that there are no more than 2 decimal places."]}),
            ("spend", {"amount": "-5"}, {"amount": ["Ensure this value is greater than or equal to 0."]}),
            ("campaigns", {"ends_on": "2025-12-31"}, {"ends_on": ["The last day lies before the first."]}),
            ("campaigns", {"name": ""}, {"name": ["This field is required."]}),
            ("rates", {"currency": "ILS"}, {"currency": ["This is the reporting currency: it needs no rate."]}),
            ("rates", {"rate": "0"}, {"rate": ["Ensure this value is greater than or equal to 0.000001."]}),
        ],
    )
    def test_what_is_wrong_is_said_at_the_field(self, login, leadership, name, change, errors):
        data = {
            "opportunities": {"stage": "won", "currency": "ILS", "closed_on": "2026-02-01"},
            "revenue": {"account": factories.account().pk, "amount": "10", "currency": "ILS", "recognised_on": "2026-01-01"},
            "spend": {"kind": "acquisition", "amount": "10", "currency": "ILS", "spent_on": "2026-01-01"},
            "campaigns": {"name": "Fair", "starts_on": "2026-01-01"},
            "rates": {"currency": "USD", "valid_from": "2026-01-01", "rate": "3.5"},
        }[name]
        found = login(leadership).post(reverse(f"sales:{name}_add"), {**data, **change}).context["form"].errors
        assert not MODELS[name].objects.exists()
        assert found == errors if errors else list(found) == ["currency"]

    def test_an_external_id_that_is_taken(self, login, leadership):
        taken = factories.campaign().external_id
        form = login(leadership).post(reverse("sales:campaigns_add"), {"name": "Fair", "external_id": taken}).context["form"]
        assert list(form.errors) == ["external_id"]

    def test_editing_keeps_the_external_id_when_the_field_is_emptied(self, login, leadership):
        campaign = factories.campaign()
        login(leadership).post(reverse("sales:campaigns_edit", args=[campaign.pk]), {"name": "Renamed", "external_id": ""})
        before = campaign.external_id
        campaign.refresh_from_db()
        assert (campaign.name, campaign.external_id) == ("Renamed", before)

    def test_a_representative_keeps_a_user_who_has_left_sales(self, login, administrator):
        user = factories.user(role="leadership")
        representative = factories.representative(user=user)
        login(administrator).post(reverse("sales:representatives_edit", args=[representative.pk]), {"name": "New name", "user": user.pk})
        representative.refresh_from_db()
        assert (representative.name, representative.user) == ("New name", user)

    def test_two_rates_of_one_day(self, login, leadership):
        make("rates")
        data = {"currency": "usd", "valid_from": "2026-01-01", "rate": "3"}
        form = login(leadership).post(reverse("sales:rates_add"), data).context["form"]
        assert list(form.errors) == ["__all__"]


@pytest.mark.parametrize("day", ["0025-01-01", "9999-12-31"])
@pytest.mark.parametrize("field", ["recognised_on", "ends_on"])
def test_a_year_that_nobody_means_is_refused_as_in_files(login, leadership, field, day):
    account = factories.account()
    row = {"account": account.pk, "amount": "10", "currency": "ILS", "recognised_on": "2026-01-01", "ends_on": "", field: day}
    page = login(leadership).post("/sales/revenue/new/", row)
    assert (f"The year {int(day[:4])} can not be meant." in page.content.decode(), RevenueEntry.objects.count()) == (True, 0)
