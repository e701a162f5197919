"""A person says what the sentiment of a text is: that counts, is kept, and can be taken back."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied

from analytics.models import Judgement, Sentiment
from analytics.text import score
from analytics.text.judging.judge import CanNotJudge, judge, take_back
from surveys.models import Answer
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return factories.user()


@pytest.fixture
def answer(manager):
    about = {"confidence": 0.55, "words": [["great", 1.0]]}
    return factories.read_text(factories.account(account_manager=manager), about=about)


def labels(answer):
    sentiment = Sentiment.objects.get(answer=answer)
    return sentiment.label, sentiment.engine_label


def change(answer, text="Terrible"):
    Answer.objects.filter(pk=answer.pk).update(text=text, updated_at=answer.updated_at + timedelta(minutes=1))


def test_the_persons_label_counts_and_what_the_engine_said_is_kept(answer, manager):
    judge(answer, "negative", manager)
    kept = Judgement.objects.values("label", "engine_label", "engine", "engine_version", "language", "confidence", "is_sampled").get()
    assert kept == {
        "label": "negative",
        "engine_label": "positive",
        "engine": "textblob",
        "engine_version": "1",
        "language": "en",
        "confidence": 0.55,
        "is_sampled": False,
    }
    assert labels(answer) == ("negative", "positive")


def test_it_is_taken_back(answer, manager):
    judge(answer, "negative", manager)
    assert [take_back(answer, manager), take_back(answer, manager)] == [True, False]
    assert (labels(answer), Judgement.objects.count()) == (("positive", "positive"), 0)


def test_who_judges_last_counts_and_there_is_one_judgement(answer, manager, survey_owner):
    judge(answer, "negative", manager)
    judge(answer, "mixed", survey_owner)
    assert Judgement.objects.values_list("label", "judged_by").get() == ("mixed", survey_owner.pk)
    assert labels(answer) == ("mixed", "positive")


def test_the_engine_is_unsure_until_a_person_judges(answer, manager):
    before = Sentiment.objects.get().is_unsure
    judge(answer, "positive", manager)
    assert (before, Sentiment.objects.get().is_unsure) == (True, False)


def test_another_engine_does_not_undo_it(answer, manager):
    judge(answer, "neutral", manager)
    score.store(score.score([answer]))
    sentiment = Sentiment.objects.get()
    assert (sentiment.label, sentiment.engine_label, sentiment.judgement) == ("neutral", "positive", Judgement.objects.get())


def test_what_was_said_of_a_text_is_not_said_of_the_next_one(answer, manager):
    judge(answer, "neutral", manager)
    change(answer)
    score.score_waiting()
    sentiment = Sentiment.objects.get()
    assert (sentiment.label, sentiment.judgement) == ("negative", None)
    judge(Answer.objects.get(pk=answer.pk), "mixed", manager)
    assert Sentiment.objects.get().judgement == Judgement.objects.get()


def test_a_text_that_was_changed_after_the_page_was_opened_is_not_judged(answer, manager):
    change(answer)
    with pytest.raises(CanNotJudge, match="The customer changed this text"):
        judge(answer, "negative", manager)
    assert Judgement.objects.count() == 0


def test_a_text_that_waits_is_not_judged(manager):
    waiting = factories.response(factories.account(account_manager=manager), comment="New").answers.get(question_key="comment")
    with pytest.raises(CanNotJudge, match="still waiting"):
        judge(waiting, "positive", manager)


def test_a_text_that_no_engine_understood_is_judged(manager):
    answer = factories.read_text(factories.account(account_manager=manager), "not_scored")
    judge(answer, "positive", manager)
    assert labels(answer) == ("positive", "not_scored")
    take_back(answer, manager)
    assert labels(answer) == ("not_scored", "not_scored")


@pytest.mark.parametrize("role", ["leadership", "sales"])
def test_who_only_reads_does_not_judge(answer, role):
    with pytest.raises(PermissionDenied):
        judge(answer, "negative", factories.user(role=role))
    with pytest.raises(PermissionDenied):
        take_back(answer, factories.user(role=role))


def test_another_managers_text_is_not_there(answer):
    for act in (lambda user: judge(answer, "negative", user), lambda user: take_back(answer, user)):
        with pytest.raises(CanNotJudge, match="not yours"):
            act(factories.user())


@pytest.mark.parametrize("fields", [{"is_anonymous": True}, {"audience": "team"}])
def test_texts_of_anonymous_and_of_the_teams_surveys_are_never_judged(administrator, fields):
    answer = factories.read_text(survey=factories.survey(**fields))
    with pytest.raises(CanNotJudge):
        judge(answer, "negative", administrator)
    assert Judgement.objects.count() == 0


def test_judging_and_taking_back_are_in_the_audit_log(answer, manager):
    judge(answer, "negative", manager)
    take_back(answer, manager)
    entries = LogEntry.objects.get_for_model(Judgement).order_by("pk")
    assert [entry.get_action_display() for entry in entries] == ["create", "delete"]
    assert entries[0].changes["label"] == ["None", "negative"]


def test_a_drawn_text_stays_drawn_with_what_the_engine_said_of_it_then(answer, manager):
    judge(answer, "negative", manager, is_sampled=True)
    Sentiment.objects.update(engine="other", engine_version="2", engine_label="mixed")
    judge(answer, "positive", manager)
    kept = Judgement.objects.values_list("label", "engine", "engine_label", "is_sampled").get()
    assert kept == ("positive", "textblob", "positive", True)
