"""Learning from one's own comments: what counts, that nobody is in both parts, and that only what is better is called so."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from analytics.models import EngineChoice, TrainedModel
from analytics.text.engines.built_in import LinearEngine, Score
from analytics.text.engines.errors import CanNotLearn, EngineUnavailable
from analytics.text.engines.model_file import from_bytes
from analytics.text.learning import choice, own_model, trainings
from analytics.text.learning.own_model import is_held_back, learn, split
from analytics.text.learning.training_data import Example, own_examples, shipped, supply
from analytics.text.score import score_waiting
from analytics.text.tasks import train_waiting_models
from surveys.models import Answer, Response
from tests import factories
from tests.text.comments import judged, scored_comments

pytestmark = pytest.mark.django_db


class Says:
    """An engine that says the same of every text."""

    name, version, languages = "says", "1", frozenset({"en"})

    def __init__(self, label="positive"):
        self.label = label

    def score(self, texts):
        return [Score(0.5, self.label) for _ in texts]


@pytest.fixture(autouse=True)
def few_shipped_comments(monkeypatch):
    """The product's own comments are many; sixty do for these tests."""
    monkeypatch.setattr(own_model, "shipped", lambda language: shipped(language)[:60])


def labels(language="en"):
    return sorted((one.text, one.label, one.weight) for one in own_examples(language))


def test_the_score_is_the_label_and_what_stands_between_is_left_out():
    survey = factories.survey()
    for score in (0, 6, 7, 8, 9, 10):
        factories.response(survey=survey, score=score, comment=f"a {score}")
    score_waiting()
    assert labels() == [("a 0", "negative", 1.0), ("a 10", "positive", 1.0), ("a 6", "negative", 1.0), ("a 9", "positive", 1.0)]


def test_what_a_person_judged_goes_before_the_score_and_counts_three_times():
    first, second, third, fourth = scored_comments(accounts=1, each=4)
    judged(first, "positive")
    judged(second, "neutral")
    judged(third, "mixed")
    judged(fourth, "negative", answer_updated_at=timezone.now())  # of a text that was changed since
    assert {(one.label, one.weight, one.is_judged) for one in own_examples("en")} == {
        ("positive", 3.0, True),
        ("neutral", 3.0, True),
        ("mixed", 3.0, True),
        ("positive", 1.0, False),
    }


def test_only_identified_responses_that_count():
    scored_comments(accounts=1, each=2, survey=factories.survey(is_anonymous=True))
    scored_comments(accounts=1, each=2, survey=factories.survey(audience="team"))
    scored_comments(accounts=1, each=2, state="partial")
    scored_comments(accounts=1, each=2, set_aside="too_fast")
    scored_comments(accounts=1, each=2, language="he")
    assert own_examples("en") == []


def test_simulated_responses_teach_only_while_there_is_nothing_else():
    scored_comments(accounts=1, each=4, is_simulated=True)
    assert len(own_examples("en")) == 4
    scored_comments(accounts=1, each=2)
    assert len(own_examples("en")) == 2


def test_what_there_is_to_learn_from():
    answers = scored_comments(accounts=3, each=4)
    judged(answers[0], "neutral")
    Response.objects.filter(answers=answers[-1]).update(account=None)
    found = supply("en")
    assert (found.comments, found.judged, found.customers, found.positive, found.negative) == (12, 1, 4, 6, 5)
    assert str(found.lack) == "12 scored or judged comments: at least 200 are needed."


def test_no_customer_and_no_text_is_in_both_parts():
    examples = [Example(f"text {n % 700}", "positive", 1.0, f"account {n // 10}") for n in range(1000)]
    learnt, held_back = split(examples)
    assert {one.group for one in learnt} & {one.group for one in held_back} == set()
    assert {one.text for one in learnt} & {one.text for one in held_back} == set()
    assert 0.2 < len(held_back) / 1000 < 0.4


def test_spaces_and_capitals_make_no_other_text():
    held_back = next(f"account {n}" for n in range(100) if is_held_back(f"account {n}"))
    learnt = next(f"account {n}" for n in range(100) if not is_held_back(f"account {n}"))
    assert split([Example("Great  service", "positive", 1.0, held_back), Example("great service\n", "positive", 1.0, learnt)])[0] == []


def test_a_customer_is_held_back_in_every_training():
    """By a checksum, so the engine in use, when it is an own model, has not seen what the next one is measured on."""
    assert [n for n in range(12) if is_held_back(f"account {n}")] == [3, 5, 6, 9, 10, 11]
    assert sum(is_held_back(f"account {n}") for n in range(1000)) == 303


def test_a_model_that_learnt_the_words_of_the_trade_is_better():
    scored_comments()
    learnt = learn("en", Says("positive"))
    figures = learnt.figures
    assert figures["verdict"] == "better"
    assert figures["own"]["macro_f1"] > 0.95
    assert figures["in_use"]["accuracy"] == 0.5
    assert (figures["engine"], figures["engine_version"]) == ("says", "1")
    assert figures["n"] + learnt.trained_on["scored"] == 204
    again = learn("en", LinearEngine("own", "1", "en", from_bytes(learnt.data))).figures
    assert (again["difference"], again["verdict"]) == (0.0, "open")  # the same comments give the same model


def test_what_says_the_same_as_a_held_back_comment_is_counted():
    same = scored_comments()[1::6]  # one of each customer
    Answer.objects.filter(pk__in=[answer.pk for answer in same]).update(text="Thanks for the blorp")
    learnt = learn("en", Says("positive"))
    repeated = sum(not is_held_back(f"account {answer.response.account_id}") for answer in same)
    assert learnt.trained_on["repeated"] == repeated > 0
    assert learnt.figures["n"] + learnt.trained_on["scored"] + repeated == 204


def test_where_people_judged_enough_the_figures_stand_alone_too():
    for answer in scored_comments():
        judged(answer, "negative" if answer.response.score > 5 else "positive")  # people say the reverse of the scores
    learnt = learn("en", Says("positive"))
    assert learnt.figures["by_judgement"]["n"] == learnt.figures["judged"] == learnt.figures["n"]
    assert (learnt.trained_on["scored"], learnt.figures["verdict"]) == (0, "better")


@pytest.mark.parametrize(
    ("accounts", "each", "reason"),
    [
        (10, 4, "40 scored or judged comments: at least 200 are needed."),
        (20, 12, "The comments come from 20 customers: at least 30 are needed, so that some can be held back to measure."),
    ],
)
def test_too_little_to_learn_from_is_said(accounts, each, reason):
    scored_comments(accounts, each)
    with pytest.raises(CanNotLearn, match=reason):
        learn("en", Says())


def test_too_little_blame_to_measure_by_is_said():
    scored_comments()
    Response.objects.filter(band="detractor").update(band="promoter")
    with pytest.raises(CanNotLearn, match="Held back are .* and 0 negative comments; at least 20 of each are needed"):
        learn("en", Says())


# --- Rows -----------------------------------------------------------------------------------------


def test_a_training_from_its_row_to_its_figures(survey_owner):
    scored_comments()
    asked = trainings.ask("en", survey_owner)
    assert (asked.version, asked.state) == (1, "waiting")
    assert train_waiting_models() == 1
    asked.refresh_from_db()
    assert (asked.state, asked.progress, asked.problem, asked.figures["engine"]) == ("ready", 100, "", "kesher-english")
    assert not EngineChoice.objects.exists()  # nothing is switched by itself
    assert trainings.ask("en", None).version == 2


def test_two_trainings_of_a_language_at_once_are_refused():
    trainings.ask("en", None)
    with pytest.raises(trainings.Refused, match="being trained already"):
        trainings.ask("en", None)
    assert trainings.ask("he", None).version == 1


def test_only_languages_that_can_be_learnt():
    with pytest.raises(trainings.Refused, match="en, he"):
        trainings.ask("pt", None)


def test_two_workers_never_take_the_same_training(monkeypatch):
    asked = trainings.ask("en", None)
    assert [trainings.claim_next(), trainings.claim_next()] == [asked, None]


def test_too_little_is_a_failure_with_its_reason():
    asked = trainings.ask("en", None)
    trainings.run_waiting_trainings()
    asked.refresh_from_db()
    assert (asked.state, asked.problem_text) == ("failed", "0 scored or judged comments: at least 200 are needed.")


def test_an_engine_in_use_that_is_away_can_not_be_measured_against(monkeypatch):
    class Away(Says):
        def score(self, texts):
            raise EngineUnavailable("Nobody answers.")

    scored_comments()
    monkeypatch.setattr(choice.built_in, "ENGINES", (Away(),))
    asked = trainings.ask("en", None)
    trainings.run_waiting_trainings()
    asked.refresh_from_db()
    assert (asked.state, asked.problem) == ("failed", "Nobody answers.")


def test_a_fault_is_told_without_its_details(monkeypatch, caplog):
    monkeypatch.setattr(trainings, "learn", lambda *_: 1 / 0)
    asked = trainings.ask("en", None)
    trainings.run_waiting_trainings()
    asked.refresh_from_db()
    assert (asked.state, asked.problem) == ("failed", trainings.FAULT)
    assert "ZeroDivisionError" in caplog.text


def test_a_worker_that_died_is_noticed_and_another_training_may_begin():
    asked = trainings.ask("en", None, is_claimed=True)
    TrainedModel.objects.update(changed_at=timezone.now() - trainings.DEAD_AFTER - timedelta(seconds=1))
    assert trainings.ask("en", None).version == 2
    asked.refresh_from_db()
    assert (asked.state, asked.problem) == ("failed", trainings.DEAD)


def test_a_worker_that_was_taken_for_dead_writes_nothing(monkeypatch):
    asked = trainings.ask("en", None, is_claimed=True)

    def slow(_language, _engine, note):
        TrainedModel.objects.update(changed_at=timezone.now() - timedelta(hours=1))
        trainings.fail_dead()
        note(50)

    monkeypatch.setattr(trainings, "learn", slow)
    trainings.perform(asked)
    asked.refresh_from_db()
    assert (asked.state, asked.progress, asked.problem) == ("failed", 0, trainings.DEAD)


# --- The command ----------------------------------------------------------------------------------


def test_the_command_prints_figures_and_switches_nothing(capsys):
    scored_comments()
    call_command("train_text", language="en")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "en, own model 1; learnt from 156 scored, 0 judged, 60 shipped comments"
    assert lines[-1] == "It is not in use. Choose it on the page Text analysis."
    assert not EngineChoice.objects.exists()


def test_the_command_switches_when_it_is_told_to_and_the_model_is_better(monkeypatch, capsys):
    monkeypatch.setattr(choice.built_in, "ENGINES", (Says(),))
    scored_comments()
    call_command("train_text", language="en", use_if_better=True)
    assert "Better than says 1, beyond chance" in capsys.readouterr().out
    assert EngineChoice.objects.get().model == TrainedModel.objects.get()


def test_the_command_says_why_nothing_was_trained():
    with pytest.raises(CommandError, match="0 scored or judged comments: at least 200 are needed."):
        call_command("train_text", language="en")
