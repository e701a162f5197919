"""Who writes in two languages is read in both."""

import pytest

from analytics.text import language
from analytics.text.engines.built_in import NOT_UNDERSTOOD, Score
from analytics.text.engines.lexicon import DATA, read_rows
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


@pytest.mark.parametrize(
    ("text", "declared", "parts"),
    [
        (
            "The delivery was late. Le service client est vraiment très lent. I want my money back.",
            "en",
            [("The delivery was late. I want my money back.", "en"), ("Le service client est vraiment très lent.", "fr")],
        ),
        (
            "El pedido llegó tarde y la caja estaba rota. But the support is great, thank you!",
            "en",
            [("El pedido llegó tarde y la caja estaba rota.", "es"), ("But the support is great, thank you!", "en")],
        ),
        (
            "The app is great.\nDie Lieferung war pünktlich und vollständig.",
            "he",
            [("The app is great.", "en"), ("Die Lieferung war pünktlich und vollständig.", "de")],
        ),
        (
            "O produto chegou quebrado e ninguém responde. Very bad service, I am not happy with it.",
            "pt",
            [("O produto chegou quebrado e ninguém responde.", "pt"), ("Very bad service, I am not happy with it.", "en")],
        ),
        (
            "Het was in orde, maar de prijs is te hoog. The rest is fine with me.",
            "en",
            [("Het was in orde, maar de prijs is te hoog.", "nl"), ("The rest is fine with me.", "en")],
        ),
        (
            "השירות מצוין. The app is great. Bardzo szybka dostawa i miła obsługa klienta.",
            "he",
            [
                ("השירות מצוין.", "he"),
                ("The app is great.", "en"),
                ("Bardzo szybka dostawa i miła obsługa klienta.", "pl"),
            ],
        ),
        (
            "Обслуживание было быстрым, всё хорошо. Дуже швидка доставка, дякую її команді.",
            "ru",
            [("Обслуживание было быстрым, всё хорошо.", "ru"), ("Дуже швидка доставка, дякую її команді.", "uk")],
        ),
        ("الخدمة ممتازة. خدمات پشتیبانی خیلی خوب بود.", "ar", [("الخدمة ممتازة.", "ar"), ("خدمات پشتیبانی خیلی خوب بود.", "fa")]),
    ],
)
def test_a_sentence_that_is_clearly_of_another_language_of_the_same_script_is_a_part(text, declared, parts):
    assert parts_of(text, declared) == [Part(*part) for part in parts]


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        ("The delivery was late. Merci! I want my money back.", "en", "en"),  # too short to be sure
        ("The croissants were great. Soupe du jour.", "en", "en"),
        ("Le service client est vraiment très lent. Dommage.", "fr", "fr"),
        ("The app was great. The support is slow. I am not happy.", "he", "en"),
        ("Palvelu oli nopeaa ja ystävällistä. Kiitos paljon teille.", "fi", "fi"),  # a language that is not looked for
        ("Спасибо. Обслуживание было быстрым. Хорошо.", "ru", "ru"),
        ("السعر مرتفع والخدمة بطيئة. المنتج وصل مكسورا.", "ar", "ar"),
        ("שירות מצוין. המחיר גבוה.", "he", "he"),
    ],
)
def test_what_is_unclear_goes_with_the_texts_language(text, declared, language):
    assert parts_of(text, declared) == [Part(text, language)]


def test_english_comments_are_not_parted():
    """Of the project's own, which are in English alone, at most one in 250 has a part in another language."""
    texts = [text for _label, text in read_rows(DATA / "comments_en.tsv")]
    wrong = [text for text in texts if {part.language for part in parts_of(text, "en")} - {"en", ""}]
    assert len(texts) > 4000
    assert len(wrong) <= len(texts) / 250


def test_the_detector_is_not_asked_about_sentences_with_common_english_words(monkeypatch):
    monkeypatch.setattr(language, "_detector", lambda: pytest.fail("asked"))
    for text in (
        "The app works well. This is what they promised!",
        "השירות מצוין. המחיר גבוה.",
        "Great and cheap. I like the new design. @Someone",
    ):
        assert len(parts_of(text, "en")) == 1


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
def test_of_sentences_in_several_languages_those_are_scored_that_an_engine_covers():
    factories.response(comment="El pedido llegó tarde y la caja estaba rota. But the support was great, thank you so much!", language="en")
    assert [score_waiting(), score_waiting()] == [1, 0]
    [row] = Sentiment.objects.all()
    assert (row.language, row.label, row.engine, row.other_engines) == ("en", "positive", "kesher-english", "\nes  \n")


@pytest.mark.django_db
def test_an_answer_in_two_languages_is_one_row_that_does_not_wait_again():
    factories.response(comment="השירות מצוין ואדיב, תודה רבה! The delivery was late and the box was broken.", language="he")
    assert [score_waiting(), score_waiting()] == [1, 0]
    assert [row.label for row in Sentiment.objects.all()] == ["mixed"]
