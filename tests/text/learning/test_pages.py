"""The page of the engines: who may open it, what it shows of each language, and that nothing changes without a person."""

from datetime import timedelta
from importlib import import_module

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from analytics.models import EngineChoice, Lease, TrainedModel
from analytics.text import score
from analytics.text.engines import endpoint_client
from analytics.text.engines.errors import EngineUnavailable
from analytics.text.learning import choice, trainings
from analytics.text.learning.measure import compared
from analytics.text.learning.own_engine import OWN
from tests import factories
from tests.text.comments import scored_comments

pytestmark = pytest.mark.django_db
PAGE = reverse("text:engines")
LABELS = ["positive"] * 30 + ["negative"] * 30
FIGURES = {
    **compared(LABELS, [str(n) for n in range(60)], LABELS, ["positive"] * 60),
    **{"engine": "kesher-english", "engine_version": "3", "judged": 3},
}


@pytest.fixture
def page(login, survey_owner):
    client = login(survey_owner)
    return lambda path=PAGE: client.get(path).content.decode()


def trained(**fields):
    learnt = {"scored": 900, "judged": 0, "shipped": 1500, "repeated": 40}
    fields = {"language": "en", "version": 1, "state": "ready", "figures": FIGURES, "trained_on": learnt, **fields}
    return TrainedModel.objects.create(**fields)


@pytest.mark.parametrize(
    ("role", "status"),
    [("administrator", 200), ("survey_owner", 200), ("leadership", 403), ("account_manager", 403), ("team_lead", 403), ("sales", 403)],
)
def test_who_may_open_it(login, role, status):
    client = login(factories.user(role=role))
    paths = [PAGE, reverse("text:progress"), reverse("text:supply", args=["en"]), reverse("text:use", args=["en", "textblob"])]
    assert [client.get(path).status_code for path in paths] == [status] * 4
    for path in (reverse("text:train", args=["en"]), reverse("text:restore", args=["en"]), reverse("text:use", args=["en", "textblob"])):
        assert client.post(path).status_code == (302 if status == 200 else 403)
    assert EngineChoice.objects.exists() == (status == 200)


def test_reading_changes_nothing(page):
    trained()
    for path in (PAGE, reverse("text:progress"), reverse("text:language", args=["en"]), reverse("text:use", args=["en", "own-1"])):
        page(path)
    assert not EngineChoice.objects.exists()
    assert TrainedModel.objects.count() == 1


def test_a_change_is_confirmed_and_says_how_many_texts_are_read_again(page, login, survey_owner):
    trained()
    for _ in range(3):
        factories.response(comment="Great service")
    score.score_waiting()
    asked = page(reverse("text:use", args=["en", "own-1"]))
    assert "3 texts are read again" in asked
    assert "Better than Kesher for English 3, beyond chance" in asked
    login(survey_owner).post(reverse("text:use", args=["en", "own-1"]))
    chosen = EngineChoice.objects.get()
    assert (chosen.engine, chosen.model, chosen.chosen_by) == (OWN, TrainedModel.objects.get(), survey_owner)
    shown = page()
    assert "0 of 3 texts are read by the engine in use." in shown
    assert "Back to the one before: the one that the product prefers" in shown


def test_a_model_that_is_not_better_is_taken_only_where_a_person_says_so(page, login, survey_owner):
    trained(figures={**FIGURES, "verdict": "worse"})
    path = reverse("text:use", args=["en", "own-1"])
    assert 'name="although_not_better" required' in page(path)
    client = login(survey_owner)
    client.post(path)
    assert "not shown to be better than the engine in use" in page()
    assert choice.line_ups()["en"].chosen.name == "kesher-english"
    client.post(path, {"although_not_better": "on"})
    chosen = EngineChoice.objects.get()
    said = LogEntry.objects.get_for_model(EngineChoice).filter(changes__has_key="although_not_better").get()
    assert (chosen.engine, said.actor, said.changes) == (OWN, survey_owner, {"although_not_better": ["", "Own model 1"]})


def test_the_one_before_comes_back_when_that_is_confirmed(page, login, survey_owner):
    choice.use("en", "textblob", None, survey_owner)
    asked, client = page(reverse("text:restore", args=["en"])), login(survey_owner)
    assert "Use another engine?" in asked
    assert "<b><bdi>Kesher for English</bdi></b>" in asked
    assert choice.line_ups()["en"].chosen.name == "textblob"
    client.post(reverse("text:restore", args=["en"]))
    assert choice.line_ups()["en"].chosen.name == "kesher-english"


def test_without_one_before_nothing_is_asked(login, survey_owner):
    shown = login(survey_owner).get(reverse("text:restore", args=["en"]), follow=True)
    assert "No other engine was chosen before." in shown.content.decode()


def test_reading_again_begins_at_once(login, survey_owner, monkeypatch):
    told = []
    monkeypatch.setattr("analytics.text.tasks.score_waiting_texts.apply_async", lambda **how: told.append(how))
    for path in (reverse("text:use", args=["en", "textblob"]), reverse("text:restore", args=["en"])):
        login(survey_owner).post(path)
    assert told == [{"retry": False}] * 2


@pytest.mark.parametrize("path", [("en", "own-5"), ("en", "kesher-hebrew"), ("pt", "textblob"), ("en", "own-99999999999999999999")])
def test_what_is_not_there_is_not_found(login, survey_owner, path):
    assert login(survey_owner).get(reverse("text:supply", args=["pt"])).status_code == 404
    assert login(survey_owner).get(reverse("text:use", args=path)).status_code == 404


def test_figures_stand_beside_those_of_the_engine_in_use_then(page):
    trained()
    shown = page()
    for part in ("n = 60</bdi> held-back comments of 60 customers; people judged 3 of them", ">1.000<", ">0.333<", "Kesher for English 3"):
        assert part in shown


def test_what_a_model_learnt_from_adds_up(page):
    trained()
    shown = page()
    assert "learnt from: 900 comments with a score, 1,500 texts that come with Kesher. 40 more were left out" in shown
    assert "people judged 0" not in shown


def test_a_training_is_followed(page):
    trained(state="training", progress=40, figures={})
    shown = page(reverse("text:language", args=["en"]))
    assert 'hx-trigger="every 3s"' in shown
    assert 'aria-valuenow="40"' in shown
    TrainedModel.objects.update(state="ready", figures=FIGURES)
    assert "every 3s" not in page(reverse("text:language", args=["en"]))


def test_the_button_begins_a_training_once(login, survey_owner, page):
    scored_comments()
    supply = page(reverse("text:supply", args=["en"]))
    assert "There are 204 comments to learn from and to measure by, of 34 customers; people judged none of them." in supply
    assert "k-reason" not in supply  # nothing is lacking
    first, second = [login(survey_owner).post(reverse("text:train", args=["en"])).url for _ in range(2)]
    assert (first, second) == (f"{PAGE}#of-en", PAGE)
    assert TrainedModel.objects.get().created_by == survey_owner
    assert "A model of this language is being trained already." in page()


def test_too_little_to_learn_from_disables_the_button_and_says_why(page):
    shown = page(reverse("text:supply", args=["he"]))
    assert "0 scored or judged comments: at least 200 are needed." in shown
    assert ' disabled aria-describedby="lack-he"' in shown


def test_a_failed_training_says_why(page):
    trained(state="failed", figures={}, problem="<b>Held back are 3 positive")
    assert "&lt;b&gt;Held back are 3 positive" in page()


def test_what_a_training_met_is_said_in_the_readers_language(page, login, survey_owner):
    with translation.override("he"):
        trainings.perform(trainings.ask("en", None, is_claimed=True))
    assert "0 scored or judged comments: at least 200 are needed." in page()
    survey_owner.language = "he"
    survey_owner.save()
    assert "דרושות לפחות 200" in login(survey_owner).get(PAGE).content.decode()


def test_a_problem_is_shown_with_who_reads_meanwhile(page):
    choice.use("en", OWN, trained(), None)
    retry = timezone.now() + timedelta(minutes=5)
    EngineChoice.objects.update(problem="The trained model has no data.", retry_at=retry)
    shown = page()
    assert "The trained model has no data." in shown
    assert "Meanwhile Kesher for English reads in its place." in shown


def test_a_problem_that_a_worker_met_is_said_in_the_readers_language(login, survey_owner):
    choice.note_problem("en", choice.line_ups()["en"].chosen, _unavailable(401))
    with translation.override("he"):
        hebrew = gettext("The server refuses the key (%(status)s). Check TEXT_ENDPOINT_KEY.") % {"status": 401}
    for language, said in (("en", "The server refuses the key (401). Check TEXT_ENDPOINT_KEY."), ("he", hebrew)):
        survey_owner.language = language
        survey_owner.save()
        assert f"<bdi>{said}</bdi>" in login(survey_owner).get(PAGE).content.decode()
    assert hebrew.startswith("השרת")


def test_a_problem_that_a_hebrew_worker_met_is_kept_untranslated():
    with translation.override("he"):
        choice.note_problem("en", choice.line_ups()["en"].chosen, _unavailable(503))
    chosen = EngineChoice.objects.get()
    assert (chosen.problem, chosen.problem_params) == ("The server reports a failure (%(status)s).", {"status": 503})
    assert chosen.problem_text == "The server reports a failure (503)."


def _unavailable(status):
    message, params = endpoint_client._problem_of(status)
    return EngineUnavailable(message, **params)


def test_problems_kept_as_sentences_become_messages_with_what_goes_into_them():
    migration = import_module("analytics.migrations.0010_problems_in_the_readers_language")
    with translation.override("he"):
        wrong_language = gettext("The model is for the language “%(found)s”, not “%(wanted)s”. Choose a model of that language.")
        kept = [str(_unavailable(404)), wrong_language % {"found": "he", "wanted": "en"}, "משהו אחר", ""]
    for number, problem in enumerate(kept):
        EngineChoice.objects.create(language=f"{number}", problem=problem)
    migration.keep_untranslated(apps, None)
    rows = EngineChoice.objects.order_by("language")
    assert [row.problem_text for row in rows] == [
        "The server knows no such address or model (404). Check TEXT_ENDPOINT_URL and TEXT_ENDPOINT_MODEL.",
        "The model is for the language “he”, not “en”. Choose a model of that language.",
        *("משהו אחר", ""),
    ]
    migration.say_in_english(apps, None)
    assert rows.get(language="1").problem == "The model is for the language “he”, not “en”. Choose a model of that language."


def test_languages_without_an_engine_are_named(page):
    factories.response(comment="Produto excelente, obrigado pela ajuda", language="pt")
    score.score_waiting()
    shown = page()
    assert "Portuguese: 1 text is not scored" in shown


def test_how_far_and_how_long(page):
    for _ in range(4):
        factories.response(comment="Great service")
    score.score_waiting()
    factories.response(comment="Great service")
    Lease.objects.update(a_second=0.01)
    shown = page(reverse("text:progress"))
    assert "4 of 4 texts are read by the engine in use." in shown
    assert "1 text waits. About 2 minutes left." in shown
    score.score_waiting()
    assert "No text waits to be read." in page(reverse("text:progress"))


def test_the_number_of_queries_does_not_grow(login, survey_owner, django_assert_num_queries, django_assert_max_num_queries):
    client = login(survey_owner)
    trained()
    with django_assert_max_num_queries(25) as one:
        client.get(PAGE)
    for version in (2, 3, 4):
        trained(version=version, created_by=survey_owner)
    for _ in range(3):
        factories.response(comment="Great service")
    score.score_waiting()
    with django_assert_num_queries(len(one)):
        client.get(PAGE)
