"""Texts to check are drawn at random, each with the same chance, and none drops out unseen."""

import random
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from scipy.stats import chisquare

from analytics.models import Drawn, Sentiment
from analytics.text.judging import sample
from analytics.text.judging.judge import judge, take_back
from surveys.models import Response
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return factories.user()


@pytest.fixture
def texts(manager):
    """`texts(n)` gives n answers of one account of the manager's."""
    account, survey = factories.account(account_manager=manager), factories.survey()
    return lambda n, **fields: [factories.read_text(account, survey=survey, **fields) for _ in range(n)]


def keys(answers):
    return {answer.pk for answer in answers}


def test_each_text_is_drawn_once_until_all_are_judged(texts, manager):
    answers, drawn = texts(3), []
    while found := sample.draw(manager):
        drawn.append(found.answer_id)
        judge(found.answer, "positive", manager, is_sampled=True)
    assert (len(drawn), set(drawn)) == (3, keys(answers))
    assert sample.judged(manager) == 3


def test_reloading_and_asking_again_shows_the_same_text(texts, manager):
    texts(5)
    first = sample.draw(manager)
    assert [sample.draw(manager), sample.in_hand(manager)] == [first, first]


def test_two_people_get_different_texts(texts, manager, survey_owner):
    texts(2)
    assert sample.draw(manager).answer_id != sample.draw(survey_owner).answer_id


def test_a_skipped_text_stays_in_the_sample_and_comes_back_after_an_hour(texts, manager):
    texts(2)
    first = sample.draw(manager)
    sample.skip(first)
    second = sample.draw(manager)
    assert (second != first, sample.skipped(manager)) == (True, 1)
    judge(second.answer, "positive", manager, is_sampled=True)
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert sample.draw(manager) == first


def test_what_was_skipped_a_moment_ago_comes_when_nothing_else_is_left(texts, manager):
    texts(1)
    first = sample.draw(manager)
    sample.skip(first)
    assert sample.draw(manager) == first


def test_a_text_that_somebody_left_lying_goes_to_another(texts, manager, survey_owner):
    texts(1)
    left = sample.draw(manager)
    assert sample.draw(survey_owner) is None
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert (sample.draw(survey_owner), sample.draw(manager)) == (left, None)


def test_what_was_taken_back_is_asked_again(texts, manager):
    texts(1)
    drawn = sample.draw(manager)
    judge(drawn.answer, "negative", manager, is_sampled=True)
    take_back(drawn.answer, manager)
    assert sample.draw(manager) == drawn


def test_a_text_that_was_corrected_before_is_drawn_too(texts, manager):
    """Or the sample would be without just those texts that the engine got wrong."""
    [answer] = texts(1)
    judge(answer, "negative", manager)
    assert sample.draw(manager).answer_id == answer.pk


def test_only_read_texts_of_complete_identified_responses_of_own_accounts_are_drawn(texts, manager, administrator):
    texts(1, label="not_scored")
    texts(1, state="partial")
    texts(1, set_aside=Response.SetAside.TOO_FAST)
    [changed] = texts(1)
    Sentiment.objects.filter(answer=changed).update(answer_updated_at=timezone.now() - timedelta(days=1))
    factories.read_text(survey=factories.survey(is_anonymous=True))
    assert [sample.draw(manager), sample.draw(administrator)] == [None, None]
    of_another = factories.read_text()
    assert [sample.draw(manager), sample.draw(administrator).answer_id] == [None, of_another.pk]


def test_one_language_alone(texts, manager):
    texts(2)
    [hebrew] = texts(1, about={"language": "he"})
    assert sample.draw(manager, "he").answer_id == hebrew.pk
    assert [sample.draw(manager, "ar"), sample.judged(manager, "he")] == [None, 0]


def test_every_text_has_the_same_chance_whatever_gaps_the_keys_have(texts, manager, monkeypatch):
    answers = texts(12)
    Sentiment.objects.filter(answer__in=[answer.pk for answer in answers[2:8]]).delete()
    monkeypatch.setattr(sample, "CHANCE", random.Random(3))
    monkeypatch.setattr(sample, "CAST", 3)
    counts = Counter(sample.at_random(sample.drawable(manager)).answer_id for _ in range(300))
    assert set(counts) == keys([*answers[:2], *answers[8:]])
    assert chisquare(list(counts.values())).pvalue > 0.01


def test_where_no_key_is_hit_all_wanted_rows_are_shuffled(texts, manager, monkeypatch):
    *_others, wanted = texts(8)
    monkeypatch.setattr(sample, "CHANCE", random.Random(1))
    monkeypatch.setattr(sample, "CAST", 1)
    found = [sample.at_random(Sentiment.objects.filter(answer=wanted)).answer for _ in range(10)]
    assert found == [wanted] * 10


def test_the_number_of_queries_does_not_grow_with_the_texts(texts, manager, django_assert_num_queries, django_assert_max_num_queries):
    texts(1)
    with django_assert_max_num_queries(14) as one:
        sample.draw(manager)
    Drawn.objects.all().delete()
    texts(4)
    with django_assert_num_queries(len(one)):
        sample.draw(manager)
