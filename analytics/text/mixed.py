"""Texts in more than one language: each sentence is read in its own, and the text is what they say together."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from analytics.text.engines.built_in import NOT_UNDERSTOOD, Engine, Label, Score, strongest
from analytics.text.engines.lexicon import emoji
from analytics.text.language import ANY_LETTER, LETTERS, base_of, language_of, may_have_others, spans_by_language

LATIN_WORD = re.compile("[A-Za-z]{2}")  # a single letter is no sentence in another language
OTHERS = [letters for script, letters in LETTERS.items() if script != "latin"]


class Part(NamedTuple):
    """What is read at once: all that a text says in one language."""

    text: str
    language: str


def _of_emoji(text: str, declared: str) -> str:
    """Emoji say the same in every language: the one that was declared reads them."""
    return base_of(declared) if any(symbol in text for symbol in emoji()) else ""


class Read(NamedTuple):
    """A part as it was read, and by which engine, if any covers its language."""

    part: Part
    engine: Engine | None
    score: Score


def parts_of(text: str, declared: str) -> list[Part]:
    """The parts of `text` by language, in the order in which these first occur; of a text in one language the whole."""
    if sum(bool(letters.search(text)) for letters in (LATIN_WORD, *OTHERS)) < 2:
        language = language_of(text, declared)
        if not may_have_others(text, language):
            return [Part(text, language or _of_emoji(text, declared))]
    written: dict[str, list[str]] = {}
    for start, end, language in spans_by_language(text, declared):
        written.setdefault(language, []).append(text[start:end])
    if len(written) < 2:
        return [Part(text, next(iter(written), ""))]
    return [Part(" ".join(sentences), language) for language, sentences in written.items()]


def together(read: Sequence[Read]) -> Read:
    """What the parts say together; it goes under the language, and the engine, of the longest part that was understood.

    Polarity is the mean by length. Praise in one language and blame in another is mixed; what is neutral changes nothing.
    """
    understood = [one for one in read if one.score.label != Label.NOT_SCORED]
    longest = max(understood or read, key=_letters)
    if len(understood) < 2:
        return longest if understood else longest._replace(score=NOT_UNDERSTOOD)
    lengths = [_letters(one) for one in understood]
    polarity = sum(n * float(one.score.polarity or 0) for n, one in zip(lengths, understood, strict=True)) / sum(lengths)
    words = strongest([word for one in understood for word in one.score.words])
    return longest._replace(score=Score(polarity, *_label([one.score for one in understood]), words))


def _letters(one: Read) -> int:
    return len(ANY_LETTER.findall(one.part.text)) or 1


def _label(scores: Sequence[Score]) -> tuple[str, float | None]:
    """The label of the whole, and how sure it is: of mixed ones as sure as the least sure side."""
    labels = {score.label for score in scores} - {Label.NEUTRAL}
    if len(labels) > 1:
        return Label.MIXED, _least([score.confidence for score in scores if score.label != Label.NEUTRAL])
    label = labels.pop() if labels else Label.NEUTRAL
    known = [score.confidence for score in scores if score.label == label and score.confidence is not None]
    return label, max(known, default=None)


def _least(confidences: Sequence[float | None]) -> float | None:
    known = [confidence for confidence in confidences if confidence is not None]
    return min(known) if len(known) == len(confidences) else None
