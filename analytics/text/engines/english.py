"""English as customers write it, and what VADER and TextBlob think of it."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from analytics.text.engines.lexicon import emoji
from analytics.text.engines.reading import Reading, Token, Word, ends_clause, folded
from analytics.text.language import ENGLISH

NEGATORS = frozenset(
    (
        *("not", "no", "never", "cannot", "without", "nothing", "nobody", "none", "neither", "nor", "nowhere"),
        *("hardly", "barely", "scarcely", "lacks", "lacking", "aint", "cant", "dont", "doesnt", "didnt", "isnt", "wasnt"),
        *("arent", "werent", "wont", "wouldnt", "couldnt", "shouldnt", "havent", "hasnt", "hadnt"),
    )
)
BUTS = frozenset(("but", "however", "although", "though", "yet", "except"))
LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
DENSE = 15  # figures of `dense`
Signal = tuple[float, float, float, float, float, float, float]


@lru_cache(maxsize=100_000)
def word(token: str) -> Word:
    text = folded(token).replace("’", "'").replace("`", "'").rstrip("'") or token
    negates, of_grammar = text in NEGATORS or text.endswith("n't"), text in ENGLISH or text in LETTERS
    return Word(text, (text,), _valence(text), negates, text in BUTS, ends_clause(text), of_grammar)


def signals(reading: Reading) -> list[Signal]:
    """What the two lexicons say of each part: VADER's compound, TextBlob's polarity, VADER's shares,
    whether either knows a word, and the emoji."""
    return [_of_part(reading, first, end) for first, end in reading.parts]


def dense(found: Sequence[Signal]) -> list[float]:
    """The mean, the last, the worst and the best of the parts, and their sum drawn in."""
    if not found:
        return [0.0] * DENSE
    n = len(found)
    shares = (sum(part[place] for part in found) / n for place in (2, 3, 4, 5))
    symbols = _drawn_in(sum(part[6] for part in found))
    return [*_summary([part[0] for part in found]), *_summary([part[1] for part in found]), *shares, symbols]


def _summary(values: Sequence[float]) -> list[float]:
    total = sum(values)
    return [total / len(values), values[-1], min(0.0, *values), max(0.0, *values), _drawn_in(total)]


def _drawn_in(total: float) -> float:
    return total / (abs(total) + 1)


def _of_part(reading: Reading, first: int, end: int) -> Signal:
    tokens = reading.tokens[first:end]
    behind = reading.tokens[end].start if end < len(reading.tokens) else len(reading.text)
    scores = vader().polarity_scores(reading.text[tokens[0].start : behind])
    opinions = [assessment[1] for assessment in pattern().assessments(_spoken(tokens))]
    polarity = sum(opinions) / len(opinions) if opinions else 0.0
    symbols = sum(emoji().get(token.word.text[0], 0.0) for token in tokens)
    knows = float(bool(opinions)), float(scores["compound"] != 0)
    return scores["compound"], polarity, scores["pos"], scores["neg"], *knows, symbols


def _valence(text: str) -> float:
    if text in vader().lexicon:
        return vader().lexicon[text]
    if not text[0].isalnum():
        return emoji().get(text[0], 0.0) or vader().polarity_scores(text)["compound"] * 3
    return pattern()[text][None][0] * 3 if text in pattern() else 0.0


def _spoken(tokens: Sequence[Token]) -> list[tuple[str, None]]:
    """Words as TextBlob's lexicon has them; marks it would search its list of smileys for at length are left out."""
    words: list[tuple[str, None]] = []
    for token in tokens:
        text = token.word.text
        if text.endswith("n't"):
            words += [(text[:-3], None), ("n't", None)]
        elif text[0].isalpha():
            words.append((text, None))
        elif text[0] == "!":
            words.append(("!", None))
    return words


@lru_cache(maxsize=1)
def vader() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()


@lru_cache(maxsize=1)
def pattern() -> Any:
    from textblob.en import sentiment

    sentiment.load()
    return sentiment
