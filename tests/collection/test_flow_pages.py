"""A survey with rules, as a browser without script walks through it."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from feedback_site.mails import plain_look
from surveys.distribution.messages import invitation_context
from surveys.distribution.tokens import answer_token
from surveys.models import Answer, Response, SurveyVersion
from tests import factories

pytestmark = pytest.mark.django_db


def rule(subject, comparison, value=None):
    return {"subject": subject, "is": comparison, "value": value}


@pytest.fixture
def invitation():
    """A score; who gives little is asked why, and who names the price by how much; then all may comment."""
    survey = factories.survey(published=False)
    version = survey.draft
    version.questions.all().delete()
    unhappy, price = [[rule("q.score", "at_most", 6)]], [[rule("q.why", "includes", "price")]]
    choices = [{"key": key, "labels": {"en": key, "he": key}} for key in ("price", "service")]
    again = {"label": "You gave us {q.score|nothing}. Why, {contact.name|dear customer}?", "low": "", "high": ""}
    factories.question(version, key="score", type="nps", is_required=True, position=1)
    factories.question(
        version,
        key="why",
        type="one_choice",
        choices=choices,
        position=2,
        shown_if=unhappy,
        is_required=True,
        texts={"en": again, "he": again},
    )
    factories.question(version, key="much", type="number", position=3, shown_if=price, starts_page=False)
    factories.question(version, key="thanks", type="statement", position=4, shown_if=[[rule("account.segment", "equals", "Retail")]])
    factories.question(version, key="stop", type="end", position=5, shown_if=[[rule("q.score", "at_least", 9)]])
    factories.question(version, key="comment", type="long_text", position=6, starts_page=True)
    bands = {"thanks_promoter": "So glad!", "thanks_detractor": "Sorry, {contact.name}."}
    SurveyVersion.objects.filter(pk=version.pk).update(texts={**version.texts, "en": {**version.texts["en"], **bands}}, state="published")
    person = factories.contact(factories.account(name="Olive & Sons"), name="Dana <b>")
    return factories.invitation(factories.distribution(survey), person)


@pytest.fixture
def walk(invitation):
    """`walk({page: answers})` posts each page that the survey leads to, and returns the keys asked on each, and the last page."""
    client, address = Client(), reverse("collection:answer", args=[answer_token(invitation)])

    def through(answers):
        met, page = [], client.get(address)
        while "form" in page.context:
            form = page.context["form"]
            met.append([question.key for question in form.questions])
            number = page.context["page"]
            posted = {name: value for question in form.questions for name, value in answers.get(question.key, {}).items()}
            answer = client.post(address, {"page": number, **posted})
            if answer.status_code != 302:
                return met, answer
            page = client.get(answer["Location"])
        return met, page

    return through


SCORE = {score: {"score": {"q-score": score}} for score in ("3", "8", "10")}


def test_who_is_unhappy_is_asked_why_and_by_how_much(walk):
    answers = {**SCORE["3"], "why": {"q-why": "price"}, "much": {"q-much": "12"}, "comment": {"q-comment": "Too much"}}
    met, last = walk(answers)
    assert met == [["score"], ["why"], ["much"], ["comment"]]
    assert set(Answer.objects.values_list("question_key", flat=True)) == {"score", "why", "much", "comment"}
    assert "Sorry, Dana &lt;b&gt;." in last.content.decode()


def test_the_others_are_not(walk):
    assert walk({**SCORE["8"], "comment": {"q-comment": "Fine"}})[0] == [["score"], ["comment"]]


def test_who_is_happy_is_done_at_once(walk):
    met, last = walk(SCORE["10"])
    assert met == [["score"]]
    assert "So glad!" in last.content.decode()
    assert Response.objects.get().finished_at is not None


def test_a_required_question_that_is_not_shown_is_not_missing(walk):
    walk({**SCORE["8"]})
    assert Response.objects.get().state == "complete"


def test_a_required_question_that_is_shown_is(walk):
    met, last = walk(SCORE["3"])
    assert (met[-1], last.status_code) == (["why"], 422)
    assert Response.objects.get().state == "partial"


def test_texts_recall_what_is_known_escaped(invitation, client):
    address = reverse("collection:answer", args=[answer_token(invitation)])
    client.post(address, {"page": "1", "q-score": "3"})
    page = client.get(f"{address}?page=2").content.decode()
    assert "You gave us 3. Why, Dana &lt;b&gt;?" in page


def test_a_corrected_score_takes_the_answers_along_that_are_no_longer_asked_for(walk, invitation, client):
    walk({**SCORE["3"], "why": {"q-why": "price"}, "much": {"q-much": "12"}, "comment": {"q-comment": "Too much"}})
    address = reverse("collection:answer", args=[answer_token(invitation)])
    page = client.get(f"{address}?page=1")
    assert 'value="3" checked' in page.content.decode()
    client.post(address, {"page": "1", "q-score": "8"})
    assert set(Answer.objects.values_list("question_key", flat=True)) == {"score", "comment"}
    assert Response.objects.get().band == "passive"


def test_an_answer_to_a_question_that_is_not_shown_is_not_taken(invitation, client):
    address = reverse("collection:answer", args=[answer_token(invitation)])
    client.post(address, {"page": "1", "q-score": "8", "q-why": "price"})
    assert set(Answer.objects.values_list("question_key", flat=True)) == {"score"}
    client.post(address, {"page": "2", "q-why": "price"})  # a page that this person is not shown
    assert set(Answer.objects.values_list("question_key", flat=True)) == {"score"}


def test_the_way_on_and_back_passes_over_what_is_not_shown(invitation, client):
    address = reverse("collection:answer", args=[answer_token(invitation)])
    answer = client.post(address, {"page": "1", "q-score": "8"})
    page = client.get(answer["Location"]).content.decode()
    [back] = re.findall(r'href="\?lang=en&amp;page=(\d+)">Back', page)
    assert (answer["Location"].endswith("page=4"), back) == (True, "1")


def test_by_the_account(invitation, client):
    account = invitation.contact.account
    account.segment = factories.segment("Retail")
    account.save()
    address = reverse("collection:answer", args=[answer_token(invitation)])
    client.post(address, {"page": "1", "q-score": "8"})
    shown = client.get(f"{address}?page=3")
    assert [question.key for question in shown.context["form"].questions] == ["thanks"]
    assert "thanks?" in shown.content.decode()


def test_the_mail_recalls_too(invitation):
    version = invitation.distribution.version
    version.texts["en"]["subject"] = "{contact.name|Hello}, how is {account.name}?"
    assert invitation_context(invitation, plain_look())["subject"] == "Dana <b>, how is Olive & Sons?"


def test_opening_a_page_asks_as_many_questions_of_the_database_however_long_the_survey(invitation, client, django_assert_max_num_queries):
    address = reverse("collection:answer", args=[answer_token(invitation)])
    client.post(address, {"page": "1", "q-score": "3"})
    with django_assert_max_num_queries(5):
        client.get(address)
