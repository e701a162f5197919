"""The respondent's page, as a browser without script and without cookies meets it."""

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from surveys.distribution.objections import ANSWERED
from surveys.distribution.remind import remind
from surveys.distribution.tokens import answer_token
from surveys.models import Answer, Delivery, Invitation, Question, Response
from tests import factories

pytestmark = pytest.mark.django_db
CSS = Path(settings.BASE_DIR) / "feedback_site/static/kesher/answer.css"


@pytest.fixture
def invitation():
    account = factories.account(name="Olive & Sons")
    return factories.invitation(contact=factories.contact(account, name="Dana"))


@pytest.fixture
def respondent():
    """Somebody who has no cookie: a POST must pass although CSRF is checked."""
    return Client(enforce_csrf_checks=True)


def address(invitation):
    return reverse("collection:answer", args=[answer_token(invitation)])


def html(response):
    return response.content.decode()


def chosen(response):
    """The values of the buttons that are chosen on the page."""
    return re.findall(r'value="([^"]*)" checked', html(response))


def rows():
    return [model.objects.count() for model in (Response, Answer, Invitation, Delivery)]


class TestTheWayThrough:
    def test_the_score_of_the_mail_is_chosen_and_not_stored(self, respondent, invitation):
        response = respondent.get(address(invitation) + "?score=9")
        assert response.status_code == 200
        assert chosen(response) == ["9"]
        assert "You chose 9. It is saved when you press the button below." in html(response)
        assert Response.objects.count() == 0

    @pytest.mark.parametrize("method", ["get", "head"])
    @pytest.mark.parametrize("query", ["", "?score=9", "?score=99", "?score=x", "?page=2", "?page=7", "?lang=he", "?lang=xx"])
    def test_looking_changes_nothing(self, respondent, invitation, method, query):
        before = rows()
        assert getattr(respondent, method)(address(invitation) + query).status_code == 200
        assert rows() == before

    def test_the_score_is_stored_before_the_other_questions(self, respondent, invitation):
        response = respondent.post(address(invitation), {"page": "1", "q-score": "9"})
        assert (response.status_code, response["Location"]) == (302, address(invitation) + "?lang=en&page=2")
        stored = Response.objects.get()
        assert (stored.state, stored.score, stored.score_type, stored.band) == ("complete", 9, "nps", "promoter")
        assert "your 9 is saved" in html(respondent.get(response["Location"]))

    def test_who_stops_after_the_score_counts_and_is_not_reminded(self, respondent, invitation, survey_owner):
        Delivery.objects.create(invitation=invitation, state="sent", sent_at=timezone.now())
        respondent.post(address(invitation), {"page": "1", "q-score": "9"})
        assert Response.objects.scored().count() == 1
        assert remind(invitation.distribution, 1, survey_owner, timezone.now()) == 0

    def test_a_second_score_says_which_it_replaces(self, respondent, invitation):
        respondent.post(address(invitation), {"page": "1", "q-score": "9"})
        assert "You have answered already, with 9." in html(respondent.get(address(invitation) + "?score=2"))

    def test_the_second_page_finishes(self, respondent, invitation):
        respondent.post(address(invitation), {"page": "1", "q-score": "3"})
        response = respondent.post(address(invitation), {"page": "2", "q-reason": "price", "q-comment": "Too dear"})
        assert (response.status_code, response["Location"]) == (302, address(invitation) + "?lang=en")
        stored = Response.objects.get()
        assert (stored.state, stored.band, stored.invitation.answered_at) == ("complete", "detractor", stored.completed_at)
        assert stored.finished_at >= stored.completed_at
        assert list(stored.answers.values_list("question_key", "number", "text", "choices")) == [
            ("score", 3, "", []),
            ("reason", None, "", ["price"]),
            ("comment", None, "Too dear", []),
        ]
        assert "Thank you!" in html(respondent.get(response["Location"]))

    def test_one_question_is_one_page(self, respondent):
        survey = factories.survey(published=False)
        survey.draft.questions.exclude(key="score").delete()
        survey.versions.update(state="published")
        invitation = factories.invitation(factories.distribution(survey))
        response = respondent.post(address(invitation), {"page": "1", "q-score": "10"})
        assert response["Location"] == address(invitation) + "?lang=en"
        assert Response.objects.get().state == "complete"

    def test_a_survey_without_a_score_is_one_page(self, respondent):
        survey = factories.survey(published=False)
        survey.draft.questions.filter(key="score").delete()
        survey.versions.update(state="published")
        invitation = factories.invitation(factories.distribution(survey))
        respondent.post(address(invitation), {"page": "1", "q-reason": "service"})
        stored = Response.objects.get()
        assert (stored.state, stored.score, stored.band) == ("complete", None, "")

    def test_half_answered_it_goes_on_where_it_stopped(self, respondent, invitation):
        respondent.post(address(invitation), {"page": "1", "q-score": "9"})
        assert 'name="page" value="2"' in html(respondent.get(address(invitation)))

    def test_without_the_score_the_last_page_leads_back_to_it(self, respondent, invitation):
        response = respondent.post(address(invitation), {"page": "2", "q-comment": "Hello"})
        assert response["Location"] == address(invitation) + "?lang=en&page=1"
        assert "One more answer" in html(respondent.get(response["Location"]))
        assert Response.objects.get().state == "partial"

    def test_answers_are_corrected_until_the_distribution_closes(self, respondent, invitation):
        started = timezone.now()
        with time_machine.travel(started, tick=False):
            respondent.post(address(invitation), {"page": "1", "q-score": "9"})
            respondent.post(address(invitation), {"page": "2", "q-reason": "price", "q-comment": "Fine"})
        with time_machine.travel(started + timedelta(days=2), tick=False):
            assert chosen(respondent.get(address(invitation) + "?page=1")) == ["9"]
            respondent.post(address(invitation), {"page": "1", "q-score": "6"})
            page = respondent.get(address(invitation) + "?page=2")
            assert chosen(page) == ["price"]
            assert "Fine</textarea>" in html(page)
            respondent.post(address(invitation), {"page": "2", "q-comment": "Fine"})
        stored = Response.objects.get()
        assert (stored.state, stored.score, stored.band, stored.completed_at) == ("complete", 6, "detractor", started)
        assert dict(stored.answers.values_list("question_key", "updated_at")) == {"score": started + timedelta(days=2), "comment": started}
        with time_machine.travel(invitation.distribution.closes_at, tick=False):
            response = respondent.post(address(invitation), {"page": "1", "q-score": "0"})
        assert response.status_code == 410
        assert "can no longer be changed" in html(response)
        assert Response.objects.get().score == 6

    def test_the_link_of_the_mail_pressed_again_offers_the_new_score(self, respondent, invitation):
        respondent.post(address(invitation), {"page": "1", "q-score": "9"})
        assert chosen(respondent.get(address(invitation) + "?score=4")) == ["4"]
        assert Response.objects.get().score == 9

    def test_waiting_mails_are_cancelled_once_answered(self, respondent, invitation):
        states = ["sent", "queued", "deferred", "sending"]
        for number, state in enumerate(states):
            Delivery.objects.create(invitation=invitation, number=number, state=state)
        respondent.post(address(invitation), {"page": "2", "q-comment": "Hello"})
        assert list(invitation.deliveries.values_list("state", flat=True)) == states
        respondent.post(address(invitation), {"page": "1", "q-score": "9"})
        assert list(invitation.deliveries.values_list("state", flat=True)) == ["sent", "cancelled", "cancelled", "sending"]
        assert set(invitation.deliveries.filter(state="cancelled").values_list("reason", flat=True)) == {ANSWERED}


class TestTheLink:
    @pytest.mark.parametrize(("language", "heading"), [("en", "This link does not work"), ("he", None)])
    def test_one_changed_letter_is_a_polite_404_in_the_browsers_language(self, respondent, invitation, language, heading):
        token = answer_token(invitation)
        forged = token[:-1] + ("A" if token[-1] != "A" else "B")
        response = respondent.get(reverse("collection:answer", args=[forged]), headers={"accept-language": language})
        assert response.status_code == 404
        assert f'<html lang="{language}" dir="{"rtl" if language == "he" else "ltr"}">' in html(response)
        assert heading is None or heading in html(response)
        assert respondent.post(reverse("collection:answer", args=[forged]), {"page": "1", "q-score": "9"}).status_code == 404
        assert Response.objects.count() == 0

    @pytest.mark.parametrize("change", [{"closes_at": timezone.now() - timedelta(days=1)}, {"state": "cancelled"}])
    def test_closed_or_cancelled_is_a_polite_410(self, respondent, invitation, change):
        type(invitation.distribution).objects.update(**change)
        for response in (respondent.get(address(invitation)), respondent.post(address(invitation), {"page": "1", "q-score": "9"})):
            assert response.status_code == 410
            assert "We no longer take answers" in html(response)
        assert Response.objects.count() == 0

    def test_the_address_stays_private(self, respondent, invitation):
        for response in (
            respondent.get(address(invitation)),
            respondent.get("/a/forged/"),
            respondent.post(address(invitation), {"page": "1"}),
        ):
            assert response["Cache-Control"] == "no-store"
            assert response["Referrer-Policy"] == "no-referrer"
            assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert respondent.cookies == {}


class TestBadInput:
    def test_a_missing_score_is_named(self, respondent, invitation):
        response = respondent.post(address(invitation), {"page": "1"})
        assert response.status_code == 422
        assert 'role="alert"' in html(response)
        assert '<a href="#id_q-score">score?</a>' in html(response)

    @pytest.mark.parametrize("score", ["11", "-1", "9.5", "9a", "٩x", "1" * 400])
    def test_numbers_out_of_the_scale_are_refused(self, respondent, invitation, score):
        assert respondent.post(address(invitation), {"page": "1", "q-score": score}).status_code == 422
        assert Answer.objects.count() == 0

    def test_the_button_without_an_answer_begins_nothing(self, respondent, invitation):
        response = respondent.post(address(invitation), {"page": "1"})
        assert (response.status_code, Response.objects.count()) == (422, 0)
        assert "everything else is saved" not in html(response)

    def test_right_answers_are_kept_beside_a_wrong_one(self, respondent, invitation):
        respondent.post(address(invitation), {"page": "1", "q-score": "9"})
        response = respondent.post(address(invitation), {"page": "2", "q-reason": "weather", "q-comment": "Good people"})
        assert response.status_code == 422
        assert "Good people</textarea>" in html(response)
        assert dict(Answer.objects.values_list("question_key", "text")) == {"score": "", "comment": "Good people"}
        assert Response.objects.get().finished_at is None

    def test_a_question_that_the_version_does_not_have_is_refused(self, respondent, invitation):
        respondent.post(address(invitation), {"page": "1", "q-score": "9"})
        response = respondent.post(address(invitation), {"page": "2", "q-comment": "Hi", "q-salary": "1"})
        assert response.status_code == 422
        assert "no such question" in html(response)
        assert sorted(Answer.objects.values_list("question_key", flat=True)) == ["comment", "score"]

    def test_a_megabyte_of_comment_keeps_its_beginning_and_the_rest_of_the_page(self, respondent, invitation):
        respondent.post(address(invitation), {"page": "1", "q-score": "9"})
        response = respondent.post(address(invitation), {"page": "2", "q-reason": "service", "q-comment": "x" * 1_000_000})
        assert response.status_code == 422
        assert "x" * 10_000 + "</textarea>" in html(response)
        assert len(response.content) < 60_000
        assert sorted(Answer.objects.values_list("question_key", flat=True)) == ["reason", "score"]

    def test_more_than_the_server_takes_is_a_polite_413(self, respondent, invitation):
        response = respondent.post(address(invitation), {"page": "2", "q-comment": "x" * 5_000_000})
        assert response.status_code == 413
        assert "too long" in html(response)

    def test_nul_and_control_characters_are_dropped_and_lines_kept(self, respondent, invitation):
        respondent.post(address(invitation), {"page": "1", "q-score": "9"})
        respondent.post(address(invitation), {"page": "2", "q-comment": "a\x00b\x07\r\nשלום \u200f!"})
        assert Answer.objects.get(question_key="comment").text == "ab\nשלום \u200f!"

    def test_html_is_text(self, respondent):
        contact = factories.contact(factories.account(name="<b>Bold</b>"), name="<script>alert(1)</script>")
        invitation = factories.invitation(contact=contact)
        assert "<script>" not in html(respondent.get(address(invitation)))
        assert "<b>" not in html(respondent.get(address(invitation)))
        respondent.post(address(invitation), {"page": "1", "q-score": "9"})
        respondent.post(address(invitation), {"page": "2", "q-comment": "</textarea><script>"})
        assert "<script>" not in html(respondent.get(address(invitation) + "?page=2"))

    def test_a_failing_database_loses_nothing_of_what_was_typed(self, respondent, invitation, monkeypatch):
        def fail(*args, **kwargs):
            raise DatabaseError("disk full")

        monkeypatch.setattr("surveys.collection.submit._store", fail)
        response = respondent.post(address(invitation), {"page": "2", "q-reason": "price", "q-comment": "Long story"})
        assert response.status_code == 503
        assert "nothing was saved" in html(response)
        assert chosen(response) == ["price"]
        assert "Long story</textarea>" in html(response)
        assert Response.objects.count() == 0

    def test_an_unreachable_database_gives_the_answers_back_to_be_sent_again(self, respondent, invitation, monkeypatch):
        def fail(*_asked):
            raise DatabaseError("no connection")

        monkeypatch.setattr("surveys.collection.views.invitation_from_answer_token", fail)
        response = respondent.post(address(invitation), {"page": "2", "q-comment": "Long <story>"})
        assert response.status_code == 503
        assert '<input type="hidden" name="q-comment" value="Long &lt;story&gt;">' in html(response)
        assert respondent.get(address(invitation)).status_code == 503


class TestThePage:
    def test_hebrew_reads_from_the_right_and_starts_with_zero(self, respondent, invitation):
        page = html(respondent.get(address(invitation) + "?lang=he"))
        assert '<html lang="he" dir="rtl">' in page
        assert "score בעברית?" in page
        assert re.findall(r'type="radio"[^>]*value="(\d+)"', page) == [str(number) for number in range(11)]

    def test_the_language_is_that_of_the_invitation_until_another_is_chosen_and_stays(self, respondent):
        invitation = factories.invitation(contact=factories.contact(language="he"))
        assert 'lang="he" dir="rtl"' in html(respondent.get(address(invitation), headers={"accept-language": "en"}))
        respondent.post(address(invitation), {"page": "1", "lang": "en", "q-score": "9"})
        assert '<html lang="en" dir="ltr">' in html(respondent.get(address(invitation)))
        assert Response.objects.get().language == "en"

    def test_a_language_that_the_survey_lacks_falls_back_to_its_own(self, respondent):
        invitation = factories.invitation(contact=factories.contact(language="fr"), language="fr")
        assert '<html lang="en" dir="ltr">' in html(respondent.get(address(invitation)))

    def test_each_number_says_of_how_many(self, respondent, invitation):
        page = html(respondent.get(address(invitation)))
        assert '<span class="target">7<span class="spoken"> of 10</span></span>' in page
        assert '<span class="target">10<span class="spoken"> of 10, High</span></span>' in page

    def test_every_type_of_question_is_shown_and_taken(self, respondent):
        survey = factories.survey(published=False)
        for position, type_ in enumerate(Question.Type.values, start=10):
            choices = [{"key": key, "labels": {"en": key}} for key in ("a", "b")] if "choice" in type_ else []
            factories.question(survey.draft, key=f"all_{type_}", type=type_, position=position, choices=choices)
        survey.versions.update(state="published")
        invitation = factories.invitation(factories.distribution(survey))
        answers = {
            "nps": "0",
            "csat": "5",
            "ces": "7",
            "one_choice": "a",
            "several_choices": ["a", "b"],
            "short_text": "s",
            "long_text": "l",
        }
        respondent.post(address(invitation), {"page": "1", "q-score": "9"})
        response = respondent.post(address(invitation), {"page": "2", **{f"q-all_{name}": value for name, value in answers.items()}})
        assert response.status_code == 302
        values = {answer.question_key: (answer.number, answer.text or answer.choices) for answer in Answer.objects.all()}
        assert {key: rest if number is None else number for key, (number, rest) in values.items()} == {
            "score": 9,
            "all_nps": 0,
            "all_csat": 5,
            "all_ces": 7,
            "all_one_choice": ["a"],
            "all_several_choices": ["a", "b"],
            "all_short_text": "s",
            "all_long_text": "l",
        }

    def test_document_and_style_sheet_are_enough_and_less_than_40_kilobytes(self, respondent, invitation):
        for query in ("", "?page=2", "?lang=he"):
            page = respondent.get(address(invitation) + query).content
            weight = len(gzip.compress(page)) + len(gzip.compress(CSS.read_bytes()))
            print(f"{query or 'first page'}: {len(page)} bytes of HTML; {weight} compressed with the style sheet")
            assert weight < 40 * 1024
            needed = re.findall(rb'(?:src|href)="([^"]+)"', page.split(b"<body>")[0])
            assert [one.split(b"/")[-1] for one in needed] == [b"icon.svg", b"answer.css", b"answer.js"]
            assert re.findall(rb"<script([^>]*)>", page) == [b' src="/static/kesher/answer.js" defer']
            assert re.findall(rb'(?:src|href|action)="(?:https?:)?//', page) == []

    def test_the_number_of_queries_does_not_grow_with_the_answers(self, respondent, invitation, django_assert_max_num_queries):
        respondent.post(address(invitation), {"page": "1", "q-score": "9"})
        with django_assert_max_num_queries(9):
            respondent.get(address(invitation) + "?page=2")


class TestSavingAsItIsGiven:
    """What the script sends after each answer: the same form, with a header that asks for no page back."""

    SAVING = {"X-Kesher-Save": "1"}

    def save(self, respondent, invitation, **answers):
        return respondent.post(address(invitation), answers, headers=self.SAVING)

    def test_an_answer_is_on_disk_and_the_survey_not_sent(self, respondent, invitation):
        sent = self.save(respondent, invitation, page="2", **{"q-comment": "Half a tho"})
        stored = Response.objects.get()
        assert (sent.status_code, sent.content, sent["X-Kesher-Address"]) == (204, b"", address(invitation))
        assert (stored.state, stored.finished_at, stored.answers.get().text) == ("partial", None, "Half a tho")

    def test_what_is_right_is_kept_and_nothing_says_that_all_is(self, respondent, invitation):
        sent = self.save(respondent, invitation, page="2", **{"q-comment": "Fine", "q-reason": "weather"})
        assert (sent.status_code, Response.objects.get().answers.get().question_key) == (202, "comment")

    def test_an_empty_page_begins_nothing(self, respondent, invitation):
        assert (self.save(respondent, invitation, page="1").status_code, Response.objects.count()) == (202, 0)

    def test_an_answer_that_can_not_be_stored_is_not_called_saved(self, respondent, invitation):
        sent = self.save(respondent, invitation, page="1", **{"q-score": "11"})
        assert (sent.status_code, "X-Kesher-Address" in sent.headers, Response.objects.count()) == (202, False, 0)

    def test_a_closed_survey_takes_nothing(self, respondent, invitation):
        invitation.distribution.closes_at = timezone.now() - timedelta(days=1)
        invitation.distribution.save()
        assert (self.save(respondent, invitation, page="1", **{"q-score": "9"}).status_code, Response.objects.count()) == (410, 0)

    def test_a_failing_database_says_so(self, respondent, invitation, monkeypatch):
        def fail(*args, **kwargs):
            raise DatabaseError("disk full")

        monkeypatch.setattr("surveys.collection.ways.save_answers", fail)
        assert (self.save(respondent, invitation, page="1", **{"q-score": "9"}).status_code, Answer.objects.count()) == (503, 0)
