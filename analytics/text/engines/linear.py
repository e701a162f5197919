"""Linear models of sentiment: multinomial logistic regression over the features of a language, and what decided in each text."""

import math
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, chain, pairwise
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.text.engines.features import COLUMNS, RECIPES, Recipe, gram_columns, pair_column, vocabulary_places, word_columns
from analytics.text.engines.reading import FIRST_SYMBOL, Reading, Token, Word, read

POSITIVE, NEUTRAL, NEGATIVE, MIXED = "positive", "neutral", "negative", "mixed"
LABELS = (POSITIVE, NEUTRAL, NEGATIVE, MIXED)  # the order of a model's rows
REMEMBERED = 100_000  # words whose weights are kept
MOST_WORDS = 5
LONGEST_SHOWN = 60  # characters of a word or expression
SHORTEST_OF_TWO_SIDES = 4  # words: "nice food slow service"
LEAST_SHARE = 0.15  # of the strongest word's weight: what is weaker decided nothing
Floats = NDArray[np.float64]


class Judgement(NamedTuple):
    """`probabilities` are calibrated, in the order of the model's labels.

    `known` is the share of the text's n-grams that belong to words which the model has met; `weights` says for each token how far it moves
    the text towards praise (above 0) or blame.
    """

    reading: Reading
    probabilities: Floats
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
    _places: dict[tuple[str, bool], int] = field(default_factory=dict, repr=False, compare=False)
    _lock: Any = field(default_factory=Lock, repr=False, compare=False)  # a worker's threads share the model
    _rows: Floats = field(default_factory=lambda: np.empty((0, 0)), repr=False, compare=False)

    @property
    def recipe(self) -> Recipe:
        return RECIPES[self.language]

    def judge(self, text: str) -> Judgement:
        reading = read(text, self.recipe.word)
        with self._lock:
            tokens = self._rows_of(reading.tokens)
        pairs = self._pairs_of(reading.tokens)
        sums = tokens.sum(axis=0)
        sums[: len(self.labels)] += pairs.sum(axis=0)
        sums[2 * len(self.labels)] += max(len(pairs) - 1, 0)
        dense = np.asarray(self.recipe.dense(self.recipe.signals(reading)) @ self._by_column[COLUMNS:], float)
        probabilities = self._probabilities(sums, dense, may_be_mixed=shows_two_sides(reading))
        grams, known = sums[-2:]
        return Judgement(reading, probabilities, known / (grams or 1), self._weights(reading.tokens, tokens, pairs, sums, dense))

    def _probabilities(self, sums: Floats, dense: Floats, may_be_mixed: bool) -> Floats:
        """Of each label, from the sum of the text's rows and what the lexicons' figures add."""
        k = len(self.labels)
        logits = self.intercept + dense + sums[:k] / math.sqrt(sums[2 * k] or 1) + sums[k : 2 * k] / math.sqrt(sums[2 * k + 1] or 1)
        if MIXED in self.labels and not may_be_mixed:
            logits[self.labels.index(MIXED)] = -np.inf
        powers = np.exp((logits - logits.max()) / self.temperature)
        return np.asarray(powers / powers.sum())

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

    def _rows_of(self, tokens: list[Token]) -> Floats:
        """One row for each token: weights of its columns by label, of its n-grams by label, how many of each there are, and how many
        n-grams are of a word that the model has met."""
        if len(self._places) > REMEMBERED or not len(self._rows):
            self._places, self._rows = {}, np.zeros((1024, 2 * len(self.labels) + 3))
        keys = [(token.word.text, bool(token.turned)) for token in tokens]
        new = {key: token.word for key, token in zip(keys, tokens, strict=True) if key not in self._places}
        if new:
            self._remember(new)
        return self._rows[[self._places[key] for key in keys]]

    def _remember(self, words: dict[tuple[str, bool], Word]) -> None:
        first, k = len(self._places), len(self.labels)
        while first + len(words) > len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        of_words = [word_columns(word, turned) for (_text, turned), word in words.items()]
        of_grams = [gram_columns(word, self.recipe.grams) for word in words.values()]
        rows = self._rows[first : first + len(words)]
        rows[:, :k], rows[:, 2 * k] = self._summed(of_words), list(map(len, of_words))
        rows[:, k : 2 * k], rows[:, 2 * k + 1] = self._summed(of_grams), list(map(len, of_grams))
        rows[:, 2 * k + 2] = [len(grams) if self._has_met(word) else 0 for word, grams in zip(words.values(), of_grams, strict=True)]
        self._places.update(zip(words, range(first, first + len(words)), strict=True))

    def _summed(self, columns: list[list[int]]) -> Floats:
        """The weights by label of each list of columns, none of which is empty."""
        starts = list(accumulate(map(len, columns[:-1]), initial=0))
        return np.add.reduceat(self._by_column[list(chain.from_iterable(columns))], starts, dtype=float)

    def _has_met(self, word: Word) -> bool:
        return any(map(str.isalpha, word.text)) and any(self.vocabulary[place] for place in vocabulary_places(word))

    def _pairs_of(self, tokens: list[Token]) -> Floats:
        """One row for each token, of its pair with the token before it (of the first: nothing): the weights by label."""
        rows = np.zeros((len(tokens), len(self.labels)))
        if len(tokens) > 1:
            rows[1:] = self._by_column[[pair_column(first.word, second.word) for first, second in pairwise(tokens)]]
        return rows

    @cached_property
    def _by_column(self) -> NDArray[np.float32]:
        """(COLUMNS + dense, labels): what is looked up together lies together."""
        return np.ascontiguousarray(self.coefficients.T)


def shows_two_sides(reading: Reading) -> bool:
    """Words of both kinds, a "but", or several clauses of which the lexicon does not say the same.

    Each word of mixed texts speaks for mixed also where it stands alone: a sum of words can not tell one side from two.
    """
    tokens = reading.tokens
    said = [-token.word.valence if token.turned else token.word.valence for token in tokens]
    clauses: list[list[float]] = [[]]
    starts = {first for first, _end in reading.parts}
    for place, (token, weight) in enumerate(zip(tokens, said, strict=True)):
        if place in starts or token.word.ends_clause:
            clauses.append([])
        if token.word.text[0].isalpha():
            clauses[-1].append(weight)
    clauses = list(filter(None, clauses))
    if any(said) and min(said) < 0 < max(said):
        return len(clauses) > 1 or len(tokens) >= SHORTEST_OF_TWO_SIDES
    return any(token.word.is_but for token in tokens) or (len(clauses) > 1 and not all(map(any, clauses)))


def deciding(judgement: Judgement, label: str) -> tuple[tuple[str, float], ...]:
    """At most five words or turned expressions ("not good"); of a mixed text those on both sides, of a neutral one none."""
    found: dict[str, float] = {}
    weights, tokens, text = judgement.weights.tolist(), judgement.reading.tokens, judgement.reading.text
    for place, token in enumerate(tokens):
        if token.word.negates or not _is_shown(token.word):
            continue
        first = place - token.turned if 0 < token.turned <= 2 else place
        weight = weights[place] + (weights[first] if first < place else 0.0)
        if not _contradicts(token, weight):
            written = text[tokens[first].start : token.start + len(token.written)][-LONGEST_SHOWN:]
            found[written] = found.get(written, 0.0) + weight
    sides = {POSITIVE: (1,), NEGATIVE: (-1,), NEUTRAL: ()}.get(label, (1, -1))
    speaking = [(written, weight) for written, weight in found.items() if any(side * weight > 0 for side in sides)]
    speaking.sort(key=lambda item: -abs(item[1]))
    least = LEAST_SHARE * abs(speaking[0][1]) if speaking else 0.0
    return tuple((written, round(weight, 3)) for written, weight in speaking[:MOST_WORDS] if abs(weight) >= least)


def _contradicts(token: Token, weight: float) -> bool:
    """A word of praise that the model has mostly met in blame decided something, but nobody would believe it."""
    return weight * (-token.word.valence if token.turned else token.word.valence) < 0


def _is_shown(word: Word) -> bool:
    first = word.text[0]
    return not word.of_grammar and (first.isalpha() or word.valence != 0 or ord(first) >= FIRST_SYMBOL)
