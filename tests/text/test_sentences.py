"""Where sentences end, and where a full stop ends none."""

import time

import pytest

from analytics.text.sentences import sentences


def parts(text):
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Great app. Slow support!", ["Great app.", "Slow support!"]),
        ("Really?! No... Well", ["Really?!", "No...", "Well"]),
        ("It took 3.5 hours. Never again.", ["It took 3.5 hours.", "Never again."]),
        ("Many bugs, e.g. in the cart. Fix them", ["Many bugs, e.g. in the cart.", "Fix them"]),
        ("Mr. Cohen and J. Smith helped. Thanks", ["Mr. Cohen and J. Smith helped.", "Thanks"]),
        ("See https://example.com/a.html?b=1!c then reply", ["See https://example.com/a.html?b=1!c then reply"]),
        ("1. Fast\n2. Cheap", ["1. Fast", "2. Cheap"]),
        ("He said “no.” I left.", ["He said “no.”", "I left."]),
        ("Loved it 😍😍 would buy again", ["Loved it 😍😍", "would buy again"]),
        ("😡 שוב אותו סיפור", ["😡 שוב אותו סיפור"]),
        ('ד"ר כהן מקצועי. המזכירה לא', ['ד"ר כהן מקצועי.', "המזכירה לא"]),
        ("שירות טוב.מחיר גבוה", ["שירות טוב.", "מחיר גבוה"]),
        ("חיכיתי שעה!ואז ניתקו", ["חיכיתי שעה!", "ואז ניתקו"]),
        ("one line\r\n\r\n  two lines \n", ["one line", "two lines"]),
        ("...", ["..."]),
        ("  \n ", []),
        ("", []),
    ],
)
def test_sentences(text, expected):
    assert parts(text) == expected


LONG = [". " * 50_000, "a." * 50_000, "!" * 100_000, "😡" * 100_000, "א" * 100_000, "x!y" * 33_000, " " * 100_000]


@pytest.mark.parametrize("text", LONG, ids=lambda text: text[:3])
def test_a_hundred_kilobytes_cost_little(text):
    start = time.process_time()
    found = sentences(text)
    assert time.process_time() - start < 2
    assert all(start < end for start, end in found) and found == sorted(found)
