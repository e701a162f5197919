"""Opinion words with weights, and the words around them that turn, strengthen or weaken them.

An expression of several words goes before its parts. A negator turns what follows it within a few words of the same
clause; in a sentence with *but*, what stands behind it counts for more (Hutto & Gilbert 2014, VADER, ICWSM 8, whose
constants these are).
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
NEGATOR, INTENSIFIER, DIMINISHER, BUT = "negator", "intensifier", "diminisher", "but"
TURNED, STRONGER, WEAKER = -0.74, 1.3, 0.7
BEFORE_BUT, BEHIND_BUT = 0.5, 1.5
REACH = 3  # words
CLAUSE_ENDS = frozenset(".!?;:,…\n")
ALPHA = 15.0
REMEMBERED = 100_000  # words whose expressions are known
AS_PICTURE = "\ufe0f"  # the variation selector that some symbols carry


@dataclass(frozen=True)
class Opinion:
    """One expression found in a text: from which word on, how many, and its weight where it stands."""

    start: int
    length: int
    weight: float


@dataclass(frozen=True)
class Lexicon:
    """`weights` and `modifiers` by expression, as its words; `forms` gives what a word may be looked up as."""

    weights: dict[tuple[str, ...], float]
    modifiers: dict[tuple[str, ...], str]
    forms: Callable[[str], Sequence[str]] = field(default=lambda word: (word,))
    _begun: dict[str, tuple[list[str], int]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def longest(self) -> dict[str, int]:
        """By the first word of an expression, how many words the longest of them has."""
        found: dict[str, int] = {}
        for expression in (*self.weights, *self.modifiers):
            found[expression[0]] = max(found.get(expression[0], 0), len(expression))
        return found

    def opinions(self, words: Sequence[str]) -> list[Opinion]:
        """The opinions in `words` with what stands around them taken into account, in their order."""
        marks = list(self._marks(words))
        buts = [start for start, _length, found in marks if found == BUT]
        opinions = []
        for place, (start, length, found) in enumerate(marks):
            if isinstance(found, float):
                weight = found * self._context(words, marks[:place], start)
                if buts:
                    weight *= BEHIND_BUT if start > buts[-1] else BEFORE_BUT
                opinions.append(Opinion(start, length, weight))
        return opinions

    def _context(self, words: Sequence[str], before: Sequence[tuple[int, int, float | str]], start: int) -> float:
        factor = 1.0
        for place, length, found in reversed(before):
            between = words[place + length : start]
            if start - place - length > REACH or CLAUSE_ENDS.intersection(between) or found == BUT:
                break
            if found == NEGATOR:
                factor *= TURNED
            elif not between and found in (INTENSIFIER, DIMINISHER):
                factor *= STRONGER if found == INTENSIFIER else WEAKER
        return factor

    def _marks(self, words: Sequence[str]) -> Iterator[tuple[int, int, float | str]]:
        start = 0
        while start < len(words):
            forms, longest = self._begun_by(words[start])
            length, found = self._longest_from(words, start, forms, longest) if forms else (1, None)
            if found is not None:
                yield start, length, found
            start += length

    def _longest_from(self, words: Sequence[str], start: int, forms: list[str], longest: int) -> tuple[int, float | str | None]:
        for length in range(min(longest, len(words) - start), 0, -1):
            rest = tuple(words[start + 1 : start + length])
            for form in forms:
                expression = (form, *rest)
                found = self.weights.get(expression, self.modifiers.get(expression))
                if found is not None:
                    return length, found
        return 1, None

    def _begun_by(self, word: str) -> tuple[list[str], int]:
        """The forms of `word` that begin an expression, and how many words the longest of these has."""
        found = self._begun.get(word)
        if found is None:
            forms = [form for form in self.forms(word) if form in self.longest]
            found = forms, max((self.longest[form] for form in forms), default=0)
            if len(self._begun) >= REMEMBERED:
                self._begun.clear()
            self._begun[word] = found
        return found


def balance(opinions: Sequence[Opinion]) -> float:
    """Praise against blame, from −1 to 1: x / √(x² + 15) of the summed weights x (Hutto & Gilbert 2014)."""
    total = math.fsum(opinion.weight for opinion in opinions)
    return total / math.sqrt(total * total + ALPHA)


def read_rows(path: Path) -> Iterator[tuple[str, str]]:
    """The two columns of a file of the product's own; lines that begin with # are remarks."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            first, second = line.split("\t")
            yield first, second


@lru_cache(maxsize=1)
def emoji() -> dict[str, float]:
    """Weights of single symbols, which are the same in every language: those that the Hebrew lexicon lists."""
    rows = ((text.replace(AS_PICTURE, ""), weight) for text, weight in read_rows(DATA / "lexicon_he.tsv"))
    return {text: float(weight) for text, weight in rows if len(text) == 1 and ord(text) > 0x2000 and not text.isalnum()}
