"""Who writes in two languages is read in both."""

import pytest

from analytics.text.engines.built_in import NOT_UNDERSTOOD, Score
from analytics.text.mixed import Part, Read, parts_of, together
from analytics.text.models import Sentiment
from analytics.text.score import score_waiting
from tests import factories


@pytest.mark.parametrize(
    ("text", "declared", "parts"),
    [
        ("Great service.", "en", [("Great service.", "en")]),
        ("שירות מצוין", "he", [("שירות מצוין", "he")]),
        ("", "he", [("", "")]),
        ("😡", "he-IL", [("😡", "he")]),
        ("12345", "he", [("12345", "")]),
        ("השירות של ה-CRM מצוין", "he", [("השירות של ה-CRM מצוין", "he")]),
        ("השירות מצוין. But the price is terrible.", "he", [("השירות מצוין.", "he"), ("But the price is terrible.", "en")]),
        ("Bad. רע מאוד. Really bad.", "en", [("Bad. Really bad.", "en"), ("רע מאוד.", "he")]),
        ("השירות טוב 5", "he", [("השירות טוב 5", "he")]),
    ],
)
def test_a_text_is_parted_by_language_only_where_whole_sentences_are_in_another(text, declared, parts):
    assert parts_of(text, declared) == [Part(*part) for part in parts]


class Named:
    version, languages = "1", frozenset()

    def __init__(self, name):
        self.name = name


HEBREW, ENGLISH = Named("hebrew"), Named("english")


def read(text, language, engine, label, polarity, confidence=None, words=()):
    score = NOT_UNDERSTOOD if polarity is None else Score(polarity, label, confidence, words)
    return Read(Part(text, language), engine, score)


def test_praise_in_one_language_and_blame_in_the_other_is_mixed():
    whole = together(
        [
            read("השירות מצוין", "he", HEBREW, "positive", 0.9, 0.95, (("מצוין", 2.0),)),
            read("But the price is far too high", "en", ENGLISH, "negative", -0.6, 0.7, (("too high", -3.0),)),
        ]
    )
    assert (whole.part.language, whole.engine, whole.score.label, whole.score.confidence) == ("en", ENGLISH, "mixed", 0.7)
    assert whole.score.words == (("too high", -3.0), ("מצוין", 2.0))
    assert whole.score.polarity == pytest.approx((11 * 0.9 - 23 * 0.6) / 34)


def test_what_is_neutral_in_one_language_leaves_the_other_its_label():
    whole = together([read("הגיע אתמול", "he", HEBREW, "neutral", 0.0, 0.8), read("Love it", "en", ENGLISH, "positive", 0.9, 0.9)])
    assert (whole.score.label, whole.score.confidence, whole.part.language) == ("positive", 0.9, "he")


def test_a_language_that_no_engine_covers_leaves_the_rest_understood():
    whole = together([read("Это было очень хорошо", "ru", None, "", None), read("Thanks a lot", "en", ENGLISH, "positive", 0.8, 0.9)])
    assert (whole.part.language, whole.engine, whole.score.label) == ("en", ENGLISH, "positive")


def test_where_no_part_is_understood_the_whole_is_not_scored():
    whole = together([read("Это", "ru", None, "", None), read("شكرا لكم", "ar", None, "", None)])
    assert (whole.part.language, whole.engine, whole.score) == ("ar", None, NOT_UNDERSTOOD)


@pytest.mark.django_db
def test_an_answer_in_two_languages_is_one_row_that_does_not_wait_again():
    factories.response(comment="השירות מצוין ואדיב, תודה רבה! The delivery was late and the box was broken.", language="he")
    assert [score_waiting(), score_waiting()] == [1, 0]
    assert [row.label for row in Sentiment.objects.all()] == ["mixed"]
