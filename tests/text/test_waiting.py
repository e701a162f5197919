"""What waits is found in order of its key, what came in lately first, and a look that finds nothing reads little."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.models import Lease, Sentiment
from analytics.text import score, waiting
from analytics.text.engines import built_in
from analytics.text.learning.choice import line_ups
from analytics.text.passes import alone
from surveys.models import Answer
from tests import factories

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=90)


@pytest.fixture
def comments():
    """Three read comments of long ago."""
    survey = factories.survey()
    for n in range(3):
        factories.response(survey=survey, comment=f"Great service {n}", at=timezone.now() - LONG_AGO)
    score.score_waiting()
    return list(Answer.objects.texts().order_by("pk"))


def texts(batches):
    return [[answer.text[-1] for answer in batch] for batch in batches]


def test_batches_go_on_behind_the_last_key(comments):
    Sentiment.objects.all().delete()
    assert texts(waiting.waiting_batches(Answer.objects.all(), line_ups, 2)) == [["0", "1"], ["2"]]


def test_an_old_answer_that_comes_in_late_is_found_at_once(comments):
    factories.response(comment="Great 7", at=timezone.now() - LONG_AGO)
    assert texts(waiting.waiting_batches(waiting.recent(Sentiment), line_ups, 10)) == [["7"]]


def test_a_corrected_answer_is_found_at_once(comments):
    Answer.objects.filter(pk=comments[0].pk).update(text="Awful 8", updated_at=timezone.now())
    assert texts(waiting.waiting_batches(waiting.recent(Sentiment), line_ups, 10)) == [["8"]]


def test_what_nothing_recent_tells_of_is_found_within_ten_minutes(comments):
    Sentiment.objects.filter(answer=comments[0]).delete()
    assert score.score_waiting() == 0
    Lease.objects.update(finished_at=timezone.now() - waiting.EVERYTHING)
    assert score.score_waiting() == 1


def test_another_engine_is_noticed_at_once(comments, monkeypatch):
    monkeypatch.setattr(built_in.ENGINES[0], "version", "next")
    assert score.score_waiting() == 3
    assert score.score_waiting() == 0


def test_a_look_that_finds_nothing_does_not_go_through_all(comments):
    with CaptureQueriesContext(connection) as asked:
        assert score.score_waiting() == 0
    assert sum("LEFT OUTER JOIN" in query["sql"] and "updated_at" in query["sql"] for query in asked) == 1


def test_what_came_in_lately_goes_before_the_backlog(comments, monkeypatch):
    monkeypatch.setattr(built_in.ENGINES[0], "version", "next")
    newest = factories.response(comment="Great 9").answers.get(question_key="comment")
    assert score.score_waiting(batch=1, seconds=0) == 1
    assert Sentiment.objects.filter(engine_version="next").get().answer == newest


def test_the_command_scores_everything_and_says_so(comments, capsys):
    Sentiment.objects.all().delete()
    call_command("score_texts", batch=2)
    assert capsys.readouterr().out.splitlines()[-1] == "3 texts scored. None waits."


def test_the_command_leaves_a_worker_alone(comments):
    with alone("sentiment"), pytest.raises(CommandError, match="^0 texts scored; a worker is scoring the others"):
        call_command("score_texts")


def test_the_command_does_not_claim_what_another_worker_took_over(comments, monkeypatch):
    Sentiment.objects.all().delete()
    whole = score.store

    def slow(sentiments):
        Lease.objects.update(holder="another", until=timezone.now() + LONG_AGO)
        return whole(sentiments)

    monkeypatch.setattr(score, "store", slow)
    with pytest.raises(CommandError, match="^1 texts scored; a worker is scoring the others"):
        call_command("score_texts", batch=1)


def test_the_command_can_be_stopped_and_goes_on(comments, monkeypatch, capsys):
    Sentiment.objects.all().delete()
    whole = score.store

    def stopped_after_the_first(sentiments):
        if Sentiment.objects.exists():
            raise KeyboardInterrupt
        return whole(sentiments)

    monkeypatch.setattr(score, "store", stopped_after_the_first)
    with pytest.raises(CommandError, match="Stopped"):
        call_command("score_texts", batch=1)
    monkeypatch.setattr(score, "store", whole)
    call_command("score_texts")
    assert capsys.readouterr().out.splitlines()[-1] == "2 texts scored. None waits."
