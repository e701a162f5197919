"""Terms in texts: word forms of English and Hebrew, phrases, exceptions, and how often the starting set is right."""

import time
from pathlib import Path

import pytest

from analytics.text.engines.lexicon import read_rows
from analytics.text.themes import starting_set
from analytics.text.themes.starting_set import LANGUAGES, starting_themes, terms_by_theme
from analytics.text.themes.terms import Matcher, Mention, english_stem, most_specific, term_keys

DATA = Path(__file__).parent / "data"


def found(terms, text):
    return [text[mention.start : mention.end] for mention in Matcher({"theme": terms}).matches(text)]


@pytest.fixture(scope="module")
def starting():
    return Matcher(terms_by_theme())


@pytest.mark.parametrize(
    ("term", "written"),
    [
        ("delivery", "Deliveries"),
        ("charge", "charging"),
        ("cancel", "CANCELLED"),
        ("fee", "fees"),
        ("manager", "manager's"),
        ("great", "greeeeat"),
        ("dont answer", "don't answer"),
        ("user friendly", "user-friendly"),
        ("משלוח", "ושהמשלוחים"),
        ("תקלה", "התקלות"),
        ("חשבונית", "חשבוניות"),
        ("אפליקציה", "באפליקציית"),
        ("מחיר", "המחירים"),
        ('דו"ח', "דוח"),
        ("יקר", "יקררררר"),
        ("שירות", "שֵׁירוּת"),
        ("התייקר*", "התייקרתם"),
        ("цена", "цены"),
    ],
)
def test_a_term_is_found_in_its_forms(term, written):
    assert found([term], f"- {written} -") == [written]


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("excel", "excellent"),
        ("customs", "customer"),
        ("UPS", "keep up"),
        ("personal", "a person"),
        ("care", "my car"),
        ("שירות", "שיר וגם שירה"),
        ("late delivery", "late. Delivery was fine"),
        ("price", "see https://example.com/price or <a href=price>"),
    ],
)
def test_what_only_looks_like_the_term_is_not_found(term, text):
    assert found([term], text) == []


def test_the_longest_expression_goes_first_and_takes_its_words():
    matcher = Matcher({"delivery": ["delivery"], "late": ["late delivery"], "price": ["price", "delivery"]})
    assert matcher.matches("late delivery") == [Mention("late", 0, 13)]
    assert matcher.matches("delivery") == [Mention("delivery", 0, 8), Mention("price", 0, 8)]


def test_an_exception_hides_what_is_in_it_and_is_an_exception_of_its_theme_only():
    terms = ["charge", "-free of charge", "fee", "-fee"]
    assert found(terms, "free of charge, then a charge and a fee") == ["charge"]
    assert [mention.theme for mention in Matcher({"a": ["fee"], "b": terms}).matches("a fee")] == ["a"]


def test_a_gap_is_up_to_three_words_of_the_same_sentence():
    terms = ["waited … answer"]
    assert found(terms, "I waited answer") == ["waited answer"]
    assert found(terms, "waited two long weeks answer") == ["waited two long weeks answer"]
    assert found(terms, "waited one two three four answer") == found(terms, "waited. No answer") == []


@pytest.mark.parametrize(
    ("terms", "text"),
    [
        ([" … ".join(["a"] * 12)], "a " * 200),  # 4¹¹ ways to read it
        ([" … ".join(["a"] * 6 + ["b"])], "a " * 50_000),
        (["a a a a a a a a a … a a a a a a a a a a … a a a a a a b"], "a " * 50_000),
        ([f"{'a' * first}* {'a' * second}* b" for first in range(1, 40) for second in range(1, 40)], ("a" * 40 + " ") * 2_500),
    ],
)
def test_no_term_makes_a_text_of_100_kb_take_long(terms, text):
    begun = time.monotonic()
    found(terms, text)
    assert time.monotonic() - begun < 5


def test_of_all_ways_through_the_gaps_the_longest_is_found():
    assert found(["a … b … c"], "a b x b c x x c") == ["a b x b c x x c"]


@pytest.mark.parametrize("term", ["", "  ", "-", "…", "*", "!!!"])
def test_a_term_without_a_letter_finds_nothing(term):
    assert term_keys(term) == [] == found([term], "anything * … - !!!")


def test_stems_of_english_keep_apart_what_is_not_the_same_word():
    assert english_stem("charges") == english_stem("charged") == english_stem("charging") == "charg"
    assert [english_stem(word) for word in ("business", "status", "bus", "need", "king", "apps")] == [
        *("business", "status", "bus", "need", "king", "app")
    ]


@pytest.mark.parametrize(
    "text", ["", "😡", "12345", "א" * 100_000, "a" * 100_000, "late delivery " * 8_000, "'" * 100_000, "\u202e\x00 מחיר"]
)
def test_odd_texts_break_nothing(starting, text):
    mentions = starting.matches(text)
    assert all(0 <= mention.start < mention.end <= min(len(text), 20_000) for mention in mentions)


def test_a_theme_goes_where_a_sub_theme_of_it_is():
    assert most_specific(["support", "support-speed", "price"], {"support-speed": "support"}) == {"support-speed", "price"}


def test_the_starting_set_has_two_levels_names_and_terms_in_both_languages():
    themes = starting_themes()
    tops = [theme.key for theme in themes if not theme.parent]
    assert (len(themes), len(tops)) == (63, 19)
    assert {theme.parent for theme in themes if theme.parent} <= set(tops)
    assert all(theme.names[language] and len(theme.terms[language]) >= 15 for theme in themes for language in LANGUAGES)
    assert {key for key, _term in read_rows(starting_set.DATA / "theme_terms_he.tsv")} == {theme.key for theme in themes}


def measured(matcher, name):
    """n, precision and recall of (comment, theme) pairs, per language."""
    parent_of = {theme.key: theme.parent for theme in starting_themes()}
    rows = [(set(labels.split()) - {"-"}, text) for labels, text in read_rows(DATA / name)]
    figures = {}
    for language in LANGUAGES:
        own = [row for row in rows if any("א" <= letter <= "ת" for letter in row[1]) == (language == "he")]
        said = [most_specific((mention.theme for mention in matcher.matches(text)), parent_of) for _labels, text in own]
        expected = [most_specific(labels, parent_of) for labels, _text in own]
        hits = sum(len(one & other) for one, other in zip(said, expected, strict=True))
        figures[language] = (len(own), round(hits / sum(map(len, said)), 2), round(hits / sum(map(len, expected)), 2))
    print(name, figures)
    return figures


def test_words_of_several_meanings_as_docs_themes_md_says(starting):
    """Written before the terms were changed to read them, so that these figures are better than the truth."""
    assert measured(starting, "themes_plain.tsv") == {"en": (35, 0.94, 0.91), "he": (32, 0.84, 0.93)}


def test_how_often_the_starting_set_is_right_as_docs_themes_md_says(starting):
    """The first by the hand that chose the terms, the second on comments that others wrote: the truth is nearer to the second."""
    assert measured(starting, "themes_check.tsv") == {"en": (76, 0.88, 0.99), "he": (76, 0.85, 0.99)}
    assert measured(starting, "themes_sample.tsv") == {"en": (60, 0.69, 0.51), "he": (60, 0.67, 0.67)}
