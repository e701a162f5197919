"""Hebrew as customers write it, and how often the engine is right on comments that it was not made from."""

from pathlib import Path

import pytest

from analytics.text.engines.built_in import HebrewLexiconEngine
from analytics.text.engines.evaluate import evaluate, macro_f1
from analytics.text.engines.hebrew import DATA, forms, lexicon, written_plainly
from analytics.text.engines.lexicon import BUT, DIMINISHER, INTENSIFIER, NEGATOR, read_rows

MEASURE = Path(__file__).parent / "data" / "customer_comments_he.tsv"


def score(text):
    [found] = HebrewLexiconEngine().score([text])
    return found


@pytest.mark.parametrize(
    ("written", "plainly"),
    [
        ("שֵׁרוּת מְצֻיָּן", "שרות מצינ"),
        ('חבל"ז על הזמן', "חבלז על הזמנ"),
        ("מעוללללה!!!!", "מעוללה!!"),
        ("ראו <b>כאן</b> https://example.com/x?y=1", "ראו כאנ"),
        ("טוב\u200f\x00\nמאוד", "טוב מאוד"),
    ],
)
def test_the_same_word_is_written_in_many_ways(written, plainly):
    assert written_plainly(written).split() == plainly.split()


def test_prefixes_are_taken_off_one_by_one_and_short_words_stay():
    assert forms("ושהשירות") == ("ושהשירות", "שהשירות", "השירות", "שירות")
    assert forms("בית") == ("בית",)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("שירות מצוין, ממליץ בחום", "positive"),
        ("שירות גרוע, אף אחד לא ענה", "negative"),
        ("לא מרוצה", "negative"),
        ("לא רע בכלל", "positive"),
        ("מעולללללה", "positive"),
        ("על הפנים", "negative"),
        ("😡", "negative"),
        ("קניתי ביום ראשון", "not_scored"),
        ("12345", "not_scored"),
        ("", "not_scored"),
    ],
)
def test_what_people_write_every_day(text, label):
    assert score(text).label == label


def test_what_stands_behind_but_counts_for_more():
    assert score("המוצר טוב אבל השירות גרוע").polarity < 0 < score("השירות גרוע אבל המוצר טוב").polarity


def test_negation_ends_with_the_clause():
    assert score("לא. מצוין").label == "positive"


@pytest.mark.parametrize(
    "text", ["א" * 100_000, "מצוין " * 20_000, "<script>מצוין</script>", "'; DROP TABLE--", "שירות great מצוין \u202e"]
)
def test_odd_texts_break_nothing(text):
    found = score(text)
    assert found.polarity is None or -1 <= found.polarity <= 1


def test_every_row_of_the_lexicon_is_read():
    words = [float(weight) for _text, weight in read_rows(DATA / "lexicon_he.tsv")]
    assert all(-3 <= weight <= 3 and weight != 0 for weight in words)
    assert {kind for _text, kind in read_rows(DATA / "modifiers_he.tsv")} == {NEGATOR, INTENSIFIER, DIMINISHER, BUT}
    assert len(lexicon().weights) > 8_000


@pytest.mark.parametrize(("file", "language"), [("customer_comments_he", "he"), ("survey_comments_he", "he"), ("survey_comments_en", "en")])
def test_no_comment_that_measures_was_there_to_train_on(file, language):
    measured = {written_plainly(text).lower() for _label, text in read_rows(MEASURE.with_name(f"{file}.tsv"))}
    trained = {written_plainly(text).lower() for _label, text in read_rows(DATA / f"comments_{language}.tsv")}
    assert len(measured) > 270 and not measured & trained


def test_how_often_it_is_right_as_docs_text_md_says():
    rows = list(read_rows(MEASURE))
    found = evaluate(HebrewLexiconEngine(), [text for _label, text in rows], [label for label, _text in rows])
    assert (found.n, round(found.coverage, 2), round(macro_f1(found.judged, ["positive", "negative"]), 2)) == (416, 0.77, 0.87)
