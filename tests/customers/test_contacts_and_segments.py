"""Pages of contacts and segments."""

import re

import pytest
from django.db import IntegrityError, transaction

from surveys.models import Contact, Segment
from tests import factories

pytestmark = pytest.mark.django_db


def listed(client, **query):
    return [contact.email for contact in client.get("/contacts/", query).context["page_obj"]]


def state(client, path):
    return re.search(r'name="state" value="([^"]+)"', client.get(path).content.decode()).group(1)


def values(account, **changes):
    fields = {"account": account.pk, "name": "Dana", "email": "dana@example.com", "role": "", "language": "he"}
    no_attributes = {"attributes-TOTAL_FORMS": "0", "attributes-INITIAL_FORMS": "0"}
    return {**fields, **no_attributes, "time_zone": "Asia/Jerusalem", "status": "active", **changes}


class TestContactList:
    @pytest.fixture
    def three(self):
        account = factories.account(name="Alef", segment=factories.segment("Retail"))
        factories.contact(account, name="Dana", email="dana@example.com", language="he")
        factories.contact(account, name="Eli", email="eli@example.com", status="left")
        factories.contact(factories.account(name="Bet"), name="Gil", email="gil@example.com")
        return account

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({}, ["dana@example.com", "eli@example.com", "gil@example.com"]),
            ({"q": "GIL"}, ["gil@example.com"]),
            ({"q": "alef"}, ["dana@example.com", "eli@example.com"]),
            ({"status": "left"}, ["eli@example.com"]),
            ({"language": "he"}, ["dana@example.com"]),
            ({"order": "-email"}, ["gil@example.com", "eli@example.com", "dana@example.com"]),
        ],
    )
    def test_search_filter_order(self, login, leadership, three, query, found):
        assert listed(login(leadership), **query) == found

    def test_by_segment(self, login, leadership, three):
        assert listed(login(leadership), segment=three.segment_id) == ["dana@example.com", "eli@example.com"]

    def test_the_number_of_queries_does_not_grow(self, login, leadership, three, django_assert_num_queries):
        client = login(leadership)
        with django_assert_num_queries(6) as first:
            client.get("/contacts/", {"q": "gil"})
        with django_assert_num_queries(len(first)):
            client.get("/contacts/")

    def test_an_account_managers_contacts_are_those_of_own_accounts(self, login, account_manager, three):
        own = factories.contact(factories.account(account_manager=account_manager))
        client = login(account_manager)
        assert listed(client) == [own.email]
        assert client.get(f"/contacts/{Contact.objects.get(name='Gil').pk}/").status_code == 404
        assert client.get(f"/contacts/{own.pk}/").status_code == 200


class TestContactForm:
    def test_a_contact_is_added(self, login, account_manager):
        account = factories.account(account_manager=account_manager)
        answer = login(account_manager).post("/contacts/new/", values(account))
        contact = Contact.objects.get()
        assert answer.url == f"/accounts/{account.pk}/"
        assert (contact.account, contact.email, contact.language, contact.time_zone) == (
            account,
            "dana@example.com",
            "he",
            "Asia/Jerusalem",
        )

    def test_the_address_is_unique_whatever_its_case_and_does_not_tell_whose_it_is(self, login, account_manager):
        factories.contact(factories.account(name="Secret"), name="Hidden", email="Dana@Example.com")
        page = login(account_manager).post("/contacts/new/", values(factories.account(account_manager=account_manager)))
        html = page.content.decode()
        assert "A contact with this e-mail address exists already." in html
        assert ("Secret" in html, "Hidden" in html, Contact.objects.count()) == (False, False, 1)

    def test_the_database_says_so_too(self):
        factories.contact(email="dana@example.com")
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.contact(email="DANA@example.com")

    def test_anothers_account_can_not_be_chosen(self, login, account_manager):
        page = login(account_manager).post("/contacts/new/", values(factories.account()))
        assert "account" in page.context["form"].errors
        assert Contact.objects.count() == 0

    @pytest.mark.parametrize(
        ("field", "value"), [("email", "no address"), ("language", "xx"), ("time_zone", "Mars/Olympus"), ("status", "gone")]
    )
    def test_what_is_wrong_is_said_at_the_field(self, login, survey_owner, field, value):
        page = login(survey_owner).post("/contacts/new/", values(factories.account(), **{field: value}))
        assert list(page.context["form"].errors) == [field]

    def test_a_language_that_an_import_brought_is_kept(self, login, survey_owner):
        contact, client = factories.contact(language="el"), login(survey_owner)
        path = f"/contacts/{contact.pk}/"
        client.post(path, values(contact.account, language="el", name="New name", state=state(client, path)))
        contact.refresh_from_db()
        assert (contact.name, contact.language) == ("New name", "el")

    def test_the_second_of_two_editors_is_told(self, login, survey_owner):
        contact, client = factories.contact(), login(survey_owner)
        path = f"/contacts/{contact.pk}/"
        seen = state(client, path)
        Contact.objects.filter(pk=contact.pk).update(status="left")
        page = client.post(path, values(contact.account, state=seen))
        assert "Somebody changed this meanwhile" in page.content.decode()

    def test_the_account_of_the_page_is_chosen(self, login, survey_owner):
        account = factories.account()
        page = login(survey_owner).get("/contacts/new/", {"account": account.pk})
        assert page.context["form"]["account"].value() == str(account.pk)

    def test_deleting_keeps_the_response_without_the_name(self, login, survey_owner):
        response = factories.response(contact=factories.contact())
        login(survey_owner).post(f"/contacts/{response.contact_id}/delete/")
        response.refresh_from_db()
        assert response.contact is None

    @pytest.mark.parametrize("role", ["leadership", "sales"])
    def test_readers_change_nothing(self, login, role):
        contact, client = factories.contact(), login(factories.user(role=role))
        statuses = [
            client.get(path).status_code for path in ("/contacts/new/", f"/contacts/{contact.pk}/", f"/contacts/{contact.pk}/delete/")
        ]
        assert statuses == [403, 403, 403]


class TestSegments:
    def test_the_list_counts_accounts_and_contacts(self, login, survey_owner):
        segment = factories.segment("Retail")
        for _ in range(2):
            factories.contact(factories.account(segment=segment))
        [row] = login(survey_owner).get("/segments/").context["page_obj"]
        assert (row.name, row.account_count, row.contact_count) == ("Retail", 2, 2)

    def test_add_and_change(self, login, survey_owner):
        client = login(survey_owner)
        client.post("/segments/new/", {"name": "Retail", "inactivity_days": 90})
        segment = Segment.objects.get()
        path = f"/segments/{segment.pk}/"
        client.post(path, {"name": "Shops", "inactivity_days": 60, "state": state(client, path)})
        segment.refresh_from_db()
        assert (segment.name, segment.inactivity_days) == ("Shops", 60)

    def test_a_name_is_taken(self, login, survey_owner):
        factories.segment("Retail")
        page = login(survey_owner).post("/segments/new/", {"name": "Retail", "inactivity_days": 90})
        assert page.context["form"].errors["name"] == ["Segment with this Name already exists."]

    def test_with_accounts_it_stays_and_says_why(self, login, survey_owner):
        segment = factories.segment()
        factories.account(segment=segment)
        client = login(survey_owner)
        page = client.get(f"/segments/{segment.pk}/delete/")
        assert page.context["consequences"].in_the_way == 1
        assert client.post(f"/segments/{segment.pk}/delete/").status_code == 409
        assert Segment.objects.filter(pk=segment.pk).exists()

    def test_an_empty_one_goes(self, login, survey_owner):
        segment = factories.segment()
        login(survey_owner).post(f"/segments/{segment.pk}/delete/")
        assert not Segment.objects.exists()

    @pytest.mark.parametrize("role", ["account_manager", "team_lead", "leadership", "sales"])
    def test_for_those_who_manage_customers_only(self, login, role):
        assert login(factories.user(role=role)).get("/segments/").status_code == 403
