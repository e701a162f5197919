"""A person chooses the engine of a language, can go back, and a model that is broken holds nobody up."""

import hashlib
import io
import json
from datetime import timedelta
from functools import partial

import numpy as np
import pytest
from auditlog.context import set_actor
from auditlog.models import LogEntry
from django.utils import timezone

from analytics.models import EngineChoice, Sentiment, TrainedModel
from analytics.text import score
from analytics.text.engines import features
from analytics.text.engines.model_file import DIGEST, MAGIC, from_bytes, to_bytes
from analytics.text.engines.train import train
from analytics.text.learning import choice
from analytics.text.learning.own_engine import OWN, OwnEngine
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def data():
    """A model that takes any `blorp` for blame."""
    texts = [f"the {word} {n}" for word in ("blorp", "glad") for n in range(12)]
    return to_bytes(train("en", texts, ["negative"] * 12 + ["positive"] * 12))


@pytest.fixture
def model(data):
    return TrainedModel.objects.create(language="en", version=7, state="ready", data=data)


use = partial(choice.use, although_not_better=True)  # what is measured is the matter of other tests


def comment(text="the blorp", **fields):
    return factories.response(comment=text, **fields).answers.get(question_key="comment")


def read():
    return list(Sentiment.objects.order_by("answer").values_list("label", "engine", "engine_version"))


def in_use(language="en"):
    chosen = choice.line_ups()[language].chosen
    return chosen.name, chosen.version


def test_without_a_choice_the_preferred_engine_reads():
    assert (in_use("en"), in_use("he")) == (("kesher-english", "3"), ("kesher-hebrew", "3"))


def test_an_own_model_reads_once_a_person_has_chosen_it(model, survey_owner):
    comment()
    score.score_waiting()
    before = read()
    use("en", OWN, model, survey_owner)
    assert score.score_waiting() == 1
    assert (before[0][1], read()) == ("kesher-english", [("negative", "own", "7")])
    chosen = EngineChoice.objects.get()
    assert (chosen.chosen_by, chosen.chosen_at is not None) == (survey_owner, True)


def test_another_language_keeps_its_engine(model):
    use("en", OWN, model, None)
    assert in_use("he") == ("kesher-hebrew", "3")


def test_back_to_the_one_before_and_forth_again(model):
    choice.use("en", "textblob", None, None)
    use("en", OWN, model, None)
    choice.restore("en", None)
    assert in_use()[0] == "textblob"
    choice.restore("en", None)
    assert in_use() == ("own", "7")


def test_back_to_what_the_product_prefers(model):
    use("en", OWN, model, None)
    choice.restore("en", None)
    assert in_use() == ("kesher-english", "3")


def test_choosing_the_same_again_keeps_the_one_before(model):
    choice.use("en", "textblob", None, None)
    use("en", OWN, model, None)
    use("en", OWN, model, None)
    choice.restore("en", None)
    assert in_use()[0] == "textblob"


def test_without_a_choice_there_is_nothing_to_go_back_to():
    with pytest.raises(choice.NotOffered):
        choice.restore("en", None)


def test_only_what_is_there_for_the_language_can_be_chosen(model):
    failed = TrainedModel.objects.create(language="en", version=8, state="failed")
    wrong = [("he", "textblob", None), ("he", OWN, model), ("en", OWN, failed), ("en", OWN, None), ("en", "x", None)]
    for language, engine, which in wrong:
        with pytest.raises(choice.NotOffered):
            choice.use(language, engine, which, None)
    assert not EngineChoice.objects.exists()


SHOWN = {"engine": "kesher-english", "engine_version": "3"}


def test_only_a_model_that_is_shown_to_be_better_than_the_engine_in_use_is_taken_without_more(model):
    for figures in ({}, {**SHOWN, "verdict": "worse"}, {**SHOWN, "verdict": "open"}, {**SHOWN, "engine": "textblob", "verdict": "better"}):
        model.figures = figures
        with pytest.raises(choice.NotOffered, match="not shown to be better"):
            choice.use("en", OWN, model, None)
    model.figures = {**SHOWN, "verdict": "better"}
    choice.use("en", OWN, model, None)
    assert in_use() == ("own", "7")


def test_who_changed_the_engine_stands_in_the_audit_log(survey_owner):
    with set_actor(survey_owner):
        choice.use("en", "textblob", None, survey_owner)
    [changed] = LogEntry.objects.get_for_model(EngineChoice).filter(action=LogEntry.Action.UPDATE)
    assert (changed.actor, changed.changes["engine"]) == (survey_owner, ["", "textblob"])


def test_an_older_model_of_the_same_language_can_be_taken_again(model, data):
    newer = TrainedModel.objects.create(language="en", version=9, state="ready", data=data)
    use("en", OWN, newer, None)
    use("en", OWN, model, None)
    assert in_use() == ("own", "7")


# --- Broken models --------------------------------------------------------------------------------


def signed(body):
    """Bytes with a checksum that fits."""
    return MAGIC + hashlib.sha256(body).digest() + body


def with_arrays(data, **changes):
    """The model with other arrays, as somebody's own tool may write them."""
    arrays = dict(np.load(io.BytesIO(data[len(MAGIC) + DIGEST :])))
    file = io.BytesIO()
    np.savez_compressed(file, **{**arrays, **changes})
    return signed(file.getvalue())


def with_meta(data, **changes):
    meta = json.loads(np.load(io.BytesIO(data[len(MAGIC) + DIGEST :]))["meta"].tobytes())
    return with_arrays(data, meta=np.frombuffer(json.dumps({**meta, **changes}).encode(), np.uint8))


DAMAGE = {
    "no archive": lambda data: signed(b"not an archive"),
    "an archive that does not unpack": lambda data: signed(data[len(MAGIC) + DIGEST :].replace(b"\x00", b"\x01", 40)),
    "objects in place of numbers": lambda data: with_arrays(data, coefficients=np.array([{}], dtype=object)),
    "words in place of numbers": lambda data: with_arrays(data, intercept=np.array(["one"])),
    "no text": lambda data: with_arrays(data, meta=np.frombuffer(b"\xff\xfe", np.uint8)),
    "a temperature in words": lambda data: with_meta(data, temperature="warm"),
    "labels that are none": lambda data: with_meta(data, labels=[[]], trained={}),
    "truncated": lambda data: data[:-100],
    "empty": lambda data: b"",
    "missing": lambda data: None,
    "another file": lambda data: b"PK\x03\x04 something else",
    "one bit": lambda data: data[:-50] + bytes([data[-50] ^ 1]) + data[-49:],
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_with_a_broken_model_the_former_engine_goes_on_and_the_page_says_why(model, data, damage):
    use("en", OWN, model, None)
    TrainedModel.objects.update(data=damage(data))
    comment()
    assert score.score_waiting() == 1
    assert read()[0][1] == "kesher-english"
    [chosen] = EngineChoice.objects.all()
    assert chosen.problem.endswith(".")
    assert "raceback" not in chosen.problem
    assert chosen.retry_at > timezone.now()


def test_a_model_of_another_version_of_the_product_is_refused(model, monkeypatch):
    monkeypatch.setattr("analytics.text.engines.model_file.RECIPE", features.RECIPE + 1)
    with pytest.raises(choice.EngineUnavailable, match="another version of Kesher"):
        OwnEngine(model).score(["the blorp"])


def test_a_model_that_is_whole_again_reads_what_its_stand_in_read(model, data):
    use("en", OWN, model, None)
    TrainedModel.objects.update(data=None)
    comment()
    score.score_waiting()
    TrainedModel.objects.update(data=data)
    EngineChoice.objects.update(retry_at=timezone.now() - timedelta(seconds=1))
    assert score.score_waiting() == 1
    assert (read(), EngineChoice.objects.get().problem) == ([("negative", "own", "7")], "")


def test_while_the_chosen_engine_stays_broken_its_stand_in_writes_each_text_once(model, monkeypatch):
    survey = factories.survey()
    for _ in range(5):
        factories.response(survey=survey, comment="the blorp")
    use("en", OWN, model, None)
    TrainedModel.objects.update(data=b"")
    tried, written = [], []
    monkeypatch.setattr(OwnEngine, "score", lambda engine, texts: tried.append(len(texts)) or _raise())
    whole = score.store
    monkeypatch.setattr(score, "store", lambda sentiments: written.append(whole(sentiments)) or written[-1])
    for _ in range(3):
        score.score_waiting(batch=2)
        EngineChoice.objects.update(retry_at=timezone.now() - timedelta(seconds=1))
    assert (tried, sum(written)) == ([2, 2, 2], 5)


def _raise():
    raise choice.EngineUnavailable("Broken.")


def test_a_model_is_loaded_once(model, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert [found.label for found in OwnEngine(model).score(["the blorp"])] == ["negative"]
        assert [found.label for found in OwnEngine(model).score(["the glad"])] == ["positive"]


def test_a_problem_does_not_say_that_somebody_chose():
    choice.note_problem("en", choice.line_ups()["en"].chosen, choice.EngineUnavailable("Broken."))
    chosen = EngineChoice.objects.get()
    assert (chosen.problem, chosen.chosen_at, in_use()) == ("Broken.", None, ("kesher-english", "3"))


def test_what_a_worker_finds_of_an_engine_is_not_said_of_the_one_chosen_meanwhile(model, data):
    broken = choice.EngineUnavailable("Broken.")
    use("en", OWN, model, None)
    old = choice.line_ups()["en"]
    newer = TrainedModel.objects.create(language="en", version=9, state="ready", data=data)
    use("en", OWN, newer, None)
    for engine in (old.chosen, *old.stand_ins):
        choice.note_problem("en", engine, broken)
    assert (EngineChoice.objects.get().problem, EngineChoice.objects.get().retry_at) == ("", None)
    choice.note_problem("en", OwnEngine(newer), broken)
    choice.note_recovery("en", old.chosen)
    assert EngineChoice.objects.get().problem == "Broken."
    choice.note_recovery("en", OwnEngine(newer))
    assert EngineChoice.objects.get().problem == ""


def test_a_language_whose_engine_is_gone_is_not_scored():
    EngineChoice.objects.create(language="ar", engine="endpoint")
    assert "ar" not in choice.line_ups()
    comment("الخدمة ممتازة", language="ar")
    score.score_waiting()
    assert read() == [("not_scored", "", "")]


def test_bytes_are_a_model_again(data):
    assert from_bytes(data).language == "en"
