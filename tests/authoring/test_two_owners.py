"""Two owners edit at once: the second is told, and nothing is overwritten silently."""

import re

import pytest
from django.urls import reverse

from surveys.models import Question, SurveyVersion
from tests import factories

pytestmark = pytest.mark.django_db
TOLD = "Somebody else has saved this meanwhile."


@pytest.fixture
def owner(login, survey_owner):
    return login(survey_owner)


@pytest.fixture
def draft():
    return factories.survey(published=False).draft


def seen(page):
    [stamp] = re.findall(r'name="seen" value="(\w+)"', page.content.decode())
    return stamp


def test_a_question(owner, draft):
    question = draft.questions.get(key="comment")
    address = reverse("authoring:question", args=[question.pk])
    stamp, words = seen(owner.get(address)), {"key": "comment", "label-he": "מה?"}
    assert owner.post(address, {**words, "label-en": "First", "seen": stamp}).status_code == 302
    second = owner.post(address, {**words, "label-en": "Second", "seen": stamp})
    assert (second.status_code, TOLD in second.content.decode(), "Second" in second.content.decode()) == (422, True, True)
    assert Question.objects.get(pk=question.pk).text("label", "en") == "First"
    # Whoever saves once more has seen it, and replaces it.
    assert owner.post(address, {**words, "label-en": "Second", "seen": seen(second)}).status_code == 302
    assert Question.objects.get(pk=question.pk).text("label", "en") == "Second"


def test_the_texts(owner, draft):
    address = reverse("authoring:texts", args=[draft.pk])
    stamp, data = seen(owner.get(address)), {"name": "Mine", "languages": ["he", "en"], "default_language": "he"}
    assert owner.post(address, {**data, "title-en": "First", "seen": stamp}).status_code == 302
    second = owner.post(address, {**data, "title-en": "Second", "seen": stamp})
    assert (second.status_code, TOLD in second.content.decode(), 'value="Second"' in second.content.decode()) == (422, True, True)
    assert SurveyVersion.objects.get(pk=draft.pk).text("title", "en") == "First"


def test_moving_a_question_is_no_change_of_it(owner, draft):
    question = draft.questions.get(key="comment")
    address = reverse("authoring:question", args=[question.pk])
    stamp = seen(owner.get(address))
    owner.post(reverse("authoring:move_question", args=[question.pk]), {"by": "-1"})
    assert owner.post(address, {"key": "comment", "label-en": "Mine", "label-he": "שלי", "seen": stamp}).status_code == 302
