"""Sentiment engines: what gives a text its polarity and label, and for which languages."""

import re
from dataclasses import dataclass
from importlib.metadata import version
from typing import Protocol

from textblob import TextBlob

from analytics.text import hebrew
from analytics.text.lexicon import balance
from analytics.text.models import Sentiment

Label = Sentiment.Label
TAG = re.compile("</?[A-Za-z][^<>]{0,200}>")  # TextBlob reads "<b>great</b>" as one unknown word


@dataclass(frozen=True)
class Score:
    """What an engine makes of one text: polarity in −1…1 and a label, or 'not scored' without polarity.

    `confidence` is the probability, 0…1, that the label is right; None where the engine gives none. `words` are those that
    decided, with their weights, the strongest first.
    """

    polarity: float | None
    label: str
    confidence: float | None = None
    words: tuple[tuple[str, float], ...] = ()


NOT_UNDERSTOOD = Score(None, Label.NOT_SCORED)


class Engine(Protocol):
    """What an engine must offer. `score` returns one Score for each text, in the same order.

    It raises `EngineUnavailable` where it can judge nothing at all for now.
    """

    name: str
    version: str
    languages: frozenset[str]

    def score(self, texts: list[str]) -> list[Score]: ...


class TextBlobEngine:
    """TextBlob's English opinion lexicon (De Smedt & Daelemans 2012, Pattern for Python, JMLR 13).

    Positive from polarity 0.1, negative to −0.1. Between them: mixed where clear praise (a word or phrase
    of 0.2 or more) stands beside clear blame (−0.2 or less), else neutral. A text in which the lexicon
    knows no word at all was not understood, and so is not scored rather than neutral.
    """

    name = "textblob"
    version = version("textblob")
    languages = frozenset({"en"})

    LEAST_POLARITY = 0.1
    CLEAR_OPINION = 0.2
    LONGEST = 20_000  # characters; TextBlob's time grows with the square of some texts

    def score(self, texts: list[str]) -> list[Score]:
        return [self._score(text) for text in texts]

    def _score(self, text: str) -> Score:
        sentiment = TextBlob(TAG.sub(" ", text[: self.LONGEST])).sentiment_assessments
        if not sentiment.assessments:
            return NOT_UNDERSTOOD
        polarity = max(-1.0, min(1.0, sentiment.polarity))
        return Score(polarity, self._label(polarity, [assessment[1] for assessment in sentiment.assessments]))

    def _label(self, polarity: float, opinions: list[float]) -> str:
        if polarity >= self.LEAST_POLARITY:
            return Label.POSITIVE
        if polarity <= -self.LEAST_POLARITY:
            return Label.NEGATIVE
        if max(opinions) >= self.CLEAR_OPINION and min(opinions) <= -self.CLEAR_OPINION:
            return Label.MIXED
        return Label.NEUTRAL


class HebrewEngine:
    """The product's own lexicon of Hebrew customer feedback, with negation, strength and "but" (see `lexicon`).

    Polarity is the balance of weighed praise and blame, from −1 to 1. Mixed where clear praise stands beside clear blame
    and neither prevails. A text in which the lexicon knows no expression was not understood, and so is not scored.
    """

    name = "kesher-hebrew"
    version = "1"
    languages = frozenset({"he"})

    LEAST_POLARITY = 0.2  # chosen on the comments of data/comments_he.tsv, not on those that measure it
    CLEAR_OPINION = 1.5

    def score(self, texts: list[str]) -> list[Score]:
        return [self._score(text) for text in texts]

    def _score(self, text: str) -> Score:
        opinions = hebrew.opinions(text)
        if not opinions:
            return NOT_UNDERSTOOD
        polarity = balance(opinions)
        return Score(polarity, self._label(polarity, [opinion.weight for opinion in opinions]))

    def _label(self, polarity: float, weights: list[float]) -> str:
        if abs(polarity) >= self.LEAST_POLARITY:
            return Label.POSITIVE if polarity > 0 else Label.NEGATIVE
        is_mixed = max(weights) >= self.CLEAR_OPINION and min(weights) <= -self.CLEAR_OPINION
        return Label.MIXED if is_mixed else Label.NEUTRAL


# In order of preference: the first that covers a language scores it.
ENGINES: tuple[Engine, ...] = (TextBlobEngine(), HebrewEngine())


def engines_for(language: str) -> list[Engine]:
    """Those that cover `language`, the preferred one first."""
    return [engine for engine in ENGINES if language in engine.languages]


def engine_named(name: str) -> Engine | None:
    return next((engine for engine in ENGINES if engine.name == name), None)


def covered_languages() -> frozenset[str]:
    return frozenset().union(*(engine.languages for engine in ENGINES))
