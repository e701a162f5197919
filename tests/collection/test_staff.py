"""Answers of the own team, and interviews that the staff types in."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from surveys.collection.imports import ResponseKind
from surveys.distribution.forms import DistributionForm
from surveys.models import Response
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def pulse():
    return factories.link(factories.survey(audience="team"), name="Pulse of November")


class TestTheTeam:
    def test_it_stands_under_asked_of_you(self, login, account_manager, pulse):
        factories.link()  # of customers: not theirs to answer
        factories.link(pulse.survey, name="Over", closes_at=timezone.now() - timedelta(days=1))
        page = login(account_manager).get(reverse("collection:team_surveys")).content.decode()
        assert ("Pulse of November" in page, "Over" in page, "Your name stands with your answers" in page) == (True, False, True)
        assert "Link " not in page

    def test_each_member_answers_once_and_may_correct(self, login, account_manager, pulse):
        client, path = login(account_manager), reverse("collection:team", args=[pulse.token])
        client.post(path, {"page": "1", "q-score": "9"})
        client.post(path, {"page": "1", "q-score": "4"})
        response = Response.objects.get()
        assert (response.member, response.account, response.contact, response.score) == (account_manager, None, None, 4)
        assert "Look at my answers" in client.get(reverse("collection:team_surveys")).content.decode()

    @pytest.mark.parametrize("role", ["leadership", "administrator", "survey_owner"])
    def test_who_does_not_sell_does_not_answer(self, login, pulse, role):
        client = login(factories.user(role=role))
        assert client.get(reverse("collection:team", args=[pulse.token])).status_code == 403

    def test_a_visitor_is_asked_to_log_in(self, client, pulse):
        path = reverse("collection:team", args=[pulse.token])
        assert client.get(path)["Location"] == f"/login/login/?next={path}"

    def test_a_form_of_another_site_is_refused(self, account_manager, pulse):
        client = Client(enforce_csrf_checks=True)
        client.force_login(account_manager, backend="allauth.account.auth_backends.AuthenticationBackend")
        sent = client.post(reverse("collection:team", args=[pulse.token]), {"page": "1", "q-score": "9"})
        assert (sent.status_code, Response.objects.count()) == (403, 0)

    def test_its_answers_are_never_among_those_of_customers(self, login, account_manager, administrator, pulse):
        login(account_manager).post(reverse("collection:team", args=[pulse.token]), {"page": "1", "q-score": "9"})
        assert Response.objects.visible_to(administrator).count() == 0
        assert Response.objects.of_accounts().count() == 0

    def test_customers_can_not_be_mailed_it(self, administrator, pulse):
        customers = factories.survey()
        assert list(DistributionForm(user=administrator).fields["survey"].queryset) == [customers]

    def test_no_import_brings_its_responses(self, administrator, pulse):
        from feedback_site.imports.kinds import Row

        row = Row(2, {"survey": pulse.survey, "account": factories.account(), "score": 9})
        assert [(field, str(words)) for field, words in ResponseKind().check(row, administrator)] == [
            ("survey", "Responses to an anonymous survey, and those of the own team, belong to no account.")
        ]


class TestInterview:
    @pytest.fixture
    def contact(self, account_manager):
        return factories.contact(factories.account(name="Olive & Sons", account_manager=account_manager), name="Dana", language="he")

    def path(self, contact, survey):
        return reverse("collection:interview", args=[contact.pk, survey.pk])

    def test_it_is_marked_and_says_who_typed(self, login, account_manager, contact):
        survey, client = factories.survey(), login(account_manager)
        page = client.get(self.path(contact, survey))
        assert (page.context["language"], Response.objects.count()) == ("he", 0)
        sent = client.post(self.path(contact, survey), {"page": "1", "q-score": "9"})
        response = Response.objects.get()
        assert sent["Location"] == reverse("collection:interview_response", args=[response.pk]) + "?lang=he&page=2"
        assert (response.source, response.typed_by, response.contact, response.account) == (
            "interview",
            account_manager,
            contact,
            contact.account,
        )
        client.post(sent["Location"], {"page": "2", "q-comment": "Said on the telephone"})
        shown = client.get(reverse("reports:response", args=[response.pk])).content.decode()
        assert "Interview, typed in" in shown
        assert f"<bdi>{account_manager}</bdi>" in shown

    def test_the_browser_sends_its_origin_along(self, login, account_manager, contact):
        """Without a referrer it would send "null", and the CSRF check would refuse the answers."""
        page = login(account_manager).get(self.path(contact, factories.survey()))
        assert (page["Referrer-Policy"], 'content="no-referrer"' in page.content.decode()) == ("same-origin", False)

    def test_a_second_interview_is_a_second_response(self, login, account_manager, contact):
        survey, client = factories.survey(), login(account_manager)
        for _n in range(2):
            opened = client.get(self.path(contact, survey)).context["opened"]
            client.post(self.path(contact, survey), {"page": "1", "q-score": "9", "opened": opened})
        assert Response.objects.count() == 2

    def test_a_page_that_is_sent_twice_is_one_interview(self, login, account_manager, contact):
        survey, client = factories.survey(), login(account_manager)
        opened = client.get(self.path(contact, survey)).context["opened"]
        for score in ("9", "8"):
            client.post(self.path(contact, survey), {"page": "1", "q-score": score, "opened": opened})
        assert Response.objects.get().score == 8

    def test_only_for_contacts_of_ones_own(self, login, account_manager):
        stranger, survey = factories.contact(), factories.survey()
        client = login(account_manager)
        assert client.get(reverse("collection:choose_interview", args=[stranger.pk])).status_code == 404
        assert client.post(self.path(stranger, survey), {"page": "1", "q-score": "9"}).status_code == 404
        assert Response.objects.count() == 0

    def test_nobody_goes_on_with_anothers_interview(self, login, account_manager, contact):
        survey = factories.survey()
        login(account_manager).post(self.path(contact, survey), {"page": "1", "q-score": "9"})
        other = Client()
        other.force_login(factories.user(), backend="allauth.account.auth_backends.AuthenticationBackend")
        assert other.get(reverse("collection:interview_response", args=[Response.objects.get().pk])).status_code == 404

    def test_a_mailed_response_can_not_be_changed_this_way(self, login, administrator, contact):
        mailed = factories.response(contact=contact)
        assert login(administrator).get(reverse("collection:interview_response", args=[mailed.pk])).status_code == 404

    @pytest.mark.parametrize("fields", [{"is_anonymous": True}, {"audience": "team"}, {"published": False}])
    def test_only_with_surveys_of_customers_that_know_them(self, login, account_manager, contact, fields):
        survey = factories.survey(**fields)
        assert login(account_manager).get(self.path(contact, survey)).status_code == 404

    def test_the_only_survey_is_taken_at_once(self, login, account_manager, contact):
        survey = factories.survey()
        page = login(account_manager).get(reverse("collection:choose_interview", args=[contact.pk]))
        assert page["Location"] == self.path(contact, survey)

    def test_without_a_survey_it_says_so(self, login, account_manager, contact):
        page = login(account_manager).get(reverse("collection:choose_interview", args=[contact.pk]))
        assert "No survey is published yet." in page.content.decode()

    def test_sales_and_leadership_do_not_interview(self, login, leadership, contact):
        assert login(leadership).get(reverse("collection:choose_interview", args=[contact.pk])).status_code == 403
