"""A text as the engines read it: its words with what stands around them, and its parts, in English and in Hebrew."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from analytics.text.engines.clean import ADDRESS, LONGEST, NUMBER, TAG
from analytics.text.engines.lexicon import CLAUSE_ENDS, REACH
from analytics.text.sentences import sentences

INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0e\ufe0f\ufeff\U0001f3fb-\U0001f3ff]")
# Letters with quotation marks and vowel points inside, smileys, and runs of one mark.
TOKEN = re.compile(r"[^\W_]+(?:[\u0591-\u05c7'’\"״׳`´]+[^\W_]+)*'?|[:;=][-']?[()DPp/|]+|<3|([^\w\s])\1*")
STRETCHED = re.compile(r"(.)\1{2,}", re.S)
FIRST_SYMBOL = 0x2190  # arrows, shapes, emoji
LONGEST_WORD = 40  # letters that are looked at
LONGEST_PART = 100  # tokens: VADER's time grows with their square


class Word(NamedTuple):
    """What one token is to the engines: its plain form, all that it may be looked up as, and what it does to its neighbours.

    `valence` is what a lexicon says of it by itself, above 0 for praise. One `of_grammar` is never named as what decided.
    """

    text: str
    forms: tuple[str, ...]
    valence: float = 0.0
    negates: bool = False
    is_but: bool = False
    ends_clause: bool = False
    of_grammar: bool = False


class Token(NamedTuple):
    """One word where it stands: as it was `written`, and whether a negator before it turns it."""

    word: Word
    written: str
    start: int
    turned: int  # tokens back to the negator; 0 where there is none


@dataclass(frozen=True, slots=True)
class Reading:
    """`parts` are (first, behind last) token of each sentence, or of what stands on one side of a "but"."""

    text: str
    tokens: list[Token]
    parts: list[tuple[int, int]]


def prepared(text: str) -> str:
    """Without mark-up, addresses, long numbers, control characters and marks of direction; cut where nobody reads on."""
    text = text[:LONGEST]
    if "<" in text:
        text = TAG.sub(" ", text)
    if "@" in text or "http" in text or "www." in text:
        text = ADDRESS.sub(" ", text)
    return INVISIBLE.sub("", NUMBER.sub(" ", text))


def folded(token: str) -> str:
    """Compatible characters (NFKC) and small letters, at most two of one character in a row; of symbols as emoji only one."""
    if ord(token[0]) >= FIRST_SYMBOL:
        return token[0]
    return STRETCHED.sub(r"\1\1", unicodedata.normalize("NFKC", token[:LONGEST_WORD]).lower())


def read(text: str, word_of: Callable[[str], Word]) -> Reading:
    text = prepared(text)
    tokens: list[Token] = []
    negator = -REACH - 1
    for found in TOKEN.finditer(text):
        place = len(tokens)
        written = found[0]
        word = word_of(written)
        if place > 1 and tokens[-1].word.text == word.text == tokens[-2].word.text:
            continue  # as of stretched letters, two of many are left
        back = place - negator
        tokens.append(Token(word, written, found.start(), back if back <= REACH else 0))
        if word.negates:
            negator = place
        elif word.ends_clause or word.is_but:
            negator = -REACH - 1
    return Reading(text, tokens, _parts(text, tokens))


def _parts(text: str, tokens: Sequence[Token]) -> list[tuple[int, int]]:
    ends = [end for _start, end in sentences(text)]
    parts: list[tuple[int, int]] = []
    first = sentence = 0
    for place, token in enumerate(tokens):
        while token.start >= ends[sentence]:
            sentence += 1
            first = _closed(parts, first, place)
        if token.word.is_but or place - first >= LONGEST_PART:
            first = _closed(parts, first, place)
    _closed(parts, first, len(tokens))
    return parts


def _closed(parts: list[tuple[int, int]], first: int, end: int) -> int:
    if end > first:
        parts.append((first, end))
    return end


def ends_clause(text: str) -> bool:
    return text[:1] in CLAUSE_ENDS
