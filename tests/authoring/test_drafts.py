"""Drafts: keys stay, so that figures go on when a survey is edited."""

import pytest
from django.core.exceptions import ValidationError

from surveys.authoring import drafts
from surveys.authoring.checks import problems
from surveys.authoring.choices import as_lines, with_labels
from surveys.authoring.models import FrozenVersionError
from surveys.authoring.publish import publish
from surveys.authoring.starters import STARTERS
from surveys.models import Question, Survey
from tests import factories

CHOICES = [
    {"key": "price", "labels": {"en": "Price", "he": "מחיר"}},
    {"key": "service", "labels": {"en": "Service", "he": "שירות"}},
    {"key": "speed", "labels": {"en": "Speed", "he": "מהירות"}},
]


def keys(english, hebrew, choices=CHOICES, reserved=frozenset()):
    return [choice["key"] for choice in with_labels(choices, {"en": english, "he": hebrew}, set(reserved))]


class TestKeysOfChoices:
    def test_a_new_label_keeps_its_key(self):
        assert keys(["Cost", "Service", "Speed"], ["עלות", "שירות", "מהירות"]) == ["price", "service", "speed"]

    def test_a_moved_line_takes_its_key_along(self):
        assert keys(["Speed", "Price", "Service"], ["מהירות", "מחיר", "שירות"]) == ["speed", "price", "service"]

    def test_a_line_moved_and_reworded_in_one_language_is_known_by_the_other(self):
        assert keys(["Pace", "Price", "Service"], ["מהירות", "מחיר", "שירות"]) == ["speed", "price", "service"]

    def test_a_removed_line_leaves_the_others_alone(self):
        assert keys(["Price", "Speed"], ["מחיר", "מהירות"]) == ["price", "speed"]

    def test_a_new_line_gets_a_new_key_that_no_version_had(self):
        assert keys(["Price", "Service", "Speed", "On time"], [], reserved={"on_time"}) == ["price", "service", "speed", "on_time_2"]
        assert keys([], ["מחיר", "שירות", "מהירות", "זמינות"]) == ["price", "service", "speed", "choice"]

    def test_lines_and_choices_are_the_same_thing(self):
        lines = {code: as_lines(CHOICES, code).splitlines() for code in ("en", "he")}
        assert with_labels(CHOICES, lines, set()) == CHOICES


@pytest.mark.django_db
class TestDrafts:
    @pytest.mark.parametrize("key", STARTERS)
    def test_every_starter_can_be_published_as_it_is(self, key, survey_owner):
        survey = drafts.create_survey("סקר", ["he", "en"], survey_owner, STARTERS[key])
        assert problems(survey.draft) == []
        assert publish(survey.draft, survey_owner) is True
        assert (survey.published.languages, survey.published.headline.position) == (["he", "en"], 1)

    def test_names_of_any_alphabet_get_a_key(self):
        assert [drafts.create_survey(name, ["he"], None).key for name in ("סקר", "סקר", "After sale", "After sale")] == [
            "survey",
            "survey-2",
            "after-sale",
            "after-sale-2",
        ]

    def test_a_new_draft_copies_the_published_version_with_its_keys(self):
        survey = factories.survey()
        draft = drafts.new_draft(survey)
        assert (draft.number, draft.state, draft.texts) == (2, "draft", survey.published.texts)
        assert list(draft.questions.values("key", "type", "texts", "choices")) == list(
            survey.published.questions.values("key", "type", "texts", "choices")
        )
        assert survey.published.questions.count() == 3

    def test_there_is_one_draft_however_often_it_is_asked_for(self):
        survey = factories.survey()
        assert drafts.new_draft(survey) == drafts.new_draft(survey)

    def test_a_published_key_keeps_its_type(self):
        draft = drafts.new_draft(factories.survey())
        question = draft.questions.get(key="comment")
        question.type = "short_text"
        with pytest.raises(ValidationError) as error:
            drafts.save_question(draft, question)
        assert error.value.message_dict == {
            "key": ["This key was published with another type, scale or unit. Give the question a new key."]
        }
        question.key = "remark"
        assert drafts.save_question(draft, question).type == "short_text"

    def test_a_key_is_there_once_in_a_version(self):
        draft = factories.survey(published=False).draft
        with pytest.raises(ValidationError, match="Another question of this version has this key"):
            drafts.save_question(draft, Question(version=draft, key="score", type="nps"))

    def test_moving_beyond_the_ends_does_nothing(self):
        draft = factories.survey(published=False).draft
        first, last = draft.questions.first(), draft.questions.last()
        assert (drafts.place_question(first, 0), drafts.place_question(last, 99)) == (1, 3)
        assert list(draft.questions.values_list("key", flat=True)) == ["score", "reason", "comment"]
        assert drafts.place_question(last, 2) == 2
        assert list(draft.questions.values_list("key", flat=True)) == ["score", "comment", "reason"]

    def test_nothing_is_written_into_a_version_that_was_published_meanwhile(self):
        survey = factories.survey(published=False)
        draft, question = survey.draft, survey.draft.questions.first()
        publish(survey.draft, None)
        for write in (
            lambda: drafts.save_texts(draft, "Other", ["en"], "en", {}),
            lambda: drafts.save_question(draft, question),
            lambda: drafts.place_question(question, 2),
            lambda: drafts.delete_question(question),
        ):
            with pytest.raises(FrozenVersionError):
                write()
        assert Survey.objects.get().name == survey.name

    def test_taking_a_language_out_takes_its_texts_and_the_others_stay(self):
        survey = factories.survey(published=False)
        drafts.save_texts(survey.draft, "New name", ["en", "ar"], "en", {"en": {"title": "Hello"}})
        survey.refresh_from_db()
        assert survey.draft.languages == ["en", "ar"]
        assert (survey.draft.texts["en"]["title"], survey.draft.texts["en"]["thanks"], survey.draft.texts["ar"]) == (
            "Hello",
            "Thank you!",
            {},
        )
        assert (survey.name, survey.draft.default_language) == ("New name", "en")
