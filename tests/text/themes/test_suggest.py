"""New themes are suggested from what no theme covers, by one worker at a time, and a decision is kept."""

from datetime import timedelta

import pytest
from django.utils import timezone

from analytics.models import Catalogue, Sentiment, SuggestionMark, Theme, ThemeSuggestion
from analytics.text import passes
from analytics.text.themes import subjects, suggest
from analytics.text.themes.suggest import (
    STEPS,
    accept,
    ask_for_suggestions,
    bring_back,
    discard,
    examples_for,
    mark,
    suggest_where_due,
    uncovered,
)
from surveys.models import Answer
from tests import factories
from tests.linkage.theme_world import said, theme
from tests.text.themes.test_subjects import HEBREW_INVOICES, HEBREW_PARKING, INVOICES, PARKING

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few_texts_are_enough(monkeypatch):
    monkeypatch.setattr(suggest, "LEAST_TEXTS", 10)
    monkeypatch.setattr(subjects, "TEXTS_A_SUBJECT", 5)


@pytest.fixture
def account():
    return factories.account()


@pytest.fixture
def survey():
    return factories.survey()


@pytest.fixture
def written(account, survey):
    """Texts about parking, in English and of negative sentiment, and some of other things."""
    for text in [*PARKING, *PARKING[:2], *INVOICES]:
        write(text, account, survey, label="negative" if "arking" in text else "not_scored")


def write(text, account, survey, **fields):
    response = said(account, survey, **fields)
    response.answers.filter(question_key="comment").update(text=text)
    return response


class TestWhatIsRead:
    def test_texts_that_no_theme_covers(self, account, survey):
        write("covered", account, survey, themes={theme("price"): "neutral"})
        write("not searched yet", account, survey, revision=0)
        write("in Portuguese", account, survey, language="pt")
        write("long ago", account, survey, at=timezone.now() - timedelta(days=400))
        write("no person's", account, survey, set_aside="too_fast")
        write("of nobody", account, factories.survey(is_anonymous=True))
        write("uncovered", account, survey, label="mixed")
        assert [(one.text, one.label) for one in uncovered("en")] == [("uncovered", "mixed")]

    def test_personal_data_is_left_out(self, account, survey):
        write("call me: dana@example.com or 050-1234567", account, survey)
        assert [one.text.split() for one in uncovered("en")] == [["call", "me:", "or"]]

    def test_the_newest_and_their_beginnings(self, account, survey, monkeypatch):
        monkeypatch.setattr(suggest, "MOST_TEXTS", 2)
        monkeypatch.setattr(suggest, "MOST_LETTERS", 3)
        for days, text in ((2, "second"), (3, "third"), (1, "first")):
            write(text, account, survey, at=timezone.now() - timedelta(days=days))
        assert [one.text for one in uncovered("en")] == ["fir", "sec"]


class TestSuggesting:
    def test_terms_count_sentiment_and_examples(self, written):
        ask_for_suggestions()
        assert suggest_where_due() is True
        found = ThemeSuggestion.objects.all()[0]
        assert (found.terms[0], found.language, found.n, found.scored, found.negative) == ("parking", "en", 7, 7, 7)
        assert set(Answer.objects.filter(pk__in=found.examples).values_list("text", flat=True)) == set(PARKING)
        now = mark()
        assert (now.texts, now.wanted_at, now.steps, now.made_at >= now.begun_at) == ({"he": 0, "en": 12}, None, STEPS, True)

    def test_each_language_by_itself(self, account, survey, written):
        for text in [*HEBREW_PARKING, *HEBREW_INVOICES]:
            write(text, account, survey, language="he")
        ask_for_suggestions()
        suggest_where_due()
        assert set(ThemeSuggestion.objects.values_list("language", flat=True)) == {"he", "en"}

    def test_of_few_texts_nothing_is_made_and_their_number_is_kept(self, account, survey):
        write(PARKING[0], account, survey)
        suggest_where_due()
        assert (ThemeSuggestion.objects.count(), mark().texts) == (0, {"he": 0, "en": 1})

    def test_made_again_they_take_the_place_of_the_former(self, written):
        for _ in range(2):
            ask_for_suggestions()
            suggest_where_due()
        assert ThemeSuggestion.objects.filter(terms__icontains="parking").count() == 1

    def test_what_was_discarded_does_not_come_back(self, written, survey_owner):
        suggest_where_due()
        discard(survey_owner, ThemeSuggestion.objects.get(terms__icontains="parking"))
        ask_for_suggestions()
        suggest_where_due()
        assert list(ThemeSuggestion.objects.filter(terms__icontains="parking").values_list("state", flat=True)) == ["discarded"]


class TestWhen:
    def test_once_a_week(self, written):
        assert [suggest_where_due(), suggest_where_due()] == [True, False]
        SuggestionMark.objects.update(made_at=timezone.now() - timedelta(days=8))
        assert suggest_where_due() is True

    def test_not_while_texts_wait_to_be_searched_unless_somebody_asks(self, written):
        Catalogue.objects.create(pk=1, revision=2)
        assert suggest_where_due() is False
        ask_for_suggestions()
        assert suggest_where_due() is True

    def test_one_worker_at_a_time(self, written):
        ask_for_suggestions()
        with passes.alone("suggestions"):
            assert suggest_where_due() is False
        assert suggest_where_due() is True

    def test_a_worker_that_dies_is_followed_by_another(self, written, monkeypatch):
        ask_for_suggestions()
        with monkeypatch.context() as broken, pytest.raises(RuntimeError):
            broken.setattr(suggest, "subjects_of", lambda *args: (_ for _ in ()).throw(RuntimeError("power cut")))
            suggest_where_due()
        assert mark().wanted_at is not None
        assert suggest_where_due() is True

    def test_who_asks_while_they_are_made_gets_newer_ones(self, written, monkeypatch):
        read = suggest.uncovered
        monkeypatch.setattr(suggest, "uncovered", lambda language: ask_for_suggestions() or read(language))
        suggest_where_due()
        assert mark().wanted_at is not None


class TestDecisions:
    @pytest.fixture
    def suggestion(self):
        return ThemeSuggestion.objects.create(language="en", terms=["parking lot", "garage"], n=9)

    def test_discarded_and_brought_back(self, suggestion, survey_owner):
        assert [discard(survey_owner, suggestion), discard(survey_owner, suggestion)] == [True, False]
        assert [bring_back(survey_owner, suggestion), bring_back(survey_owner, suggestion)] == [True, False]
        suggestion.refresh_from_db()
        assert (suggestion.state, suggestion.decided_by) == ("open", survey_owner)

    def test_accepted_once_whoever_comes_first(self, suggestion, survey_owner, administrator):
        new = accept(survey_owner, suggestion, lambda: theme("parking"))
        assert accept(administrator, suggestion, lambda: theme("another")) is None
        suggestion.refresh_from_db()
        assert (suggestion.state, suggestion.theme, Theme.objects.count()) == ("accepted", new, 1)

    def test_a_theme_that_can_not_be_made_leaves_it_open(self, suggestion, survey_owner):
        with pytest.raises(ValueError, match="taken"):
            accept(survey_owner, suggestion, lambda: (_ for _ in ()).throw(ValueError("taken")))
        suggestion.refresh_from_db()
        assert suggestion.state == "open"


def test_examples_are_those_that_one_may_see(account_manager, survey):
    own = [write(f"own {number}", factories.account(account_manager=account_manager), survey) for number in range(4)]
    other = write("another's", factories.account(), survey)
    keys = [Answer.objects.get(response=one, question_key="comment").pk for one in (other, *own)]
    found = ThemeSuggestion.objects.create(language="en", terms=["own"], n=5, examples=keys)
    assert [answer.text for answer in examples_for(account_manager, [found])[found.pk]] == ["own 0", "own 1", "own 2"]
    Sentiment.objects.all().delete()
    Answer.objects.all().delete()
    assert examples_for(account_manager, [found]) == {found.pk: []}
