"""What texts have in common, in English and in Hebrew, told in the words of those who wrote them."""

from random import Random

import pytest

from analytics.text.themes.subjects import subjects_of

PARKING = [
    "There is no parking lot near the office.",
    "Your parking lot is always full!",
    "The parking lot closes at noon",
    "I waited an hour for a place in the parking lot.",
    "Parking lot full again; I gave up.",
]
INVOICES = [
    "The invoices arrive late and in the wrong currency.",
    "Another invoice without our order number",
    "Please send invoices as a file.",
    "Wrong invoice, for the third time!",
    "We pay invoices only with an order number.",
]
HEBREW_PARKING = ["אין חנייה ליד המשרד", "החנייה תמיד מלאה", "חיכיתי שעה לחנייה", "שוב לא הייתה חנייה", "הגעתי והחנייה סגורה!"]
HEBREW_INVOICES = [
    *("החשבוניות מגיעות באיחור", "חשבוניות עם טעויות", "בחשבוניות חסר מספר הזמנה", "נא לשלוח חשבוניות בקובץ", "אין לי חשבוניות"),
]


def mixed(*groups, times=6):
    texts = [text for group in groups for text in group * times]
    Random(1).shuffle(texts)
    return texts


def by_term(texts, language):
    """{term: the texts of its subject}"""
    return {term: {texts[place] for place in one.texts} for one in subjects_of(texts, language) for term in one.terms}


def test_two_subjects_in_english_in_all_their_forms():
    found = by_term(mixed(PARKING, INVOICES), "en")
    assert found["parking"] == set(PARKING)
    assert found["invoices"] >= set(INVOICES)


def test_two_subjects_in_hebrew_whatever_prefix_they_bear():
    found = by_term(mixed(HEBREW_PARKING, HEBREW_INVOICES), "he")
    assert found["חנייה"] >= set(HEBREW_PARKING)
    assert found["חשבוניות"] >= set(HEBREW_INVOICES)


def test_the_same_texts_have_the_same_subjects():
    texts = mixed(PARKING, INVOICES)
    assert subjects_of(texts, "en") == subjects_of(texts, "en")


def test_praise_and_small_words_are_no_subject():
    texts = mixed(["Very good, thank you!", "Great, as always", "The best"], PARKING)
    assert {"good", "great", "best", "the", "very", "always"}.isdisjoint(term for one in subjects_of(texts, "en") for term in one.terms)


@pytest.mark.parametrize("texts", [[], [""] * 60, ["👍"] * 60, ["good"] * 60, ["12345"] * 60, [f"unrelated{n}" * 3 for n in range(60)]])
def test_texts_without_anything_in_common(texts):
    assert subjects_of(texts, "en") == []


BAD = ["a" * 2000, "<script>alert('x')</script> parking", "'; DROP TABLE x; -- חנייה parking", "\u202eparking\x00", "נ" * 2000]


@pytest.mark.parametrize("text", BAD)
def test_bad_input_is_only_text(text):
    assert "parking" in by_term([*mixed(PARKING, INVOICES), text, text], "en")


def test_a_language_without_a_list_of_small_words():
    assert set(by_term(["парковка всегда занята"] * 30 + ["счёт опять неверный"] * 30, "ru")) >= {"парковка", "неверный"}
