"""What TextBlob makes of English texts, and how good it is on real ones."""

import time

import pytest

from analytics.text.engines.built_in import NOT_UNDERSTOOD, TextBlobEngine
from tests import real_data


def score(text):
    [found] = TextBlobEngine().score([text])
    return found


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("The support team was excellent.", "positive"),
        ("The support team was terrible.", "negative"),
        ("The support was not good.", "negative"),
        ("This one is different.", "neutral"),
        ("Good people, bad product.", "mixed"),
        ("<b>The service</b> was <script>alert(1)</script> excellent &amp; quick", "positive"),
        ("great \U0001f600", "positive"),
        ("great\x0bservice\x01", "positive"),
    ],
)
def test_label(text, label):
    assert score(text).label == label


@pytest.mark.parametrize("text", ["", "It arrived on Tuesday.", "zxcv qwer", "\x00\x01\x02", "<b></b>"])
def test_a_text_without_a_known_word_is_not_understood_rather_than_neutral(text):
    assert score(text) == NOT_UNDERSTOOD


def test_the_expressions_that_decided():
    assert score("The support was not good, the app is excellent.").words == (("excellent", 1.0), ("not good", -0.35))


def test_polarity_stays_within_its_range():
    assert [score(text).polarity for text in ("Perfect! The best! Wonderful!!!", "Awful! The worst! Horrible!!!")] == [1.0, -1.0]


@pytest.mark.parametrize("text", ["This is great. " * 7000, "(" * 1_000_000, "good, " * 200_000, ". " * 500_000, "a" * 1_000_000])
def test_a_huge_text_costs_little(text):
    start = time.perf_counter()
    score(text)
    assert time.perf_counter() - start < 5


def test_as_many_scores_as_texts_in_the_same_order():
    assert [found.label for found in TextBlobEngine().score(["Great!", "Awful!", "It arrived."])] == ["positive", "negative", "not_scored"]


def test_on_three_thousand_real_sentences(capsys):
    """UCI "Sentiment Labelled Sentences": 3 × 1,000 sentences of product, film and restaurant reviews."""
    rows = [
        line.rsplit("\t", 1)
        for file in sorted(real_data.path("text_en").glob("*_labelled.txt"))
        for line in file.read_text(encoding="utf-8").split("\n")
        if "\t" in line
    ]
    truth = {"1": "positive", "0": "negative"}
    labels = [found.label for found in TextBlobEngine().score([text.strip() for text, _ in rows])]
    judged = [(label, truth[known]) for label, (_, known) in zip(labels, rows, strict=True) if label in ("positive", "negative")]
    accuracy = sum(label == known for label, known in judged) / len(judged)
    coverage = len(judged) / len(rows)
    not_understood = labels.count("not_scored") / len(rows)
    with capsys.disabled():
        print(f"\nTextBlob: n = {len(rows)}, accuracy {accuracy:.1%} of the {coverage:.1%} judged, {not_understood:.1%} not understood")
    assert len(rows) == 3000
    assert accuracy >= 0.83
    assert coverage >= 0.69
