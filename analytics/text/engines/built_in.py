"""Sentiment engines: what gives a text its polarity and label, and for which languages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from django.utils.translation import gettext_noop

from analytics.text.engines import hebrew
from analytics.text.engines.lexicon import balance
from analytics.text.engines.linear import MOST_WORDS, NEGATIVE, POSITIVE, Judgement, LinearModel, deciding
from analytics.text.engines.model_file import BrokenModel, from_bytes
from analytics.text.models import Sentiment

Label = Sentiment.Label
TAG = re.compile("</?[A-Za-z][^<>]{0,200}>")  # TextBlob reads "<b>great</b>" as one unknown word
Words = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Score:
    """What an engine makes of one text: polarity in −1…1 and a label, or 'not scored' without polarity.

    `confidence` is the calibrated probability of the label, None where the engine knows none. `words` are at most five that
    decided, with their weight: above 0 for praise, below for blame.
    """

    polarity: float | None
    label: str
    confidence: float | None = None
    words: Words = ()


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
        from textblob import TextBlob  # brings NLTK and with it scikit-learn: a second that web processes need not spend

        sentiment = TextBlob(TAG.sub(" ", text[: self.LONGEST])).sentiment_assessments
        if not sentiment.assessments:
            return NOT_UNDERSTOOD
        polarity = max(-1.0, min(1.0, sentiment.polarity))
        label = self._label(polarity, [assessment[1] for assessment in sentiment.assessments])
        return Score(polarity, label, words=strongest([(" ".join(found[0]), found[1]) for found in sentiment.assessments]))

    def _label(self, polarity: float, opinions: list[float]) -> str:
        if polarity >= self.LEAST_POLARITY:
            return Label.POSITIVE
        if polarity <= -self.LEAST_POLARITY:
            return Label.NEGATIVE
        if max(opinions) >= self.CLEAR_OPINION and min(opinions) <= -self.CLEAR_OPINION:
            return Label.MIXED
        return Label.NEUTRAL


class HebrewLexiconEngine:
    """The product's own lexicon of Hebrew customer feedback, with negation, strength and "but" (see `lexicon`).

    Polarity is the balance of weighed praise and blame, from −1 to 1. Mixed where clear praise stands beside clear blame
    and neither prevails. A text in which the lexicon knows no expression was not understood, and so is not scored.
    """

    name = "kesher-hebrew-lexicon"
    version = "1"
    languages = frozenset({"he"})

    LEAST_POLARITY = 0.2  # chosen on the comments of data/comments_he.tsv, not on those that measure it
    CLEAR_OPINION = 1.5

    def score(self, texts: list[str]) -> list[Score]:
        return [self._score(text) for text in texts]

    def _score(self, text: str) -> Score:
        words = hebrew.words_of(hebrew.written_plainly(text))
        opinions = hebrew.lexicon().opinions(words)
        if not opinions:
            return NOT_UNDERSTOOD
        polarity = balance(opinions)
        found = [(" ".join(words[opinion.start : opinion.start + opinion.length]), opinion.weight) for opinion in opinions]
        return Score(polarity, self._label(polarity, [opinion.weight for opinion in opinions]), words=strongest(found))

    def _label(self, polarity: float, weights: list[float]) -> str:
        if abs(polarity) >= self.LEAST_POLARITY:
            return Label.POSITIVE if polarity > 0 else Label.NEGATIVE
        is_mixed = max(weights) >= self.CLEAR_OPINION and min(weights) <= -self.CLEAR_OPINION
        return Label.MIXED if is_mixed else Label.NEUTRAL


class LinearEngine:
    """A linear model's answers (see `linear`): the label that is likeliest, and P(positive) − P(negative) as polarity.

    Not scored where there is nothing to understand: no word of two letters and no emoji that is known, a wall of one letter, or
    letters that hardly occur in any word.
    """

    LEAST_KNOWN = 0.25  # share of a text's n-grams that belong to words which the model has met

    def __init__(self, name: str, version: str, language: str, model: LinearModel | Path) -> None:
        """`model` may be the file of one, which is read when it is first needed."""
        self.name = name
        self.version = version
        self.languages = frozenset({language})
        self._language = language
        self._source = model

    @cached_property
    def model(self) -> LinearModel:
        """BrokenModel where its file is missing, damaged, of another version or another language."""
        if isinstance(self._source, LinearModel):
            return self._source
        try:
            data = self._source.read_bytes()
        except OSError as error:
            said = gettext_noop("The model's file %(name)s can not be read. Install Kesher again, or run build_text_models.")
            raise BrokenModel(said, name=self._source.name) from error
        return from_bytes(data, self._language)

    def score(self, texts: list[str]) -> list[Score]:
        return [self._score(text) for text in texts]

    def _score(self, text: str) -> Score:
        judgement = self.model.judge(text)
        if not self._is_understood(judgement):
            return NOT_UNDERSTOOD
        found = dict(zip(self.model.labels, judgement.probabilities.tolist(), strict=True))
        label = max(found, key=found.__getitem__)
        return Score(found[POSITIVE] - found[NEGATIVE], label, found[label], deciding(judgement, label))

    def _is_understood(self, judgement: Judgement) -> bool:
        tokens = judgement.reading.tokens
        if any(token.word.valence for token in tokens):
            return True
        has_words = any(_is_word(token.written) for token in tokens)
        return has_words and judgement.known >= self.LEAST_KNOWN


def _is_word(written: str) -> bool:
    """At least two letters, and not a wall of one."""
    return written[0].isalpha() and len(written) > 1 and not (len(written) > 3 and len(set(written)) == 1)


def strongest(found: Sequence[tuple[str, float]]) -> Words:
    """At most five of the expressions that speak for something, strongest first."""
    speaking = {expression: weight for expression, weight in found if weight}
    return tuple(sorted(speaking.items(), key=lambda item: -abs(item[1]))[:MOST_WORDS])


DATA = Path(__file__).parent / "data"

# In order of preference: the first that covers a language scores it, where nobody chose another.
ENGINES: tuple[Engine, ...] = (
    LinearEngine("kesher-english", "3", "en", DATA / "model_en.npz"),
    LinearEngine("kesher-hebrew", "3", "he", DATA / "model_he.npz"),
    TextBlobEngine(),
    HebrewLexiconEngine(),
)


def engine_named(name: str) -> Engine | None:
    return next((engine for engine in ENGINES if engine.name == name), None)


def engines_for(language: str) -> list[Engine]:
    """Those that cover `language`, in order of preference."""
    return [engine for engine in ENGINES if language in engine.languages]


def covered_languages() -> frozenset[str]:
    return frozenset().union(*(engine.languages for engine in ENGINES))
