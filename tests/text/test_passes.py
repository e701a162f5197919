"""One worker at a time goes over the texts, and one that died holds nobody up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from analytics.models import Lease, Sentiment
from analytics.text import passes, score
from analytics.text.engines import built_in
from analytics.text.engines.built_in import Score
from analytics.text.engines.errors import EngineUnavailable
from analytics.text.learning import choice
from analytics.text.models import Judgement
from analytics.text.passes import alone
from surveys.models import Answer
from tests import factories

pytestmark = pytest.mark.django_db


def comment(text="Excellent service", **fields):
    return factories.response(comment=text, **fields).answers.get(question_key="comment")


def test_a_second_worker_is_told_that_somebody_is_at_it():
    with alone("sentiment") as first, alone("sentiment") as second:
        assert (first is None, second) == (False, None)
    with alone("sentiment") as third:
        assert third is not None


def test_while_one_worker_scores_another_scores_nothing():
    comment()
    with alone("sentiment"):
        assert score.score_waiting() == 0
    assert score.score_waiting() == 1


def test_the_lease_of_a_worker_that_died_runs_out():
    Lease.objects.create(name="sentiment", holder="dead", until=timezone.now() - timedelta(seconds=1))
    comment()
    assert score.score_waiting() == 1


def test_a_worker_that_stood_still_too_long_stops_when_another_took_over():
    with alone("sentiment") as slow:
        Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
        with alone("sentiment") as quick:
            assert (slow.goes_on(), quick.goes_on()) == (False, True)
        assert Lease.objects.get().until is None


def test_a_run_ends_when_its_time_is_up_and_the_next_goes_on():
    for _ in range(3):
        comment()
    assert [score.score_waiting(batch=1, seconds=0) for _ in range(4)] == [1, 1, 1, 0]


def test_a_run_that_is_killed_on_the_way_leaves_whole_rows_and_is_continued(monkeypatch):
    answers = [comment() for _ in range(4)]
    whole = score.store

    def dies_in_the_second_batch(sentiments):
        if sentiments[0].answer_id != answers[0].pk:
            raise KeyboardInterrupt
        return whole(sentiments)

    monkeypatch.setattr(score, "store", dies_in_the_second_batch)
    with pytest.raises(KeyboardInterrupt):
        score.score_waiting(batch=2)
    assert Sentiment.objects.count() == 2
    monkeypatch.setattr(score, "store", whole)
    before = list(Sentiment.objects.values())
    assert score.score_waiting(batch=2) == 2
    assert list(Sentiment.objects.filter(pk__in=[row["id"] for row in before]).values()) == before


class Away:
    """An engine that is not there until it is."""

    name, version, languages = "away", "1", frozenset({"en"})
    is_there = False

    def score(self, texts):
        if not self.is_there:
            raise EngineUnavailable("Nobody answers.")
        return [Score(0.9, "positive", 0.8, (("service", 1.0),)) for _ in texts]


@pytest.fixture
def away(monkeypatch):
    engine = Away()
    monkeypatch.setattr(built_in, "ENGINES", (engine, built_in.TextBlobEngine()))
    return engine


def made_by():
    return list(Sentiment.objects.order_by("answer_id").values_list("engine", flat=True))


def test_while_an_engine_is_away_the_next_reads_and_the_problem_is_kept(away):
    comment()
    score.score_waiting()
    assert made_by() == ["textblob"]
    assert [line_up.has_problem for line_up in choice.line_ups().values()] == [True]
    assert score.score_waiting() == 0  # it is left alone for a while


def test_an_engine_that_came_back_reads_what_its_stand_in_read(away):
    comment()
    score.score_waiting()
    choice.EngineChoice.objects.update(retry_at=timezone.now() - timedelta(seconds=1))
    away.is_there = True
    assert score.score_waiting() == 1
    sentiment = Sentiment.objects.get()
    assert (sentiment.engine, sentiment.confidence, sentiment.words) == ("away", 0.8, [["service", 1.0]])
    assert [line_up.has_problem for line_up in choice.line_ups().values()] == [False]


def judged(answer, label):
    said = answer.sentiment
    fields = {"engine_label": said.engine_label, "answer_updated_at": answer.updated_at}
    return Judgement.objects.create(answer=answer, label=label, engine=said.engine, **fields)


def test_what_a_person_judged_stays_whatever_engine_reads_it_later(monkeypatch):
    answer = comment("Terrible product, to die for")
    score.score_waiting()
    judged(answer, "positive")
    monkeypatch.setattr(built_in.ENGINES[0], "version", "later")
    assert score.score_waiting() == 1
    sentiment = Sentiment.objects.get()
    assert (sentiment.label, sentiment.engine_label, sentiment.engine_version) == ("positive", "negative", "later")


def test_a_text_that_the_customer_changed_is_not_the_one_that_was_judged():
    answer = comment("Sick product")
    score.score_waiting()
    judged(answer, "positive")
    Answer.objects.filter(pk=answer.pk).update(text="Terrible product", updated_at=answer.updated_at + timedelta(minutes=1))
    score.score_waiting()
    assert Sentiment.objects.get().label == "negative"


def test_a_lease_is_longer_than_a_batch_takes():
    assert passes.KEPT.total_seconds() > passes.LONGEST_RUN
