"""Anonymous surveys: nothing that is stored ties a response to whoever was asked."""

from datetime import timedelta

import pytest
import time_machine
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analytics.linkage.models import SatisfactionQuarter
from analytics.linkage.rollup import refresh_rollups
from analytics.text.models import Sentiment
from analytics.text.score import score_waiting
from surveys.authoring.checks import problems
from surveys.authoring.models import FixedAudienceError
from surveys.collection import anonymous
from surveys.distribution.remind import remind
from surveys.distribution.tokens import answer_token
from surveys.models import Answer, Delivery, Invitation, Participation, Response, Survey
from tests import factories
from tests.distribution.at_once import at_once

pytestmark = pytest.mark.django_db
NOON = timezone.make_aware(timezone.datetime(2026, 11, 20, 12, 34, 56))
MIDNIGHT = timezone.make_aware(timezone.datetime(2026, 11, 20))


@pytest.fixture
def invitation():
    return factories.invitation(factories.distribution(factories.survey(is_anonymous=True)))


def address(invitation):
    return reverse("collection:answer", args=[answer_token(invitation)])


def answer_all(client, invitation, **last):
    first = client.post(address(invitation), {"page": "1", "q-score": "3"})
    so_far = first.context["so_far"]
    return client.post(address(invitation), {"page": "2", "so_far": so_far, "q-reason": "price", "q-comment": "Too dear", **last})


def every_value(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


class TestWhatIsStored:
    def test_nothing_before_the_last_page(self, client, invitation):
        page = client.post(address(invitation), {"page": "1", "q-score": "3"})
        assert (page.status_code, page.context["page"]) == (200, 2)
        assert (Response.objects.count(), Answer.objects.count(), Invitation.objects.get().answered_at) == (0, 0, None)

    def test_the_whole_of_it_with_the_day_alone(self, client, invitation):
        with time_machine.travel(NOON, tick=False):
            sent = answer_all(client, invitation)
        assert (sent.status_code, "Thank you!" in sent.content.decode()) == (200, True)  # and no address that tells the score
        values = every_value(Response.objects.get())
        assert {name for name, value in values.items() if value == MIDNIGHT} == {"started_at", "completed_at", "finished_at", "updated_at"}
        empty = ("invitation_id", "contact_id", "account_id", "member_id", "typed_by_id", "link_id", "reference", "external_id", "asked_at")
        assert {name: values[name] for name in (*empty, "segment_id", "account_manager_id", "sales_representative_id")} == dict.fromkeys(
            (*empty, "segment_id", "account_manager_id", "sales_representative_id")
        )
        assert values["region"] == ""
        assert set(Answer.objects.values_list("updated_at", flat=True)) == {MIDNIGHT}
        assert set(Answer.objects.values_list("question_key", "number", "text")) == {
            ("score", 3, ""),
            ("reason", None, ""),
            ("comment", None, "Too dear"),
        }

    def test_no_key_tells_when_it_came(self, client, invitation):
        """A running number would stand between those of two responses whose times are known."""
        answer_all(client, invitation)
        score_waiting()
        keys = [*Response.objects.values_list("pk", flat=True), *Answer.objects.values_list("pk", flat=True)]
        keys += Sentiment.objects.values_list("pk", flat=True)
        assert len(set(keys)) == len(keys) - 1  # the sentiment has that of its answer
        assert max(keys) < 0
        assert sorted(abs(one - other) for one in keys for other in keys if one < other)[0] > 1000
        assert factories.response().pk > 0  # and the running numbers go on as if nothing had come

    def test_in_which_handful_it_came(self, invitation):
        link = factories.link(invitation.distribution.survey)
        for _n in range(11):
            anonymous.take(link.survey.published, {"score": 3}, NOON, "en", link)
        assert sorted(Response.objects.values_list("group", flat=True)) == [0] * 5 + [1] * 5 + [2]
        other = factories.link(factories.survey(is_anonymous=True))
        anonymous.take(other.survey.published, {"score": 3}, NOON, "en", other)
        assert Response.objects.get(survey=other.survey).group == 0

    def test_that_somebody_took_part_carries_no_time_of_it(self, client, invitation):
        with time_machine.travel(NOON, tick=False):
            answer_all(client, invitation)
        invitation.refresh_from_db()
        assert invitation.answered_at == invitation.created_at

    def test_the_score_of_a_text_carries_no_time_either(self, client, invitation):
        with time_machine.travel(NOON, tick=False):
            answer_all(client, invitation)
            score_waiting()
        sentiment = Sentiment.objects.get()
        assert (sentiment.scored_at, sentiment.answer_updated_at) == (MIDNIGHT, MIDNIGHT)

    def test_once_only(self, client, invitation):
        answer_all(client, invitation)
        assert "You have taken part" in client.get(address(invitation)).content.decode()
        assert "You have taken part" in answer_all(Client(), invitation).content.decode()
        assert Response.objects.count() == 1

    def test_whoever_took_part_is_not_reminded(self, client, invitation, survey_owner):
        Delivery.objects.create(invitation=invitation, state="sent", sent_at=timezone.now())
        answer_all(client, invitation)
        assert remind(invitation.distribution, 1, survey_owner, timezone.now()) == 0

    def test_the_thanks_are_those_of_the_score(self, client, invitation):
        page = answer_all(client, invitation).content.decode()
        assert ("Thank you!" in page, "Correct my answers" in page) == (True, False)


class TestTheWayThrough:
    def test_the_score_of_the_mail_is_chosen(self, client, invitation):
        assert 'value="7" checked' in client.get(address(invitation) + "?score=7").content.decode()

    def test_back_keeps_what_was_written(self, client, invitation):
        first = client.post(address(invitation), {"page": "1", "q-score": "3"})
        back = client.post(
            address(invitation), {"page": "2", "so_far": first.context["so_far"], "q-comment": "Half a thought", "back": "1"}
        )
        assert (back.context["page"], 'value="3" checked' in back.content.decode()) == (1, True)
        again = client.post(address(invitation), {"page": "1", "so_far": back.context["so_far"], "q-score": "4"})
        assert "Half a thought" in again.content.decode()

    def test_what_was_changed_on_the_way_is_refused(self, client, invitation):
        first = client.post(address(invitation), {"page": "1", "q-score": "3"})
        forged = first.context["so_far"].replace(first.context["so_far"][:4], "AAAA", 1)
        page = client.post(address(invitation), {"page": "2", "so_far": forged, "q-comment": "x"})
        assert (page.status_code, "Please start again" in page.content.decode(), Response.objects.count()) == (400, True, 0)

    def test_what_got_lost_on_the_way_is_said(self, client, invitation):
        """A response that lacks its first page would be stored as if nothing else had been answered."""
        page = client.post(address(invitation), {"page": "2", "q-comment": "x"})
        assert (page.status_code, Response.objects.count()) == (400, 0)

    @pytest.mark.parametrize("page", ["", "0", "99", "9" * 5000, "²", "-1", "x"])
    def test_a_page_that_is_not_there_is_the_first(self, client, invitation, page):
        sent = client.post(address(invitation), {"page": page, "q-score": "3"})
        assert (sent.status_code, sent.context["page"], Response.objects.count()) == (200, 2, 0)

    def test_the_answers_of_another_survey_are_worth_nothing(self, client, invitation):
        other = factories.invitation(factories.distribution(factories.survey(is_anonymous=True)))
        first = client.post(address(other), {"page": "1", "q-score": "3"})
        client.post(address(invitation), {"page": "2", "so_far": first.context["so_far"], "q-comment": "x"})
        assert Response.objects.count() == 0

    def test_the_script_saves_nothing_half_way(self, client, invitation):
        sent = client.post(address(invitation), {"page": "1", "q-score": "3"}, headers={"X-Kesher-Save": "1"})
        assert (sent.status_code, Response.objects.count()) == (204, 0)
        assert 'data-keep="nothing"' in client.get(address(invitation)).content.decode()

    def test_the_page_says_so_and_names_nobody(self, client, invitation):
        page = client.get(address(invitation)).content.decode()
        assert "This survey is anonymous" in page
        assert invitation.contact.name not in page

    def test_a_closed_one_takes_nothing(self, client, invitation):
        first = client.post(address(invitation), {"page": "1", "q-score": "3"})
        invitation.distribution.closes_at = timezone.now() - timedelta(minutes=1)
        invitation.distribution.save()
        sent = client.post(address(invitation), {"page": "2", "so_far": first.context["so_far"]})
        assert (sent.status_code, Response.objects.count()) == (410, 0)


class TestNobodyIsShown:
    @pytest.fixture(autouse=True)
    def answered(self, client, invitation):
        answer_all(client, invitation)
        score_waiting()
        refresh_rollups()

    def test_in_no_list_no_page_no_export_and_no_program(self, login, administrator):
        client, response = login(administrator), Response.objects.get()
        assert client.get("/feedback/").context["paginator"].count == 0
        assert "Too dear" not in client.get("/feedback/?export=csv").content.decode()
        assert client.get(f"/feedback/{response.pk}/").status_code == 404
        for name in ("responses", "sentiments"):
            assert client.get(f"/api/{name}/").json()["count"] == 0
        assert client.get(f"/api/responses/{response.pk}/").status_code == 404

    def test_not_in_the_report(self):
        assert SatisfactionQuarter.objects.count() == 0


class TestOverALink:
    def test_one_for_each_browser(self, client):
        link = factories.link(factories.survey(is_anonymous=True))
        path = reverse("collection:link", args=[link.token])
        with time_machine.travel(NOON, tick=False) as clock:
            page = client.get(path)
            clock.shift(20)
            first = client.post(path, {"page": "1", "q-score": "3", "opened": page.context["opened"]})
            client.post(path, {"page": "2", "so_far": first.context["so_far"], "opened": page.context["opened"], "q-comment": "x"})
        response = Response.objects.get()
        assert (response.link, response.reference, response.set_aside, response.completed_at) == (link, None, "", MIDNIGHT)
        assert "we have an answer from this browser" in client.get(path).content.decode()
        assert client.cookies[f"kesher-{link.pk}"].value == "-"

    def test_the_same_browser_can_not_send_a_page_that_it_opened_before(self, client):
        link = factories.link(factories.survey(is_anonymous=True))
        pages = [client.get(reverse("collection:link", args=[link.token])) for _n in range(2)]
        sent = [self.send(client, link, page).content.decode() for page in pages]
        assert ("we have an answer from this browser" in sent[1], Response.objects.count()) == (True, 1)

    def test_a_page_opened_before_another_version_was_published_is_stored_whole(self, client):
        link = factories.link(factories.survey(is_anonymous=True))
        page = client.get(reverse("collection:link", args=[link.token]))
        first = client.post(reverse("collection:link", args=[link.token]), self.posted("1", page, **{"q-score": "3"}))
        factories.next_version(link.survey)
        last = self.posted("2", page, so_far=first.context["so_far"], **{"q-comment": "Too dear"})
        assert client.post(reverse("collection:link", args=[link.token]), last).status_code == 200
        response = Response.objects.get()
        assert (response.version.number, response.score, response.answers.count()) == (1, 3, 2)

    @staticmethod
    def posted(number, page, **fields):
        return {"page": number, "opened": page.context["opened"], **fields}

    def send(self, client, link, page):
        path = reverse("collection:link", args=[link.token])
        first = client.post(path, {"page": "1", "q-score": "3", "opened": page.context["opened"]})
        if "form" not in first.context:
            return first
        return client.post(path, {"page": "2", "so_far": first.context["so_far"], "opened": page.context["opened"]})

    def test_the_last_page_sent_twice_is_one_response(self, client):
        link = factories.link(factories.survey(is_anonymous=True), one_per_browser=False)
        page = client.get(reverse("collection:link", args=[link.token]))
        assert ["Thank you!" in self.send(client, link, page).content.decode() for _n in range(2)] == [True, False]
        assert Response.objects.count() == 1

    def test_what_could_not_be_stored_can_be_sent_again(self, client, monkeypatch):
        link = factories.link(factories.survey(is_anonymous=True))
        page = client.get(reverse("collection:link", args=[link.token]))

        def fail(*args, **kwargs):
            raise DatabaseError("disk full")

        with monkeypatch.context() as broken:
            broken.setattr(Answer.objects, "bulk_create", fail)
            assert self.send(client, link, page).status_code == 503
        assert self.send(client, link, page).status_code == 200
        assert (Response.objects.count(), Answer.objects.count()) == (1, 1)


class TestSetAside:
    """Nobody can look at one to judge it: all that came over a link counts, or none."""

    @pytest.fixture
    def link(self):
        link = factories.link(factories.survey(is_anonymous=True))
        for n in range(6):
            anonymous.take(link.survey.published, {"score": 3}, NOON, "en", link, set_aside="too_fast" if n < 3 else "")
        return link

    def test_is_in_no_group_until_somebody_says_that_it_counts(self, link, login, survey_owner):
        assert Response.objects.filter(group=None).count() == 3
        client = login(survey_owner)
        count = reverse("collection:count_set_aside", args=[link.pk])
        assert count in client.get(reverse("distribution:link", args=[link.pk])).content.decode()
        page = client.post(count, follow=True).content.decode()
        assert "3 responses count from now on" in page and count not in page
        assert sorted(Response.objects.values_list("group", "set_aside")) == [(0, "")] * 5 + [(1, "")]
        assert set(Response.objects.values_list("updated_at", flat=True)) == {MIDNIGHT}
        assert LogEntry.objects.latest("pk").object_repr == str(link)

    def test_twice_is_once(self, link, login, survey_owner):
        client, count = login(survey_owner), reverse("collection:count_set_aside", args=[link.pk])
        pages = [client.post(count, follow=True).content.decode() for _n in range(2)]
        assert "Nothing is set aside" in pages[1]
        assert Response.objects.complete().count() == 6

    def test_only_survey_owners_and_only_of_anonymous_surveys(self, link, login, account_manager, survey_owner):
        assert login(account_manager).post(reverse("collection:count_set_aside", args=[link.pk])).status_code == 403
        other = factories.link()
        assert login(survey_owner).post(reverse("collection:count_set_aside", args=[other.pk])).status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time anyway")
def test_no_group_is_filled_twice_by_two_at_once():
    link = factories.link(factories.survey(is_anonymous=True))
    at_once(4, lambda: [anonymous.take(link.survey.published, {"score": 3}, NOON, "en", link) for _n in range(5)])
    assert sorted(Response.objects.values_list("group", flat=True)) == [group for group in range(4) for _n in range(5)]


class TestSettled:
    def test_it_can_not_be_switched_once_published(self):
        survey = factories.survey(is_anonymous=True)
        survey.is_anonymous = False
        with pytest.raises(FixedAudienceError):
            survey.save()
        with pytest.raises(FixedAudienceError):
            Survey.objects.filter(pk=survey.pk).update(is_anonymous=False)
        survey.refresh_from_db()
        assert survey.is_anonymous is True

    def test_a_draft_can(self):
        survey = factories.survey(published=False)
        survey.is_anonymous = True
        survey.save()
        assert Survey.objects.get().is_anonymous is True

    def test_the_form_of_a_published_one_does_not_offer_it(self, login, survey_owner):
        survey = factories.survey()
        client = login(survey_owner)
        client.post(reverse("authoring:draft", args=[survey.pk]))
        page = client.get(reverse("authoring:texts", args=[survey.draft.pk]))
        assert {"audience", "is_anonymous"} & page.context["form"].fields.keys() == set()

    def test_what_would_tell_who_answers_is_named_before_publishing(self):
        survey = factories.survey(published=False, is_anonymous=True)
        factories.question(survey.draft, key="who", type="contact_details", position=4)
        known = [[{"subject": "account.region", "is": "equals", "value": "North"}]]
        factories.question(survey.draft, key="north", type="short_text", position=5, shown_if=known)
        found = [str(problem) for problem in problems(survey.draft)]
        assert found == [
            "Question 4: it asks who answers, and the survey is anonymous.",
            "Question 5: it is shown by what is known of a contact or account, which this survey does not look at.",
        ]


class TestTheTeam:
    @pytest.fixture
    def link(self):
        return factories.link(factories.survey(audience="team", is_anonymous=True))

    def test_taking_part_is_noted_without_a_way_to_the_response(self, login, account_manager, link):
        client, path = login(account_manager), reverse("collection:team", args=[link.token])
        first = client.post(path, {"page": "1", "q-score": "3"})
        client.post(path, {"page": "2", "so_far": first.context["so_far"], "q-comment": "x"})
        part = Participation.objects.get()
        assert (part.link, part.user) == (link, account_manager)
        assert [field.name for field in Participation._meta.concrete_fields] == ["id", "link", "user"]
        assert part.pk.version == 4  # random: their order tells nothing
        assert Response.objects.get().member is None
        assert "You have taken part" in client.get(path).content.decode()

    def test_an_error_takes_neither(self, login, account_manager, link):
        path = reverse("collection:team", args=[link.token])
        login(account_manager).post(path, {"page": "2", "q-comment": "without the score"})
        assert (Participation.objects.count(), Response.objects.count()) == (0, 0)


def test_a_response_without_a_required_answer_is_refused_whole(invitation):
    with pytest.raises(ValidationError):
        anonymous.take(
            invitation.distribution.version, {"comment": "x"}, timezone.now(), "en", invitation, lambda: anonymous.took_part(invitation)
        )
    invitation.refresh_from_db()
    assert (Response.objects.count(), invitation.answered_at) == (0, None)
