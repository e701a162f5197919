"""Terms of themes found in texts: each word in its forms, the longest expression first.

A term is one word or several. English words stand for all their inflections, but not for what is derived from them:
"excel" is not "excellent". An abbreviation in capitals stands for itself. Hebrew words stand for themselves with the
prefixes ו ה ב ל מ ש כ and the endings of plural, feminine and construct state; Arabic and Russian ones for their stem
(Snowball). `*` at the end of a word is any ending, `…` between words up to three others, and a term that begins with `-`
is no mention: "-free of charge" keeps "charge" from being found in it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

from snowballstemmer import stemmer

from analytics.text.engines import hebrew
from analytics.text.engines.clean import ADDRESS, LONGEST, TAG
from analytics.text.language import ARABIC, CYRILLIC, HEBREW, script_of

ANY_ENDING, GAP, EXCEPTION = "*", "…", "-"
ITSELF = "="  # before the key of a word that is not inflected
GAP_WORDS = 3
LONGEST_WORD = 40  # letters; what is longer is no word
INSIDE = r"[\u0591-\u05c7\u200b-\u200f\u202a-\u202e\"'׳״`´’]"  # points, marks of direction and quotes do not part a word
LETTERS = rf"[^\W_](?:{INSIDE}*[^\W_])*"
WORD_OR_END = re.compile(rf"{LETTERS}|[.!?;:…\n]")
TERM_PART = re.compile(rf"{LETTERS}\*?|…|\.\.\.")
ABBREVIATION = re.compile("[A-Z0-9]{2,}")
POSSESSIVE = re.compile("['’]s$", re.I)
STEMMERS = {ARABIC: stemmer("arabic"), CYRILLIC: stemmer("russian")}
STEMMING = Lock()  # a stemmer keeps the word that it works on in itself

# What may stand at the end of a Hebrew word, with final letters written as the others, and what stands there in its base form.
HEBREW_ENDINGS = {
    "ימ": ("", "ה"),
    "ות": ("", "ה", "ת"),
    "ת": ("", "ה"),
    "ה": ("",),
    "י": ("",),
    "כמ": ("",),
    "יכמ": ("",),
}
SHORTEST_STEM = 3
VOWEL = re.compile("[aeiouy]")
PLURAL = re.compile("(?<=[sxz])es$|(?<=[cs]h)es$|(?<![sui])s$")
DOUBLED_END = re.compile(r"([bdgklmnprt])\1$")


class Mention(NamedTuple):
    """`text[start:end]` speaks of the theme."""

    theme: str
    start: int
    end: int


class Word(NamedTuple):
    """A word of a text, or the end of a sentence: then without keys."""

    start: int
    end: int
    keys: tuple[str, ...]
    ends_sentence: bool


@dataclass
class Node:
    """Where the terms that begin alike part: the themes of the term that ends here, or that it is an exception of."""

    themes: set[str] = field(default_factory=set)
    exceptions: set[str] = field(default_factory=set)
    following: dict[str, "Node"] = field(default_factory=dict)


class Matcher:
    """Finds the mentions of themes in texts; made once from the terms of each theme, by the theme's key."""

    def __init__(self, themes: Mapping[str, Iterable[str]]) -> None:
        self._root = Node()
        for theme, terms in themes.items():
            for term in terms:
                self._add(theme, term)
        self._known = frozenset(_keys_in(self._root))
        self._endless = sorted({len(key) - 1 for key in self._known if key.endswith(ANY_ENDING)})
        self._keys = lru_cache(maxsize=50_000)(self._keys_of)

    def matches(self, text: str) -> list[Mention]:
        """The mentions in the order of the text, without overlaps except of several themes in the same place.

        Reads the first 20,000 characters.
        """
        words = self._words(_without_addresses(text[:LONGEST]))
        found: list[Mention] = []
        at = 0
        while at < len(words):
            end, themes = self._longest(words, at) if words[at].keys else (at + 1, set())
            found += (Mention(theme, words[at].start, words[end - 1].end) for theme in sorted(themes))
            at = end
        return found

    def _add(self, theme: str, term: str) -> None:
        node = self._root
        for key in term_keys(term):
            node = node.following.setdefault(key, Node())
        if node is not self._root:
            (node.exceptions if term.lstrip().startswith(EXCEPTION) else node.themes).add(theme)

    def _words(self, text: str) -> list[Word]:
        return [
            Word(part.start(), part.end(), self._keys(part[0]), not part[0][0].isalnum())
            for part in WORD_OR_END.finditer(text)
        ]  # fmt: skip

    def _keys_of(self, word: str) -> tuple[str, ...]:
        """What of the known terms the word may be."""
        if len(word) > LONGEST_WORD:
            return ()
        written = written_forms(word)
        endless = (form[:length] + ANY_ENDING for form in written for length in self._endless if len(form) >= length)
        keys = (*base_forms(written), ITSELF + written[0], *endless)
        return tuple(dict.fromkeys(key for key in keys if key in self._known))

    def _longest(self, words: list[Word], at: int) -> tuple[int, set[str]]:
        """Where the longest expression that begins at this word ends, and its themes; the next word where none begins."""
        found = list(_ends(self._root, words, at, set()))
        longest = max((end for end, _node in found), default=at + 1)
        nodes = [node for end, node in found if end == longest]
        return longest, set[str]().union(*(node.themes for node in nodes)).difference(*(node.exceptions for node in nodes))


def _ends(node: Node, words: list[Word], at: int, behind_gaps: set[tuple[int, int]]) -> Iterator[tuple[int, Node]]:
    """Where the terms below `node` end, read on from here.

    Several gaps lead to the same place in ever so many ways: from behind each it is read on once, noted in `behind_gaps`.
    """
    if node.themes or node.exceptions:
        yield at, node
    if at < len(words):
        for key in words[at].keys:
            if following := node.following.get(key):
                yield from _ends(following, words, at + 1, behind_gaps)
    if behind_gap := node.following.get(GAP):
        for place in range(at, min(at + GAP_WORDS + 1, len(words))):
            if words[place].ends_sentence:
                break
            if (read_on := (id(behind_gap), place)) not in behind_gaps:
                behind_gaps.add(read_on)
                yield from _ends(behind_gap, words, place, behind_gaps)


def term_keys(term: str) -> list[str]:
    """The parts of a term as they are compared; empty for a term without a letter or digit."""
    parts = TERM_PART.findall(term)
    keys = [GAP if part in (GAP, "...") else _term_key(part) for part in parts]
    while keys and keys[0] == GAP:
        keys.pop(0)
    while keys and keys[-1] == GAP:
        keys.pop()
    return keys


def _term_key(part: str) -> str:
    [plain, *_shorter] = written_forms(part.removesuffix(ANY_ENDING))
    if part.endswith(ANY_ENDING):
        return plain + ANY_ENDING
    if ABBREVIATION.fullmatch(part):
        return ITSELF + plain
    return plain if script_of(plain) == HEBREW else base_forms([plain])[0]


def written_forms(word: str) -> list[str]:
    """The word plainly written; a Hebrew one also without prefixes, a stretched one also without doubled letters."""
    plain = hebrew.written_plainly(POSSESSIVE.sub("", word))
    if script_of(plain) == HEBREW:
        return list(hebrew.forms(plain))
    single = hebrew.DOUBLED.sub(r"\1", plain)
    stretched = len(plain) < len(word) - 1  # of "soooo" two o are left; "cooler" is as it was
    return [plain, single] if stretched and single != plain else [plain]


def base_forms(written: Iterable[str]) -> list[str]:
    """What the dictionary may have for these forms: the stem, or in Hebrew the word with its ending taken off."""
    found: list[str] = []
    for form in written:
        script = script_of(form)
        found += _hebrew_base_forms(form) if script == HEBREW else [_stem(form, script)]
    return found


def _stem(word: str, script: str) -> str:
    if script in STEMMERS:
        with STEMMING:
            return str(STEMMERS[script].stemWord(word))
    return english_stem(word)


def english_stem(word: str) -> str:
    """The word without plural, past and -ing, nearly as the first step of Porter (1980), Program 14(3).

    "charge", "charges", "charged", "charging" → "charg"; "delivery", "deliveries" → "deliveri".
    """
    if len(word) > SHORTEST_STEM:
        word = PLURAL.sub("", word.removesuffix("ies") + "y" if word.endswith("ies") else word)
    for ending in ("ing", "ed"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > SHORTEST_STEM and VOWEL.search(stem) and not stem.endswith("e"):
            word = stem
            break
    if len(word) > SHORTEST_STEM + 1:  # of "care" the e stays: it is no "car"
        word = word.removesuffix("e")
    if len(word) > SHORTEST_STEM:
        word = DOUBLED_END.sub(r"\1", word)
    return word.removesuffix("y") + "i" if word.endswith("y") and len(word) > SHORTEST_STEM else word


def _hebrew_base_forms(form: str) -> list[str]:
    stripped = ((form.removesuffix(ending), bases) for ending, bases in HEBREW_ENDINGS.items() if form.endswith(ending))
    return [form, *(stem + base for stem, bases in stripped if len(stem) >= SHORTEST_STEM for base in bases)]


def _keys_in(node: Node) -> Iterator[str]:
    for key, following in node.following.items():
        yield key
        yield from _keys_in(following)


def _without_addresses(text: str) -> str:
    """The text with blanks in the place of mark-up and addresses, so that each place stays where it was."""
    patterns = [TAG] * ("<" in text) + [ADDRESS] * ("@" in text or "://" in text or "www." in text)
    for pattern in patterns:
        text = pattern.sub(lambda found: " " * len(found[0]), text)
    return text


def most_specific(themes: Iterable[str], parent_of: Mapping[str, str]) -> set[str]:
    """Without the themes of which a sub-theme is there as well: "slow support" is about its speed, and need not be about support too."""
    found = set(themes)
    return found - {parent_of.get(theme, "") for theme in found}
