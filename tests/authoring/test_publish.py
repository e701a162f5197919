"""Publishing: checked, atomic, and harmless when pressed twice."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from surveys.authoring.checks import problems
from surveys.authoring.drafts import new_draft
from surveys.authoring.publish import publish
from surveys.models import Question, SurveyVersion
from tests import factories


@pytest.mark.django_db
class TestPublish:
    def test_the_draft_is_published_and_the_former_version_archived(self, survey_owner):
        survey = factories.survey()
        former, draft = survey.published, new_draft(survey)
        assert publish(draft, survey_owner) is True
        assert list(survey.versions.values_list("number", "state")) == [(2, "published"), (1, "archived")]
        assert (draft.published_by, draft.published_at > former.published_at) == (survey_owner, True)

    def test_a_second_click_changes_nothing(self, survey_owner, administrator):
        draft = factories.survey(published=False).draft
        publish(draft, survey_owner)
        assert publish(draft, administrator) is False
        assert SurveyVersion.objects.get().published_by == survey_owner

    def test_what_is_missing_is_named(self):
        survey = factories.survey(published=False)
        draft = survey.draft
        draft.texts["he"]["title"] = " "
        draft.save()
        score, reason, _comment = draft.questions.all()
        del score.texts["he"]
        score.save()
        reason.choices = reason.choices[:1]
        reason.choices[0]["labels"].pop("en")
        reason.save()
        with pytest.raises(ValidationError) as error:
            publish(draft, None)
        assert error.value.messages == [
            "Title (עברית): the text is missing.",
            "Question 1: Wording (עברית): the text is missing.",
            "Question 1: Low end (עברית): the text is missing.",
            "Question 1: High end (עברית): the text is missing.",
            "Question 2: Choices (English): the text is missing.",
            "Question 2: at least two choices are needed.",
        ]
        draft.refresh_from_db()
        assert draft.state == "draft"

    def test_no_question_and_no_language(self):
        survey = factories.survey()
        draft = SurveyVersion.objects.create(survey=survey, number=2)
        assert [str(problem) for problem in problems(draft)] == ["The survey has no language.", "The survey has no question."]

    def test_a_key_that_was_published_with_another_type_is_refused(self):
        draft = new_draft(factories.survey())
        draft.questions.get(key="comment").delete()
        factories.question(draft, key="comment", type="nps", position=3)
        with pytest.raises(ValidationError, match="its key was published with another type"):
            publish(draft, None)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_publish_once():
    survey = factories.survey()
    draft = new_draft(survey)
    together, results = threading.Barrier(2), []

    def click():
        together.wait()
        try:
            results.append(publish(SurveyVersion.objects.get(pk=draft.pk), None))
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False, True]
    assert list(survey.versions.values_list("state", flat=True)) == ["published", "archived"]
    assert Question.objects.filter(version=draft).count() == 3
