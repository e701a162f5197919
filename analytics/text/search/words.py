"""Words of a text as they are searched for: whatever their case, accents, vowel points, final letters and inner quotation marks.

A Hebrew word is found without the letters that are written onto it (ו ה ב ל מ ש כ), an English one by its stem (Porter 2,
snowballstem.org). What is looked for is taken as it is typed: a prefix that somebody types is meant.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

from analytics.text.engines import hebrew
from analytics.text.engines.clean import STRETCHED

LONGEST_WORD = 60  # characters; of a wall of letters the rest tells nothing
# Marks that belong to the letter before: accents, vowel points (not the Hebrew dash among them), what turns the direction.
POINTS = "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670"
INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
WORD = re.compile(rf"[^\W_](?:[^\W_]|[{POINTS}{INVISIBLE}]|[\"'׳״`´’](?=[^\W_]))*")
POSSESSIVE = re.compile(r"['’]s$")
LATIN = re.compile("[a-z]{3,}")
HAS_DIGIT = re.compile(r"\d")
HEBREW = re.compile("[א-ת]+")
_english = snowballstemmer.stemmer("english")


def words_of(text: str) -> Iterator[tuple[int, int, str]]:
    """The words of `text`: (from, to, normal form)."""
    for match in WORD.finditer(text):
        if word := normal(match[0]):
            yield match.start(), match.end(), word


@lru_cache(maxsize=50_000)
def normal(word: str) -> str:
    """The word in one way of writing it; what is looked for and what is looked through are both brought into it."""
    decomposed = unicodedata.normalize("NFKD", POSSESSIVE.sub("", word[: 4 * LONGEST_WORD].lower()))
    kept = "".join(letter for letter in decomposed if unicodedata.category(letter) not in ("Mn", "Cf"))
    kept = "".join(letter for letter in unicodedata.normalize("NFC", kept) if letter.isalnum()).translate(hebrew.FINAL)
    return (kept if HAS_DIGIT.search(kept) else STRETCHED.sub(r"\1\1", kept))[:LONGEST_WORD]


@lru_cache(maxsize=50_000)
def forms(word: str) -> tuple[str, ...]:
    """What the normal `word` of a text is found as, itself first."""
    if HEBREW.fullmatch(word):
        return hebrew.forms(word)
    return tuple(dict.fromkeys((word, sought(word))))


@lru_cache(maxsize=50_000)
def sought(word: str) -> str:
    """The form by which the normal `word` of a query is looked for."""
    if HEBREW.fullmatch(word):
        return hebrew.DOUBLED.sub(r"\1", word)
    return _english.stemWord(word) if LATIN.fullmatch(word) else word
