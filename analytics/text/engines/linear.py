"""Linear models of sentiment: multinomial logistic regression over the features of a language, and what decided in each text."""

import math
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.text.engines.features import COLUMNS, RECIPES, Recipe, gram_columns, pair_column, vocabulary_places, word_columns
from analytics.text.engines.reading import FIRST_SYMBOL, Reading, Token, Word, read

POSITIVE, NEUTRAL, NEGATIVE = "positive", "neutral", "negative"
LABELS = (POSITIVE, NEUTRAL, NEGATIVE)  # the order of a model's rows
REMEMBERED = 100_000  # words and pairs whose weights are kept
MOST_WORDS = 5
LEAST_SHARE = 0.15  # of the strongest word's weight: what is weaker decided nothing
Floats = NDArray[np.float64]


class Judgement(NamedTuple):
    """`whole` are the calibrated probabilities of a text in the order of the model's labels, `parts` those of each part by itself.

    `known` is the share of the text's n-grams that belong to words which the model has met; `weights` says for each token how far it moves
    the text towards praise (above 0) or blame.
    """

    reading: Reading
    whole: Floats
    parts: list[Floats]
    known: float
    weights: Floats


@dataclass
class LinearModel:
    """Weights by label and column: `coefficients` (labels, COLUMNS + dense) and `intercept` (labels).

    `vocabulary` (VOCABULARY) notes the words that it has met: by its columns alone every word would be known, as many share one.

    Logits are divided by `temperature` (Guo et al. 2017, ICML, calibration of classifiers). `trained` counts texts by label;
    `made_on` is an ISO date.
    """

    language: str
    labels: tuple[str, ...]
    coefficients: NDArray[np.float32]
    intercept: NDArray[np.float32]
    temperature: float
    trained: dict[str, int]
    made_on: str
    vocabulary: NDArray[np.bool_]
    _places: dict[tuple[str, str | bool], int] = field(default_factory=dict, repr=False, compare=False)
    _lock: Any = field(default_factory=Lock, repr=False, compare=False)  # a worker's threads share the model
    _rows: Floats = field(default_factory=lambda: np.empty((0, 0)), repr=False, compare=False)

    @property
    def recipe(self) -> Recipe:
        return RECIPES[self.language]

    def judge(self, text: str) -> Judgement:
        reading = read(text, self.recipe.word)
        signals = self.recipe.signals(reading)
        with self._lock:
            tokens, pairs = self._rows_of(reading.tokens)
        sums, dense = tokens.sum(axis=0) + pairs.sum(axis=0), self._dense(signals)
        whole = self._probabilities(sums, dense)
        parts = [whole]
        if len(reading.parts) > 1:
            parts = [
                self._probabilities(tokens[first:end].sum(axis=0) + pairs[first + 1 : end].sum(axis=0), self._dense([signal]))
                for (first, end), signal in zip(reading.parts, signals, strict=True)
            ]
        grams, known = sums[-2:]
        return Judgement(reading, whole, parts, known / (grams or 1), self._weights(reading.tokens, tokens, pairs, sums, dense))

    def _dense(self, signals: list[Any]) -> Floats:
        return np.asarray(self.coefficients[:, COLUMNS:] @ self.recipe.dense(signals), float)

    def _probabilities(self, sums: Floats, dense: Floats) -> Floats:
        k = len(self.labels)
        logits = self.intercept + dense + sums[:k] / math.sqrt(sums[2 * k] or 1) + sums[k : 2 * k] / math.sqrt(sums[2 * k + 1] or 1)
        powers = np.exp((logits - logits.max()) / self.temperature)
        return powers / powers.sum()

    def _weights(self, read_tokens: list[Token], tokens: Floats, pairs: Floats, sums: Floats, dense: Floats) -> Floats:
        """Towards praise against blame: each word's own columns and n-grams, half of its pairs, its part of what the lexicons say.

        Of these, every word has the sign that a lexicon gives it, also where the others prevail: a mixed text shows both sides.
        """
        k = len(self.labels)
        best, worst = self.labels.index(POSITIVE), self.labels.index(NEGATIVE)
        of_words = tokens[:, best] - tokens[:, worst]
        of_pairs = (pairs[:, best] - pairs[:, worst]) / 2
        of_words += of_pairs
        of_words[:-1] += of_pairs[1:]
        of_grams = tokens[:, k + best] - tokens[:, k + worst]
        found = of_words / math.sqrt(sums[2 * k] or 1) + of_grams / math.sqrt(sums[2 * k + 1] or 1)
        said = float(dense[best] - dense[worst])
        valences = np.array([-token.word.valence if token.turned else token.word.valence for token in read_tokens])
        return found + abs(said) * valences / np.abs(valences).sum() if valences.any() else found

    def _rows_of(self, tokens: list[Token]) -> tuple[Floats, Floats]:
        """One row for each token, and one for its pair with the token before it (of the first: nothing)."""
        if len(self._places) > REMEMBERED or not len(self._rows):
            self._places, self._rows = {}, np.zeros((1024, 2 * len(self.labels) + 3))
            self._places["", ""] = 0
        places, pairs = [], [0] * bool(tokens)
        before: Word | None = None
        for token in tokens:
            word, turned = token.word, bool(token.turned)
            place = self._places.get((word.text, turned))
            places.append(self._remember((word.text, turned), self._row(word, turned)) if place is None else place)
            if before:
                place = self._places.get((before.text, word.text))
                pairs.append(self._remember((before.text, word.text), self._pair(before, word)) if place is None else place)
            before = word
        return self._rows[places], self._rows[pairs]

    def _remember(self, key: tuple[str, str | bool], row: Floats) -> int:
        place = len(self._places)
        if place == len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        self._rows[place] = row
        self._places[key] = place
        return place

    def _row(self, word: Word, turned: bool) -> Floats:
        """Weights of the columns by label, of the n-grams by label, how many of each there are, and how many are of a known word."""
        words, grams = word_columns(word, turned), gram_columns(word, self.recipe.grams)
        of_grams = self._by_column[grams]
        known = len(grams) if any(map(str.isalpha, word.text)) and self.vocabulary[vocabulary_places(word)].any() else 0
        sums = self._by_column[words].sum(axis=0, dtype=float), of_grams.sum(axis=0, dtype=float)
        return np.concatenate([*sums, [len(words), len(grams), known]])

    @cached_property
    def _by_column(self) -> NDArray[np.float32]:
        """(COLUMNS + dense, labels): what is looked up together lies together."""
        return np.ascontiguousarray(self.coefficients.T)

    def _pair(self, first: Word, second: Word) -> Floats:
        row = np.zeros(2 * len(self.labels) + 3)
        row[: len(self.labels)] = self._by_column[pair_column(first, second)]
        row[2 * len(self.labels)] = 1
        return row


def deciding(judgement: Judgement, label: str) -> tuple[tuple[str, float], ...]:
    """At most five words or turned expressions ("not good"); of a mixed text those on both sides, of a neutral one none."""
    found: dict[str, float] = {}
    for place, token in enumerate(judgement.reading.tokens):
        if not token.word.negates and _is_shown(token):
            first = place - token.turned if 0 < token.turned <= 2 else place
            written = judgement.reading.text[judgement.reading.tokens[first].start : token.start + len(token.written)]
            weight = float(judgement.weights[place]) + (float(judgement.weights[first]) if first < place else 0.0)
            if _contradicts(token, weight):
                continue
            found[written] = found.get(written, 0.0) + weight
    sides = {POSITIVE: (1,), NEGATIVE: (-1,), NEUTRAL: ()}.get(label, (1, -1))
    speaking = [(written, weight) for written, weight in found.items() if any(side * weight > 0 for side in sides)]
    speaking.sort(key=lambda item: -abs(item[1]))
    least = LEAST_SHARE * abs(speaking[0][1]) if speaking else 0.0
    return tuple((written, round(weight, 3)) for written, weight in speaking[:MOST_WORDS] if abs(weight) >= least)


def _contradicts(token: Token, weight: float) -> bool:
    """A word of praise that the model has mostly met in blame decided something, but nobody would believe it."""
    return weight * (-token.word.valence if token.turned else token.word.valence) < 0


def _is_shown(token: Token) -> bool:
    text = token.word.text
    return not token.word.of_grammar and (text[0].isalpha() or token.word.valence != 0 or ord(text[0]) >= FIRST_SYMBOL)
