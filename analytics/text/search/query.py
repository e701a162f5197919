"""What somebody types to search: several words (all of them), "words in a row", -without. The last word may be half a word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from analytics.text.engines.hebrew import PREFIXES, SHORTEST
from analytics.text.search.words import HEBREW, forms, sought, words_of

LONGEST, MOST_TERMS = 300, 20
SHORTEST_PREFIX = 2  # letters: fewer begin every other word
QUOTE = '["“”„״]'
PART = re.compile(rf"(?<!\S)(-?)(?:{QUOTE}([^\n]+?){QUOTE}(?!\S)|(\S+))")
OPERATORS = re.compile(rf"-|{QUOTE}|\s")
PREFIXED = re.compile(rf"(?<!\S)[{PREFIXES}](?=[א-ת]{{{SHORTEST}}})")  # not in quotation marks nor behind a minus, where it is meant


@dataclass(frozen=True)
class Term:
    """One thing that must, or must not, stand in a text. `raw` is how it was typed, `words` its normal words."""

    raw: str
    words: tuple[str, ...]
    is_phrase: bool = False  # just these words in a row, as they are written
    is_excluded: bool = False
    is_begun: bool = False  # words that begin like it count too

    @property
    def lookups(self) -> tuple[str, ...]:
        """The forms that a text with it has, all of them."""
        return tuple(dict.fromkeys(sought(word) for word in self.words))

    @cached_property
    def pattern(self) -> str:
        """Of a phrase, as a regular expression over normal words between spaces; Hebrew prefixes may stand before the first."""
        first = self.words[0]
        before = f"[{PREFIXES}]{{0,3}}" if HEBREW.fullmatch(first) and len(first) >= SHORTEST else ""
        return f" {before}{' '.join(self.words)} "

    def is_written_as(self, row: Sequence[str]) -> bool:
        """Whether a text's normal words in a row are this phrase."""
        return re.fullmatch(self.pattern, f" {' '.join(row)} ") is not None

    def fits(self, word: str) -> bool:
        """Whether a text's normal `word` is the one that is looked for; not for phrases."""
        found = forms(word)
        return self.lookups[0] in found or (self.is_begun and any(form.startswith(self.words[0]) for form in found))


def terms_of(query: str) -> list[Term]:
    """The terms of `query`; none where it has no letter and no digit."""
    terms = []
    for match in list(PART.finditer(query[:LONGEST]))[:MOST_TERMS]:
        raw = match[2] or match[3]
        words = tuple(word for _start, _end, word in words_of(raw))
        if words:
            is_phrase = match[2] is not None or len(words) > 1  # e-mail is two words in a row
            terms.append(Term(raw, words, is_phrase, bool(match[1])))
    return [*terms[:-1], _begun(terms[-1])] if terms else []


def asks_nothing(query: str) -> bool:
    """Whether there are only signs that say how to search, and nothing to look for. A smiley is something."""
    return not OPERATORS.sub("", query)


def without_prefixes(query: str) -> str:
    """`query` with one letter less where a Hebrew word may begin with a prefix; '' where none may. It finds all that `query` finds."""
    shorter = PREFIXED.sub("", query)
    return shorter if shorter != query else ""


def _begun(last: Term) -> Term:
    """The last word while it is typed."""
    is_whole = last.is_phrase or last.is_excluded or len(last.words[0]) < SHORTEST_PREFIX
    return last if is_whole else Term(last.raw, last.words, is_begun=True)
