"""A published version never changes, whichever path somebody takes."""

import pytest

from surveys.authoring.models import FrozenVersionError
from surveys.models import Question, SurveyVersion
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    return factories.survey().published


def wording(version):
    return [(question.key, question.type, question.texts) for question in Question.objects.filter(version=version)]


@pytest.mark.parametrize(
    "change",
    [
        lambda version: version.questions.first().save(),
        lambda version: version.questions.first().delete(),
        lambda version: version.questions.update(position=9),
        lambda version: version.questions.all().delete(),
        lambda version: version.questions.create(key="new", type="nps", position=9),
        lambda version: Question.objects.bulk_create([Question(version=version, key="new", type="nps", position=9)]),
        lambda version: Question.objects.bulk_update(version.questions.all(), ["position"]),
        lambda version: SurveyVersion.objects.filter(pk=version.pk).update(texts={}),
        lambda version: SurveyVersion(pk=version.pk, survey=version.survey, number=version.number, texts={}, state="draft").save(),
    ],
)
def test_every_path_is_refused(version, change):
    before = wording(version)
    with pytest.raises(FrozenVersionError):
        change(version)
    assert wording(version) == before


def test_a_question_can_not_be_carried_out_of_a_published_version(version):
    question, draft = version.questions.first(), SurveyVersion.objects.create(survey=version.survey, number=2)
    question.version = draft
    with pytest.raises(FrozenVersionError):
        question.save()


def test_a_survey_that_nobody_answered_can_be_removed_whole(version):
    version.survey.delete()
    assert Question.objects.count() == 0
