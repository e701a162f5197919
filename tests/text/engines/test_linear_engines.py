"""The engines that come with the product: what they say of clear texts, and that odd ones break nothing."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest

from analytics.text.engines import built_in
from analytics.text.engines.built_in import DATA, ENGINES, NOT_UNDERSTOOD, LinearEngine, engine_named, engines_for
from analytics.text.engines.evaluate import evaluate, macro_f1, right
from analytics.text.engines.lexicon import read_rows
from analytics.text.engines.model_file import BrokenModel
from tests import real_data

MEASURE = Path(__file__).parent / "data" / "customer_comments_he.tsv"
LABELS = {"positive", "neutral", "negative", "mixed"}


def score(language, text):
    [found] = engines_for(language)[0].score([text])
    return found


def test_which_engines_there_are():
    assert [(engine.name, engine.version) for engine in engines_for("en")][0] == ("kesher-english", "3")
    assert [engine.name for engine in engines_for("he")] == ["kesher-hebrew", "kesher-hebrew-lexicon"]
    assert [engine.name for engine in engines_for("en")][1] == "textblob"
    assert engines_for("pt") == [] and built_in.covered_languages() == {"en", "he"}
    assert engine_named("textblob").languages == {"en"} and engine_named("nobody") is None


def test_to_know_the_engines_costs_no_heavy_import():
    """Web processes name engines and never score: scikit-learn and the lexicons come in with the first text."""
    code = "import django; django.setup(); import analytics.text.engines.built_in, analytics.text.engines.train, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout.split()
    assert "analytics.text.engines.built_in" in loaded
    assert not {"sklearn", "nltk", "lingua", "vaderSentiment"} & set(loaded)


@pytest.mark.parametrize(
    ("language", "text", "label"),
    [
        ("en", "The service was excellent, thank you!", "positive"),
        ("en", "Terrible support, nobody answered me", "negative"),
        ("en", "I would not recommend this to anyone", "negative"),
        ("en", "Not bad at all, I'm happy", "positive"),
        ("en", "😍", "positive"),
        ("en", "😡", "negative"),
        ("he", "שירות מצוין, ממליץ בחום", "positive"),
        ("he", "שירות גרוע, אף אחד לא ענה", "negative"),
        ("he", "לא מרוצה בכלל", "negative"),
        ("he", "לא ממליץ לאף אחד", "negative"),
        ("he", "מעולללללה", "positive"),
        ("he", "😍", "positive"),
        ("he", "😡", "negative"),
    ],
)
def test_clear_texts(language, text, label):
    found = score(language, text)
    assert found.label == label
    assert 1 / 3 < found.confidence <= 1
    assert (found.polarity > 0) == (label == "positive")


@pytest.mark.parametrize("text", ["Great food but terrible service.", "Love the app. Support is awful."])
def test_clear_praise_beside_clear_blame_is_mixed(text):
    found = score("en", text)
    assert found.label == "mixed" and {weight > 0 for _word, weight in found.words} == {True, False}


@pytest.mark.parametrize(
    ("language", "text", "word", "sign"),
    [
        ("en", "The app is excellent", "excellent", 1),
        ("en", "The support was rude and not helpful", "not helpful", -1),
        ("he", "השירות היה מצוין", "מצוין", 1),
        ("he", "אני לא מרוצה", "לא מרוצה", -1),
    ],
)
def test_the_words_that_decided(language, text, word, sign):
    words = dict(score(language, text).words)
    assert words[word] * sign > 0 and len(words) <= 5


@pytest.mark.parametrize("language", ["en", "he"])
@pytest.mark.parametrize(
    "text", ["", "   \n", "12345", "7/10 5.5%", "a" * 5000, "א" * 5000, "\x00\x07", "<b></b>", "...", "https://example.com"]
)
def test_what_says_nothing_is_not_scored(language, text):
    assert score(language, text) == NOT_UNDERSTOOD


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_odd_texts_break_nothing(engine):
    texts = [
        "",
        "😡",
        "12345",
        "great \u202eשירות\u202c טוב \u200f",
        "gr\x00eat\x0bservice\x1b[31m",
        "<script>alert('great')</script><b>טוב</b>",
        "'; DROP TABLE answers; -- טוב",
        "אאאאאאאאאאאאאאאאאאאאא",
        "The שירות was מעולה and גם cheap",
        "\ud83d lonely surrogate",
        "e\u0301" * 3000,
        "great! שירות טוב. " * 6_000,
        "no" * 50_000,
        "good " * 20_000,
        "לא " * 33_000,
        "!" * 100_000,
    ]
    start = time.process_time()
    found = engine.score(texts)
    assert time.process_time() - start < 5
    assert len(found) == len(texts)
    for one in found:
        if one.label == "not_scored":
            assert one == NOT_UNDERSTOOD
        else:
            assert one.label in LABELS and -1 <= one.polarity <= 1 and len(one.words) <= 5
            assert one.confidence is None or 0 < one.confidence <= 1


def test_a_missing_or_broken_file_is_said_when_it_is_needed(tmp_path):
    engine = LinearEngine("own", "1", "he", tmp_path / "model_he.npz")
    with pytest.raises(BrokenModel, match="model_he.npz can not be read"):
        engine.score(["טוב"])
    (tmp_path / "model_he.npz").write_bytes((DATA / "model_he.npz").read_bytes()[:1000])
    with pytest.raises(BrokenModel, match="damaged or not complete"):
        engine.score(["טוב"])
    (tmp_path / "model_he.npz").write_bytes((DATA / "model_en.npz").read_bytes())
    with pytest.raises(BrokenModel, match="for the language “en”"):
        engine.score(["טוב"])
    (tmp_path / "model_he.npz").write_bytes((DATA / "model_he.npz").read_bytes())
    assert engine.score(["שירות מצוין"])[0].label == "positive"


@pytest.mark.parametrize(
    ("file", "engine", "n", "least", "least_right"),
    [
        ("customer_comments_he", "kesher-hebrew", 416, 0.85, 0.84),
        ("survey_comments_he", "kesher-hebrew", 402, 0.85, 0.79),
        ("survey_comments_en", "kesher-english", 283, 0.76, 0.70),
    ],
)
def test_customers_comments_it_never_saw(file, engine, n, least, least_right):
    """docs/text.md says the figures: over all praise and blame, and the share of all that is labelled right; not scored counts as wrong."""
    rows = list(read_rows(MEASURE.with_name(f"{file}.tsv")))
    found = evaluate(engine_named(engine), [text for _label, text in rows], [label for label, _text in rows])
    assert found.n == n and found.coverage >= 0.99
    assert macro_f1(found.confusion, ["positive", "negative"]) >= least
    assert right(found.confusion) / n >= least_right


def test_confidence_is_how_often_it_is_right():
    """Over comments that it never saw, the mean confidence is the share that is right, within 0.08; and the surer, the better."""
    rows = [(label, text) for label, text in read_rows(MEASURE) if label != "mixed"]
    found = engine_named("kesher-hebrew").score([text for _label, text in rows])
    judged = sorted((one.confidence, one.label == label) for one, (label, _text) in zip(found, rows, strict=True) if one.confidence)
    confidence, right = (sum(values) / len(judged) for values in zip(*judged, strict=True))
    assert confidence == pytest.approx(right, abs=0.08)
    half = len(judged) // 2
    assert sum(is_right for _, is_right in judged[half:]) > sum(is_right for _, is_right in judged[:half])


@pytest.mark.parametrize("name", ["amazon_cells", "imdb", "yelp"])
def test_english_reviews_of_kinds_it_never_saw(name):
    """UCI "Sentiment Labelled Sentences", 1,000 each; what is called neutral, mixed or not scored counts as wrong."""
    lines = (real_data.path("text_en") / f"{name}_labelled.txt").read_text(encoding="utf-8").split("\n")
    rows = [line.rsplit("\t", 1) for line in lines if "\t" in line]
    labels = [{"1": "positive", "0": "negative"}[label] for _text, label in rows]
    f1 = [
        macro_f1(evaluate(engine_named(engine), [text for text, _label in rows], labels).confusion, ["positive", "negative"])
        for engine in ("kesher-english", "textblob")
    ]
    assert f1[0] >= 0.83 and f1[0] - f1[1] >= 0.13


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("he", "המוצר טוב אבל השירות גרוע"),
        ("he", "השירות מצוין אך המחיר גבוה"),
        ("he", "נחמד אבל יקר"),
        ("en", "Great coffee but rude staff."),
    ],
)
def test_praise_on_one_side_and_blame_on_the_other_is_mixed(language, text):
    assert engines_for(language)[0].score([text])[0].label == "mixed"


@pytest.mark.parametrize("wall", ["@", "a@", ".", "a@b.", "1 ", "1.", "http://", "www.", "<a", "😡", "לא ", "not "])
@pytest.mark.parametrize("language", ["en", "he"])
def test_no_wall_of_anything_holds_an_engine_up(language, wall):
    begun = time.process_time()
    engines_for(language)[0].score(["good " + wall * (20_000 // len(wall))])
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Terrible service, call me at 050-1234567 or john.bad@mail.example, order 4580 1234 5678 9012, terrible"),
        ("he", "שירות נורא, התקשרו ל050-1234567 או לdana@mail.example, הזמנה 4580 1234 5678 9012"),
    ],
)
def test_numbers_and_addresses_change_nothing(language, text):
    assert engines_for(language)[0].score([text])[0].label == "negative"


@pytest.mark.parametrize(("text", "label"), [("😡😡😡", "negative"), ("👍", "positive"), ("❤️", "positive"), ("🎉🎉", "positive")])
@pytest.mark.parametrize("language", ["en", "he"])
def test_emoji_alone_are_read_however_many(language, text, label):
    assert engines_for(language)[0].score([text])[0].label == label


def test_what_decided_is_never_a_word_of_grammar():
    for language, text in (("en", "I waited and waited for the great technician"), ("he", "אחרי השבוע הראשון של ההמתנה התייאשתי")):
        words = engines_for(language)[0].score([text])[0].words
        assert {"I", "and", "for", "the", "אחרי", "השבוע", "הראשון", "של"}.isdisjoint(word for word, _weight in words)


def test_threads_of_one_worker_read_as_one_alone_would():
    """The passes of a worker share the engine, whose weights by word are remembered as they come."""
    path = DATA / "model_en.npz"
    words, kinds = ("deliver", "wait", "call"), ("great", "awful")
    texts = [f"{word}ing the {word}ed x{number} was {kind}" for word in words for number in range(60) for kind in kinds]
    alone = [score.polarity for score in LinearEngine("alone", "1", "en", path).score(texts)]
    shared = LinearEngine("shared", "1", "en", path)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda _: [score.polarity for score in shared.score(texts)], range(4)))
    finally:
        sys.setswitchinterval(before)
    assert found == [alone] * 4


@pytest.mark.parametrize("language", ["en", "he"])
def test_letters_that_are_no_words_are_not_scored(language):
    letters = {"en": "bcdfghjklmnpqrstvwxz", "he": "בגדזחטכלמנסעפצקרשת"}[language]
    drawn = Random(5)
    texts = [" ".join("".join(drawn.choices(letters, k=drawn.randint(6, 9))) for _ in range(4)) for _ in range(100)]
    scored = [score for score in engines_for(language)[0].score(texts) if score.label != "not_scored"]
    assert len(scored) <= 6  # a word may share its place in the vocabulary with one that was met
