"""Hebrew as customers write it: words without vowel points, final letters and prefixes, and what they think of us."""

import re
from functools import lru_cache
from pathlib import Path

from analytics.text.clean import clean
from analytics.text.lexicon import Lexicon, Opinion, read_rows

DATA = Path(__file__).parent / "data"
POINTS = re.compile("[\u0591-\u05c7]")
QUOTES = re.compile("[\"'׳״`´’]")  # חבל"ז, צ׳ופר: inside a word they part nothing
FINAL = str.maketrans("ךםןףץ", "כמנפצ")
WORD = re.compile(r"[^\W_]+|[:;][-']?[()]|[^\w\s]")
DOUBLED = re.compile(r"(.)\1")
PREFIXES = "והבלמשכ"
SHORTEST = 3  # letters that must stay: of בית nothing is a prefix


def written_plainly(text: str) -> str:
    """Cleaned, without points and quotation marks, and with final letters as the others."""
    return QUOTES.sub("", POINTS.sub("", clean(text))).translate(FINAL)


def words_of(text: str) -> list[str]:
    """The words, smileys and marks of a text that is `written_plainly`."""
    return WORD.findall(text)


@lru_cache(maxsize=50_000)
def forms(word: str) -> tuple[str, ...]:
    """What `word` may be: itself, without one to three letters that are written as prefixes, and each without doubled letters."""
    found = _without_prefixes(word)
    single = DOUBLED.sub(r"\1", word)  # of מעולללה two ל are left
    return tuple(dict.fromkeys(found if single == word else [*found, *_without_prefixes(single)]))


def _without_prefixes(word: str) -> list[str]:
    found = [word]
    while len(found) < 4 and found[-1][0] in PREFIXES and len(found[-1]) > SHORTEST:
        found.append(found[-1][1:])
    return found


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The product's own lexicon of customer feedback."""

    def expression(text: str) -> tuple[str, ...]:
        return tuple(words_of(written_plainly(text)))

    weights = {expression(text): float(weight) for text, weight in read_rows(DATA / "lexicon_he.tsv")}
    modifiers = {expression(text): kind for text, kind in read_rows(DATA / "modifiers_he.tsv")}
    return Lexicon(weights, modifiers, forms)


def opinions(text: str) -> list[Opinion]:
    """What the text says of us, expression by expression."""
    return lexicon().opinions(words_of(written_plainly(text)))
