"""Alerts on pages: the number in the navigation, the list with its filters, taking back, and the page of the account."""

import re

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback_site.shell import context
from surveys.models import Alert
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "/alerts/"


def alert(account=None, kind="contact_bounces", manager=None, **fields):
    account = account or factories.account(account_manager=manager)
    contact = factories.contact(account) if kind == "contact_bounces" else None
    facts = {"email": contact.email} if contact else {"since": "2026-01-01", "people": 2}
    occasion = f"{kind}:{Alert.objects.count()}"
    return Alert.objects.create(kind=kind, account=account, contact=contact, facts=facts, occasion=occasion, **fields)


def waiting(client, path="/contacts/"):
    """What the navigation says beside Alerts: to the eye, and to who listens."""
    page = client.get(path).content.decode()
    seen = re.search(r'class="k-waiting" aria-hidden="true">(?:<bdi[^>]*>)?([^<]*)', page)
    heard = re.search(r"visually-hidden\">: ([^<]*not seen yet)</span>", page)
    return (seen.group(1), heard.group(1)) if seen and heard else (None, None)


class TestNumberInTheNavigation:
    def test_is_of_what_the_user_has_not_seen(self, login, account_manager):
        client = login(account_manager)
        assert waiting(client) == (None, None)
        own = [alert(manager=account_manager) for _ in range(3)]
        alert()
        assert waiting(client) == ("3", "3 not seen yet")
        client.post(reverse("followup:alert_seen", args=[own[0].pk]))
        assert waiting(client) == ("2", "2 not seen yet")

    def test_stops_at_a_hundred(self, login, administrator):
        account = factories.account()
        Alert.objects.bulk_create(Alert(kind="account_silent", account=account, occasion=f"n{n}") for n in range(150))
        assert waiting(login(administrator)) == ("99+", "more than 99 not seen yet")

    @pytest.mark.parametrize("role", ["leadership", "sales"])
    def test_is_not_shown_to_those_who_only_look_on(self, login, role):
        user = factories.user(role=role)
        alert(factories.account(sales_representative=factories.representative(user=user)))
        assert waiting(login(user)) == (None, None)

    def test_costs_one_query_on_a_page_and_none_in_a_part_of_one(self, login, administrator, django_assert_num_queries, rf):
        request = rf.get("/")
        request.user, request.resolver_match = administrator, None
        with django_assert_num_queries(0):
            shell = context(request)
        with django_assert_num_queries(1):
            render_to_string("partials/navigation.html", {**shell, "request": request})


class TestList:
    @pytest.fixture
    def three(self, account_manager):
        account = factories.account(name="Acme", account_manager=account_manager)
        return alert(account), alert(account, "account_silent"), alert(manager=account_manager, kind="account_silent")

    def shown(self, client, **query):
        return [one.pk for one in client.get(LIST, query).context["page_obj"]]

    def test_is_narrowed_by_kind_account_and_seen(self, login, account_manager, three):
        bounces, silent, other = three
        client = login(account_manager)
        assert self.shown(client) == [other.pk, silent.pk, bounces.pk]
        assert self.shown(client, kind="account_silent") == [other.pk, silent.pk]
        assert self.shown(client, account=silent.account_id) == [silent.pk, bounces.pk]
        assert self.shown(client, search="acm", kind="contact_bounces") == [bounces.pk]

    @pytest.mark.parametrize("account", ["x", "0", str(10**30), "-1"])
    def test_an_account_that_is_none_or_not_ones_own_shows_nothing(self, login, account_manager, three, account):
        strange = factories.account()
        client = login(account_manager)
        assert self.shown(client, account=account) == self.shown(client, account=strange.pk) == []

    def test_links_to_account_contact_and_for_survey_owners_the_distribution(self, login, account_manager, survey_owner, three):
        one = three[0]
        one.distribution = factories.distribution()
        one.save()
        page = login(account_manager).get(LIST).content.decode()
        links = [reverse("customers:account", args=[one.account_id]), reverse("distribution:contact", args=[one.contact_id])]
        detail = reverse("distribution:detail", args=[one.distribution_id])
        assert [f'href="{link}"' in page for link in (*links, detail)] == [True, True, False]
        page = login(survey_owner).get(LIST).content.decode()
        assert [f'href="{link}"' in page for link in (*links, detail)] == [True, True, True]

    def test_says_why_it_is_empty(self, login, account_manager):
        client = login(account_manager)
        assert "Nothing to tell." in client.get(LIST).content.decode()
        assert "No alert fits these filters." in client.get(LIST, {"kind": "account_silent"}).content.decode()

    def test_the_number_of_queries_does_not_grow(self, login, administrator, django_assert_num_queries):
        client = login(administrator)

        def several(n):
            for _ in range(n):
                alert(distribution=factories.distribution(), user=administrator, seen_by=factories.user())

        several(1)
        with CaptureQueriesContext(connection) as one:
            client.get(LIST)
        several(2)
        with django_assert_num_queries(len(one)):
            assert len(client.get(LIST).context["page_obj"]) == 3


class TestSeen:
    def unseen(self):
        return list(Alert.objects.unseen().order_by("pk").values_list("pk", flat=True))

    def mark_all(self, client, query="", newest=10**9):
        return client.post(reverse("followup:all_seen") + query, {"newest": newest})

    def test_all_means_all_that_the_list_shows(self, login, account_manager):
        bounces, silent = alert(manager=account_manager), alert(manager=account_manager, kind="account_silent")
        self.mark_all(login(account_manager), "?kind=account_silent")
        assert self.unseen() == [bounces.pk]
        assert Alert.objects.get(pk=silent.pk).seen_by == account_manager

    def test_a_filter_that_can_not_be_meant_marks_nothing(self, login, account_manager):
        one = alert(manager=account_manager)
        self.mark_all(login(account_manager), "?kind=nonsense")
        assert self.unseen() == [one.pk]

    def test_what_came_after_the_page_was_opened_stays(self, login, account_manager):
        first, second = alert(manager=account_manager), alert(manager=account_manager)
        self.mark_all(login(account_manager), newest=first.pk)
        assert self.unseen() == [second.pk]

    def test_it_is_taken_back_by_who_did_it_and_for_those_alone(self, login, account_manager, administrator):
        rows = [alert(manager=account_manager) for _ in range(3)]
        client = login(account_manager)
        client.post(reverse("followup:alert_seen", args=[rows[0].pk]))
        listed = client.get(self.mark_all(client, "?kind=contact_bounces").url)
        assert (listed.context["marked"], self.unseen()) == (2, [])
        moment = re.search(r'name="moment" value="([^"]*)"', listed.content.decode()).group(1)
        undo = reverse("followup:undo_seen")
        login(administrator).post(undo, {"moment": moment})
        assert self.unseen() == []
        answer = login(account_manager).post(f"{undo}?kind=contact_bounces", {"moment": moment})
        assert (answer.url, self.unseen()) == (f"{LIST}?kind=contact_bounces", [rows[1].pk, rows[2].pk])

    @pytest.mark.parametrize("moment", ["", "nonsense", "2026-13-41T00:00:00Z", "2026-01-01T00:00:00"])
    def test_a_moment_that_is_none_changes_nothing(self, login, account_manager, moment):
        client = login(account_manager)
        assert client.post(reverse("followup:undo_seen"), {"moment": moment}).url == LIST
        assert client.get(LIST, {"marked": moment}).status_code == 200

    def test_a_get_changes_nothing_and_those_who_look_on_neither(self, login, leadership):
        alert()
        client = login(leadership)
        for name in ("all_seen", "undo_seen"):
            assert client.get(reverse(f"followup:{name}")).status_code == 405
            assert client.post(reverse(f"followup:{name}")).status_code == 403

    def test_the_page_that_is_there_no_more_is_not_gone_back_to(self, login, account_manager):
        rows = [alert(manager=account_manager) for _ in range(26)]
        client = login(account_manager)
        answer = client.post(reverse("followup:alert_seen", args=[rows[0].pk]) + "?unseen=yes&page=2")
        assert client.get(answer.url).status_code == 200


class TestPageOfTheAccount:
    def test_shows_its_own_alerts_unseen_first(self, login, account_manager):
        account = factories.account(account_manager=account_manager)
        old, seen = alert(account), alert(account, "account_silent")
        Alert.objects.filter(pk=seen.pk).update(seen_at=seen.created_at)
        other = alert(manager=account_manager)
        page = login(account_manager).get(reverse("customers:account", args=[account.pk])).content.decode()
        section = page[page.index('aria-labelledby="alerts"') : page.index("</section>")]
        assert section.index(old.contact.email) < section.index("2 people were asked")
        assert f"?account={account.pk}" in section
        assert other.contact.email not in page

    def test_has_no_such_part_where_there_is_none(self, login, account_manager):
        account = factories.account(account_manager=account_manager)
        assert (
            'aria-labelledby="alerts"' not in login(account_manager).get(reverse("customers:account", args=[account.pk])).content.decode()
        )

    def test_the_number_of_queries_does_not_grow(self, login, account_manager, django_assert_num_queries):
        account = factories.account(account_manager=account_manager)
        client, page = login(account_manager), reverse("customers:account", args=[account.pk])
        alert(account, distribution=factories.distribution())
        with CaptureQueriesContext(connection) as one:
            client.get(page)
        for _ in range(3):
            alert(account, distribution=factories.distribution())
        with django_assert_num_queries(len(one)):
            client.get(page)
