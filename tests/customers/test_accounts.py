"""Pages of accounts: who sees, changes and deletes which."""

import re
from datetime import date

import pytest
from auditlog.models import LogEntry
from django.urls import reverse
from django.utils.html import escape

from surveys.models import Account
from tests import factories

pytestmark = pytest.mark.django_db
EVIL = "<script>alert(1)</script>"
NO_ATTRIBUTES = {"attributes-TOTAL_FORMS": "0", "attributes-INITIAL_FORMS": "0"}


def listed(client, **query):
    page = client.get("/accounts/", query)
    return [account.name for account in page.context["page_obj"]]


def values(account, **changes):
    """What the form of `account` posts, opened just now."""
    fields = {
        "name": account.name,
        "external_id": account.external_id,
        "segment": account.segment_id or "",
        "region": account.region,
        "industry": account.industry,
        "account_manager": account.account_manager_id or "",
        "sales_representative": account.sales_representative_id or "",
        "currency": account.currency,
        "ended_on": "",
    }
    return {**fields, **NO_ATTRIBUTES, **changes}


def opened(client, account):
    page = client.get(f"/accounts/{account.pk}/edit/").content.decode()
    return re.search(r'name="state" value="([^"]+)"', page).group(1)


class TestList:
    @pytest.fixture
    def three(self):
        north, south = factories.segment("Retail"), factories.segment("Public")
        return [
            factories.account(name="Alef", external_id="X-1", segment=north, region="North", industry="Food"),
            factories.account(name="Bet", external_id="X-2", segment=south, region="South"),
            factories.account(name="Gimel", external_id="Y-3", segment=north, region="South"),
        ]

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ({}, ["Alef", "Bet", "Gimel"]),
            ({"q": "LEF"}, ["Alef"]),
            ({"q": "x-"}, ["Alef", "Bet"]),
            ({"region": "South"}, ["Bet", "Gimel"]),
            ({"industry": "Food"}, ["Alef"]),
            ({"order": "-name"}, ["Gimel", "Bet", "Alef"]),
            ({"q": "nobody"}, []),
        ],
    )
    def test_search_filter_order(self, login, leadership, three, query, names):
        assert listed(login(leadership), **query) == names

    def test_by_segment_manager_and_representative(self, login, leadership, three, account_manager):
        representative = factories.representative()
        Account.objects.filter(pk=three[1].pk).update(account_manager=account_manager, sales_representative=representative)
        client = login(leadership)
        assert listed(client, segment=three[0].segment_id) == ["Alef", "Gimel"]
        assert listed(client, account_manager=account_manager.pk) == ["Bet"]
        assert listed(client, sales_representative=representative.pk) == ["Bet"]

    def test_pages_of_25(self, login, leadership):
        for number in range(26):
            factories.account(name=f"Account {number:02}")
        client = login(leadership)
        assert listed(client, page=2) == ["Account 25"]
        assert "1–25</bdi> of 26" in client.get("/accounts/").content.decode()

    def test_the_number_of_queries_does_not_grow(self, login, leadership, three, django_assert_num_queries):
        client = login(leadership)
        client.get("/accounts/")
        with django_assert_num_queries(9) as first:
            client.get("/accounts/", {"q": "Alef"})
        with django_assert_num_queries(len(first)):
            client.get("/accounts/", {"q": "e"})

    def test_empty_says_what_to_do(self, login, survey_owner):
        assert f'href="{reverse("imports:list")}"' in login(survey_owner).get("/accounts/").content.decode().split("k-empty")[1]

    def test_nothing_fits(self, login, leadership, three):
        assert "No account fits these filters." in login(leadership).get("/accounts/", {"q": "nobody"}).content.decode()


class TestWhoSeesWhat:
    @pytest.fixture
    def people(self, account_manager):
        team = factories.team()
        account_manager.team = team
        account_manager.save()
        seller = factories.user(role="sales")
        factories.account(name="Managed", account_manager=account_manager)
        factories.account(name="Sold", sales_representative=factories.representative(user=seller))
        factories.account(name="Other")
        return {
            "account_manager": account_manager,
            "team_lead": factories.user(role="team_lead", team=team),
            "sales": seller,
            "leadership": factories.user(role="leadership"),
            "survey_owner": factories.user(role="survey_owner"),
            "administrator": factories.user(role="administrator"),
        }

    @pytest.mark.parametrize(
        ("role", "names"),
        [
            ("account_manager", ["Managed"]),
            ("team_lead", ["Managed"]),
            ("sales", ["Sold"]),
            ("leadership", ["Managed", "Other", "Sold"]),
            ("survey_owner", ["Managed", "Other", "Sold"]),
            ("administrator", ["Managed", "Other", "Sold"]),
        ],
    )
    def test_list_page_and_detail_agree(self, login, people, role, names):
        client = login(people[role])
        assert listed(client) == names
        found = [account.name for account in Account.objects.order_by("name") if client.get(f"/accounts/{account.pk}/").status_code == 200]
        assert found == names

    @pytest.mark.parametrize(("role", "status"), [("account_manager", 404), ("team_lead", 404), ("sales", 403), ("leadership", 403)])
    def test_anothers_account_is_not_changed(self, login, people, role, status):
        other = Account.objects.get(name="Other")
        client = login(people[role])
        assert client.get(f"/accounts/{other.pk}/edit/").status_code == status
        assert client.post(f"/accounts/{other.pk}/edit/", values(other, name="Mine")).status_code == status
        other.refresh_from_db()
        assert other.name == "Other"

    @pytest.mark.parametrize("role", ["account_manager", "team_lead", "sales", "leadership"])
    def test_only_those_who_manage_customers_add_and_delete(self, login, people, role):
        client, own = login(people[role]), Account.objects.visible_to(people[role]).first()
        assert client.get("/accounts/new/").status_code == 403
        assert client.post(f"/accounts/{own.pk}/delete/").status_code == 403
        assert Account.objects.filter(pk=own.pk).exists()


class TestEditing:
    def test_an_account_is_added_with_own_attributes(self, login, survey_owner):
        data = {"name": "New", "external_id": "N-1", "currency": "eur", "region": "North"}
        rows = {
            "attributes-TOTAL_FORMS": "2",
            "attributes-INITIAL_FORMS": "0",
            "attributes-0-name": "employees",
            "attributes-0-value": "90",
        }
        answer = login(survey_owner).post("/accounts/new/", {**data, **rows})
        account = Account.objects.get(external_id="N-1")
        assert answer.url == f"/accounts/{account.pk}/"
        assert (account.currency, account.region, account.attributes) == ("EUR", "North", {"employees": "90"})

    def test_a_double_post_makes_one(self, login, survey_owner):
        client, data = login(survey_owner), {"name": "New", "external_id": "N-1", "currency": "ILS", **NO_ATTRIBUTES}
        statuses = [client.post("/accounts/new/", data).status_code for _ in range(2)]
        assert (statuses, Account.objects.filter(external_id="N-1").count()) == ([302, 200], 1)

    @pytest.mark.parametrize(
        ("field", "value", "error"),
        [
            ("currency", "XQX", "XQX is no currency in use. Name it by its three letters, as ILS."),
            ("currency", "shekel", "Name the currency by its three letters, as ILS."),
            ("name", "", "This field is required."),
            ("ended_on", "31/31/2026", "Enter a valid date."),
        ],
    )
    def test_what_is_wrong_is_said_at_the_field(self, login, survey_owner, field, value, error):
        account, client = factories.account(), login(survey_owner)
        page = client.post(f"/accounts/{account.pk}/edit/", values(account, state=opened(client, account), **{field: value}))
        assert page.context["form"].errors[field][0] == error

    def test_attributes_are_changed_and_removed(self, login, survey_owner):
        account, client = factories.account(attributes={"tier": "gold", "old": "1"}), login(survey_owner)
        rows = {
            "attributes-TOTAL_FORMS": "2", "attributes-INITIAL_FORMS": "2",
            "attributes-0-name": "tier", "attributes-0-value": "silver", "attributes-1-name": "old", "attributes-1-value": "",
        }  # fmt: skip
        client.post(f"/accounts/{account.pk}/edit/", {**values(account), "state": opened(client, account), **rows})
        account.refresh_from_db()
        assert account.attributes == {"tier": "silver"}

    @pytest.mark.parametrize(
        ("rows", "error"),
        [
            ([("", "gold")], "Name the attribute, or empty its value too."),
            ([("tier", "gold"), ("tier", "silver")], "This attribute is there twice."),
        ],
    )
    def test_wrong_attributes_change_nothing(self, login, survey_owner, rows, error):
        account, client = factories.account(), login(survey_owner)
        data = {"attributes-TOTAL_FORMS": str(len(rows)), "attributes-INITIAL_FORMS": "0"}
        for number, (name, value) in enumerate(rows):
            data |= {f"attributes-{number}-name": name, f"attributes-{number}-value": value}
        page = client.post(f"/accounts/{account.pk}/edit/", {**values(account, name="Changed"), "state": opened(client, account), **data})
        assert error in page.content.decode()
        account.refresh_from_db()
        assert (account.attributes, account.name == "Changed") == ({}, False)

    def test_account_managers_do_not_give_their_accounts_away(self, login, account_manager):
        account, other = factories.account(account_manager=account_manager, region="North"), factories.user()
        client = login(account_manager)
        data = values(account, state=opened(client, account), region="South", account_manager=other.pk, external_id="stolen")
        client.post(f"/accounts/{account.pk}/edit/", data)
        account.refresh_from_db()
        assert (account.region, account.account_manager, account.external_id == "stolen") == ("South", account_manager, False)

    def test_the_second_of_two_editors_is_told(self, login, survey_owner):
        account, client = factories.account(name="Before"), login(survey_owner)
        state = opened(client, account)
        Account.objects.filter(pk=account.pk).update(region="Elsewhere")
        page = client.post(f"/accounts/{account.pk}/edit/", values(account, name="Mine", state=state))
        assert "Somebody changed this meanwhile" in page.content.decode()
        account.refresh_from_db()
        assert (account.name, account.region) == ("Before", "Elsewhere")

    def test_who_changed_what_is_recorded(self, login, survey_owner):
        account, client = factories.account(region="North"), login(survey_owner)
        client.post(f"/accounts/{account.pk}/edit/", values(account, state=opened(client, account), region="South"))
        entry = LogEntry.objects.get_for_object(account).latest("timestamp")
        assert (entry.actor, entry.changes) == (survey_owner, {"region": ["North", "South"]})


class TestDeleting:
    def test_it_says_what_goes_and_asks(self, login, survey_owner):
        account = factories.account()
        factories.response(contact=factories.contact(account), comment="Fine")
        factories.revenue(account)
        client = login(survey_owner)
        page = client.get(f"/accounts/{account.pk}/delete/")
        gone = dict(page.context["consequences"].gone)
        assert (gone["contacts"], gone["responses"], gone["revenue entries"]) == (1, 1, 1)
        assert Account.objects.filter(pk=account.pk).exists()
        client.post(f"/accounts/{account.pk}/delete/")
        assert not Account.objects.filter(pk=account.pk).exists()


class TestHtmlInNames:
    def test_names_segments_and_attributes_are_shown_as_text(self, login, survey_owner):
        account = factories.account(
            name=EVIL, segment=factories.segment(EVIL), region=EVIL, industry=EVIL, attributes={EVIL: EVIL}, ended_on=date(2026, 1, 1)
        )
        contact = factories.contact(account, name=EVIL, role=EVIL)
        client = login(survey_owner)
        paths = [
            "/accounts/", "/contacts/", "/segments/", f"/accounts/{account.pk}/", f"/accounts/{account.pk}/edit/",
            f"/accounts/{account.pk}/delete/", f"/contacts/{contact.pk}/", f"/contacts/{contact.pk}/delete/",
            f"/segments/{account.segment_id}/", f"/segments/{account.segment_id}/delete/",
        ]  # fmt: skip
        pages = {path: client.get(path).content.decode() for path in paths}
        assert [path for path, page in pages.items() if EVIL in page] == []
        assert [path for path, page in pages.items() if escape(EVIL) not in page] == []


def test_orders_are_named_in_the_readers_language(login, leadership):
    leadership.language = "he"
    leadership.save()
    page = login(leadership).get("/accounts/").content.decode()
    assert page.count("בסדר יורד</option>") == 4
    assert "descending" not in page
