"""Two versions side by side."""

import pytest
from django.urls import reverse

from surveys.authoring import drafts
from surveys.authoring.compare import changed_questions, changed_texts
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey():
    """A published version, and a draft in which much has changed."""
    survey = factories.survey()
    draft = drafts.new_draft(survey)
    draft.texts = {**draft.texts, "en": {**draft.texts["en"], "title": "How was it?"}}
    draft.save()
    reason = draft.questions.get(key="reason")
    reason.is_required, reason.choices = True, reason.choices[:1]
    reason.save()
    draft.questions.get(key="comment").delete()
    factories.question(draft, key="new", type="date", position=9)
    return survey


def test_questions_are_compared_by_their_keys(survey):
    changes = {change.key: change for change in changed_questions(survey.published, survey.draft)}
    assert {key: change.state for key, change in changes.items()} == {"reason": "changed", "new": "added", "comment": "removed"}
    assert [(one.what, one.before, one.after) for one in changes["reason"].differences] == [
        ("required", "no", "yes"),
        ("Choices (English)", "Price\nService", "Price"),
        ("Choices (עברית)", "מחיר\nשירות", "מחיר"),
    ]


def test_texts_of_the_version(survey):
    assert [(one.what, one.before, one.after) for one in changed_texts(survey.published, survey.draft)] == [
        ("Title (English)", "How are we doing?", "How was it?")
    ]


def test_a_question_that_moved(survey):
    draft = survey.draft
    drafts.place_question(draft.questions.get(key="reason"), 1)
    moved = next(change for change in changed_questions(survey.published, draft) if change.key == "reason")
    assert ("Place", "2", "1") in [(one.what, one.before, one.after) for one in moved.differences]


def test_the_page_compares_the_last_two_or_those_asked_for(login, survey_owner, survey):
    client, address = login(survey_owner), reverse("authoring:compare", args=[survey.pk])
    page = client.get(address)
    assert (page.context["before"], page.context["after"]) == (survey.published, survey.draft)
    assert "How was it?" in page.content.decode()
    assert "The two versions are the same." in client.get(address, {"before": "2", "after": "2"}).content.decode()


def test_as_many_queries_for_a_long_survey_as_for_a_short_one(login, survey_owner, survey, django_assert_max_num_queries):
    client, address = login(survey_owner), reverse("authoring:compare", args=[survey.pk])
    for number in range(10):
        factories.question(survey.draft, key=f"k{number}", type="date", position=20 + number)
    with django_assert_max_num_queries(9):
        client.get(address)
