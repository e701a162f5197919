"""Texts as numbers for the linear models, without a vocabulary: every word and n-gram has its column by a checksum of itself.

Three blocks: words with their pairs, n-grams of letters within words (Bojanowski et al. 2017, TACL 5, use the same against
misspelling), and a few dense figures of the language's lexicons. The first two are counts over the root of how many there are,
so that a word's part in a score is a plain sum: what decided can be named.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from analytics.text.engines import english, hebrew
from analytics.text.engines.reading import Reading, Word

RECIPE = 3  # raise it with every change of what a column means
COLUMNS = 2**17
VOCABULARY = 2**22  # places for the words that a model has met: few share one


@dataclass(frozen=True)
class Recipe:
    """How the texts of one language become numbers; `grams` are (shortest, longest) n-grams of letters."""

    word: Callable[[str], Word]
    signals: Callable[[Reading], list[Any]]
    dense: Callable[[list[Any]], list[float]]
    dense_size: int
    grams: tuple[int, int]


RECIPES = {
    "en": Recipe(english.word, english.signals, english.dense, english.DENSE, (3, 5)),
    "he": Recipe(hebrew.word, hebrew.signals, hebrew.dense, hebrew.DENSE, (2, 5)),
}


def column(name: str) -> int:
    return crc32(name.encode("utf-8", "replace")) % COLUMNS


def vocabulary_places(word: Word) -> list[int]:
    """Where a model's vocabulary notes the word, in any of its forms."""
    return [crc32(f"v {form}".encode("utf-8", "replace")) % VOCABULARY for form in word.forms]


def word_columns(word: Word, turned: bool) -> list[int]:
    """Of the word in each of its forms; where it is turned, also of the turned ones."""
    columns = [column(f"w {form}") for form in word.forms]
    return columns + [column(f"n {form}") for form in word.forms] if turned else columns


def pair_column(first: Word, second: Word) -> int:
    return column(f"p {first.text} {second.text}")


def gram_columns(word: Word, grams: tuple[int, int]) -> list[int]:
    text = f" {word.text} "
    return [
        crc32(f"c {text[start : start + length]}".encode("utf-8", "replace")) % COLUMNS  # `column`, without a call for each
        for length in range(grams[0], grams[1] + 1)
        for start in range(len(text) - length + 1)
    ]


def columns_of(recipe: Recipe, reading: Reading) -> tuple[list[int], list[int]]:
    """The columns of the words and pairs, and of the letters, one for each time that they stand there."""
    words: list[int] = []
    grams: list[int] = []
    before = None
    for token in reading.tokens:
        words += word_columns(token.word, bool(token.turned))
        grams += gram_columns(token.word, recipe.grams)
        if before:
            words.append(pair_column(before, token.word))
        before = token.word
    return words, grams
