"""Scoring pulls what waits, writes one row an answer, and calls nothing neutral that it did not understand."""

from datetime import timedelta
from math import nan

import pytest
from django.utils import timezone

from analytics.text import score
from analytics.text.engines import built_in
from analytics.text.engines.built_in import Score
from analytics.text.models import Sentiment
from analytics.text.score import score_waiting
from analytics.text.tasks import score_waiting_texts
from surveys.models import Answer
from tests import factories

pytestmark = pytest.mark.django_db


class Portuguese:
    name, version, languages = "portuguese", "1", frozenset({"pt"})

    def score(self, texts):
        return [Score(0.5, "positive") for _ in texts]


class Brittle:
    """Breaks on the word 'bomb', as a whole batch does when one of its texts breaks."""

    name, version, languages = "brittle", "1", frozenset({"en"})

    def score(self, texts):
        if any("bomb" in text for text in texts):
            raise ValueError("bomb")
        return [Score(0.5, "positive") for _ in texts]


@pytest.fixture
def survey():
    return factories.survey()


@pytest.fixture
def comment(survey):
    """`comment(text, language)` gives the answer that holds that text."""
    return lambda text, **fields: factories.response(survey=survey, comment=text, **fields).answers.get(question_key="comment")


def sentiments():
    return [(s.language, s.label, s.engine) for s in Sentiment.objects.order_by("answer_id")]


def test_english_and_hebrew_are_scored_and_other_languages_are_not(comment):
    comment("Excellent service")
    comment("שירות מצוין", language="he")
    comment("Produto excelente", language="pt")
    comment("123", language="en")
    comment("It came on Tuesday")
    assert score_waiting() == 5
    assert sentiments() == [
        ("en", "positive", "kesher-english"),
        ("he", "positive", "kesher-hebrew"),
        ("pt", "not_scored", ""),
        ("", "not_scored", ""),
        ("en", "neutral", "kesher-english"),
    ]


def test_the_engine_and_its_version_are_kept(comment):
    answer = comment("Excellent service")
    score_waiting()
    sentiment = Sentiment.objects.get()
    assert (sentiment.engine_version, sentiment.answer_updated_at) == ("3", answer.updated_at)
    assert (sentiment.label, 0 < sentiment.polarity <= 1) == ("positive", True)


def test_answers_without_text_are_left_alone(survey):
    factories.response(survey=survey)
    assert score_waiting() == 0


def test_twice_changes_nothing(comment):
    comment("Excellent service")
    score_waiting()
    before = Sentiment.objects.values().get()
    assert score_waiting() == 0
    assert Sentiment.objects.values().get() == before


def test_a_corrected_text_is_scored_again_in_the_same_row(comment):
    answer = comment("Excellent service")
    score_waiting()
    before = Sentiment.objects.get()
    Answer.objects.filter(pk=answer.pk).update(text="Terrible service", updated_at=answer.updated_at + timedelta(minutes=1))
    assert score_waiting() == 1
    after = Sentiment.objects.get()
    assert (before.pk, before.label, after.pk, after.label) == (after.pk, "positive", before.pk, "negative")


def test_two_workers_with_the_same_texts_write_one_row_each(comment):
    comment("Excellent service")
    comment("Terrible service")
    first, second = (score.score(list(score.waiting().select_related("response").order_by("pk"))) for _ in range(2))
    score.store(first)
    score.store(second)
    assert sentiments() == [("en", "positive", "kesher-english"), ("en", "negative", "kesher-english")]


def test_a_slow_worker_that_scored_the_old_text_does_not_hide_the_new_one(comment):
    answer = comment("Excellent service")
    slow = score.score([answer])
    Answer.objects.filter(pk=answer.pk).update(text="Terrible service", updated_at=timezone.now() + timedelta(minutes=1))
    score_waiting()
    score.store(slow)
    assert list(score.waiting()) == [answer]
    score_waiting()
    assert sentiments() == [("en", "negative", "kesher-english")]


def test_an_answer_deleted_meanwhile_does_not_stop_the_others(comment):
    gone, stays = comment("Excellent service"), comment("Terrible service")
    found = score.score([gone, stays])
    Answer.objects.filter(pk=gone.pk).delete()
    assert score.store(found) == 1
    assert sentiments() == [("en", "negative", "kesher-english")]


def test_one_text_that_breaks_the_engine_costs_only_itself(comment, monkeypatch, caplog):
    monkeypatch.setattr(built_in, "ENGINES", (Brittle(),))
    comment("fine")
    comment("a bomb")
    comment("fine too")
    assert score_waiting() == 3
    assert sentiments() == [("en", "positive", "brittle"), ("en", "not_scored", "brittle"), ("en", "positive", "brittle")]
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        "brittle can not score a text of 6 characters"
    ]
    assert score_waiting() == 0


def test_an_engine_that_miscounts_is_asked_for_each_text(comment, monkeypatch):
    class Miscounting(Brittle):
        def score(self, texts):
            return super().score(texts)[:1]

    monkeypatch.setattr(built_in, "ENGINES", (Miscounting(),))
    comment("fine")
    comment("fine too")
    score_waiting()
    assert [label for _, label, _ in sentiments()] == ["positive", "positive"]


def test_what_is_no_score_costs_only_its_own_text(comment, monkeypatch):
    odd = [Score(nan, "neutral"), Score(7, "positive"), Score(0.5, "positive", nan)]
    found = iter([Score(0.5, "positive"), *odd])
    monkeypatch.setattr(Brittle, "score", lambda engine, texts: [next(found) for _ in texts])
    monkeypatch.setattr(built_in, "ENGINES", (Brittle(),))
    for _ in range(4):
        comment("fine")
    assert score_waiting() == 4
    assert [label for _, label, _ in sentiments()] == ["positive", "not_scored", "not_scored", "not_scored"]


def test_a_later_engine_scores_what_was_left_aside(comment, monkeypatch):
    comment("שירות מצוין", language="he")
    comment("Produto excelente", language="pt")
    score_waiting()
    monkeypatch.setattr(built_in, "ENGINES", (*built_in.ENGINES, Portuguese()))
    assert score_waiting() == 1
    assert sentiments() == [("he", "positive", "kesher-hebrew"), ("pt", "positive", "portuguese")]
    assert score_waiting() == 0


def test_all_batches_are_taken(comment):
    for _ in range(5):
        comment("Excellent service")
    assert score_waiting(batch=2) == 5
    assert score_waiting(batch=2) == 0


def test_a_batch_costs_the_same_number_of_queries_however_many_texts(comment, django_assert_num_queries, django_assert_max_num_queries):
    score_waiting()  # the first run of all notes who is at it
    comment("Excellent service")
    with django_assert_max_num_queries(17) as one:
        score_waiting()
    for _ in range(3):
        comment("Excellent service")
    with django_assert_num_queries(len(one)):
        score_waiting()


@pytest.mark.parametrize("text", ["great " * 17_000, "<b>great</b><script>", "great \U0001f600\u200f\u202e", "great\x0b\x1b[31m"])
def test_odd_texts_are_scored_and_kept_as_they_are(comment, text):
    answer = comment(text)
    score_waiting()
    answer.refresh_from_db()
    assert answer.text == text
    assert sentiments() == [("en", "positive", "kesher-english")]


def test_the_task_scores_what_waits(comment):
    comment("Excellent service")
    assert score_waiting_texts() == 1
