"""Training of the linear models. scikit-learn takes a second to import, and so only comes in where somebody trains."""

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
from django.utils.translation import gettext_noop
from numpy.typing import NDArray

from analytics.text.engines.errors import CanNotLearn
from analytics.text.engines.features import COLUMNS, RECIPES, VOCABULARY, columns_of, vocabulary_places
from analytics.text.engines.linear import LABELS, MIXED, NEGATIVE, POSITIVE, Floats, LinearModel, shows_two_sides
from analytics.text.engines.reading import read

SEED = 20261127
FOLDS = 3
STRENGTH = 12.0  # C of scikit-learn's logistic regression; chosen by cross-validation on the project's own comments
CONTRAST = 0.5  # how much it counts that labels use a column unlike; chosen by cross-validation on political comments
EVENNESS = (
    0.5  # 0: each text counts the same, 1: each label's texts together; chosen by cross-validation by writer on the project's own comments
)
FEWEST = 10  # texts of a label, below which its weights would be chance


def train(
    language: str,
    texts: Sequence[str],
    labels: Sequence[str],
    weights: Sequence[float] | None = None,
    groups: Sequence[Any] | None = None,
) -> LinearModel:
    """A model of `texts` with `labels`; the same texts give the same model.

    `weights` say how much each text counts. The temperature is chosen on texts held out by cross-validation, where texts of one
    of the `groups` are never on both sides. Neutral and mixed are left out where they are rare. CanNotLearn where there is too
    little praise or blame.
    """
    keep = _kept(labels)
    matrix = features(language, [texts[place] for place in keep])
    truth = np.array([labels[place] for place in keep])
    counts = Counter(truth.tolist())
    sample = np.ones(len(keep)) if weights is None else np.asarray(weights, float)[keep]
    present = tuple(label for label in LABELS if label in counts)
    rows = np.array([present.index(label) for label in truth])
    logits = np.zeros((len(keep), len(present)))
    for learnt, held in _folds(truth, None if groups is None else np.asarray(groups)[keep]):
        coefficients, intercept = _fit(matrix[learnt], truth[learnt], sample[learnt], present)
        logits[held] = matrix[held] @ coefficients.T + intercept
    if MIXED in present:  # as scoring does
        logits[_one_sided(language, [texts[place] for place in keep]), present.index(MIXED)] = -np.inf
    temperature = _temperature(logits, rows, sample)
    coefficients, intercept = _fit(matrix, truth, sample, present)
    return LinearModel(
        language=language,
        labels=present,
        coefficients=_half(coefficients),
        intercept=_half(intercept),
        temperature=temperature,
        trained={label: counts[label] for label in present},
        made_on=date.today().isoformat(),
        vocabulary=vocabulary(language, [texts[place] for place in keep]),
    )


def _one_sided(language: str, texts: Sequence[str]) -> NDArray[np.bool_]:
    """Which of them can not be mixed."""
    return np.array([not shows_two_sides(read(text, RECIPES[language].word)) for text in texts])


def vocabulary(language: str, texts: Sequence[str]) -> NDArray[np.bool_]:
    """The words of `texts`, each noted at its places."""
    met = np.zeros(VOCABULARY, bool)
    words = {token.word for text in texts for token in read(text, RECIPES[language].word).tokens}
    for word in words:
        met[vocabulary_places(word)] = True
    return met


def features(language: str, texts: Sequence[str]) -> Any:
    """The texts' features as a sparse matrix (texts, COLUMNS + dense)."""
    from scipy.sparse import csr_matrix, hstack

    recipe = RECIPES[language]
    values, columns = array("f"), array("i")  # as lists they would take ten times the memory
    ends, dense = [0], []
    for text in texts:
        reading = read(text, recipe.word)
        for block in columns_of(recipe, reading):
            counted = Counter(block)
            columns.extend(counted)
            values.extend(count / len(block) ** 0.5 for count in counted.values())
        ends.append(len(columns))
        dense.append(recipe.dense(recipe.signals(reading)))
    hashed = csr_matrix((np.frombuffer(values, np.float32), np.frombuffer(columns, np.int32), ends), shape=(len(texts), COLUMNS))
    hashed.sum_duplicates()  # a word and an n-gram may share a column
    return hstack([hashed, csr_matrix(np.array(dense).reshape(len(texts), recipe.dense_size))]).tocsr()


def _kept(labels: Sequence[str]) -> list[int]:
    counts = Counter(labels)
    if min(counts[POSITIVE], counts[NEGATIVE]) < FEWEST:
        text = gettext_noop("There are %(positive)d positive and %(negative)d negative texts; at least %(fewest)d of each are needed.")
        raise CanNotLearn(text, positive=counts[POSITIVE], negative=counts[NEGATIVE], fewest=FEWEST)
    known = {label for label in LABELS if counts[label] >= FEWEST}
    return [place for place, label in enumerate(labels) if label in known]


def _folds(truth: NDArray[np.str_], groups: NDArray[Any] | None) -> Iterator[tuple[NDArray[np.int_], NDArray[np.int_]]]:
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    folds = StratifiedKFold if groups is None or len(set(groups)) < FOLDS else StratifiedGroupKFold
    return folds(FOLDS, shuffle=True, random_state=SEED).split(truth, truth, groups)


def _fit(matrix: Any, truth: NDArray[np.str_], sample: Floats, present: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Weights and intercepts of all `present` labels; of columns that no text has, 0."""
    from sklearn.linear_model import LogisticRegression

    used = np.unique(matrix.indices)
    rarity = (_rarity(matrix) * _contrast(matrix, truth) ** CONTRAST)[used]
    model = LogisticRegression(C=STRENGTH, class_weight=_label_weights(truth, sample), max_iter=500)
    model.fit(matrix[:, used].multiply(rarity).tocsr(), truth, sample_weight=sample)
    learnt, intercepts = model.coef_ * rarity, model.intercept_  # scoring knows nothing of rarity: it is in the weights
    if len(model.classes_) == 2:  # one row, for the second against the first
        learnt, intercepts = np.vstack([-learnt, learnt]) / 2, np.concatenate([-intercepts, intercepts]) / 2
    coefficients, intercept = np.zeros((len(present), matrix.shape[1])), np.full(len(present), -30.0)
    for row, label in enumerate(model.classes_):
        coefficients[present.index(label), used] = learnt[row]
        intercept[present.index(label)] = intercepts[row]
    return coefficients, intercept


def _label_weights(truth: NDArray[np.str_], sample: Floats) -> dict[str, float]:
    """The rarer a label's texts, the more each counts. (scikit-learn's "balanced" takes texts for equal that count unequally.)"""
    totals = {label: float(sample[truth == label].sum()) for label in np.unique(truth)}
    return {label: (sum(totals.values()) / len(totals) / total) ** EVENNESS for label, total in totals.items()}


def _rarity(matrix: Any) -> Floats:
    """How much each column counts: inverse document frequency (Spärck Jones 1972), about 1 for rare ones."""
    texts = np.bincount(matrix.indices, minlength=matrix.shape[1])
    weights = (1 + np.log((1 + matrix.shape[0]) / (1 + texts))) / 8
    weights[COLUMNS:] = 1  # the lexicons' figures
    return weights


def _contrast(matrix: Any, truth: NDArray[np.str_]) -> Floats:
    """How unlike the labels use each column: the largest logarithm of its share in a label's texts against that in the others
    (Wang & Manning 2012, Baselines and Bigrams, ACL), over the mean; of the lexicons' figures 1."""
    present = matrix[:, :COLUMNS].sign()
    total = np.asarray(present.sum(axis=0)).ravel()
    found = np.zeros(COLUMNS)
    for label in np.unique(truth):
        own = np.asarray(present[truth == label].sum(axis=0)).ravel() + 1
        rest = total - own + 2
        found = np.maximum(found, np.abs(np.log(own / own.sum() * rest.sum() / rest)))
    return np.concatenate([found / found[total > 0].mean(), np.ones(matrix.shape[1] - COLUMNS)])


def _temperature(logits: Floats, rows: NDArray[np.int_], sample: Floats) -> float:
    """The one under which the held-out labels are likeliest; those that were ruled out (−∞) are of no temperature."""
    from scipy.optimize import minimize_scalar
    from scipy.special import logsumexp

    possible = np.isfinite(logits[np.arange(len(rows)), rows])
    logits, rows, sample = logits[possible], rows[possible], sample[possible]

    def loss(log_temperature: float) -> float:
        scaled = logits / np.exp(log_temperature)
        losses = logsumexp(scaled, axis=1) - scaled[np.arange(len(rows)), rows]
        return float(np.average(losses, weights=sample))

    return float(np.exp(minimize_scalar(loss, bounds=(-2.0, 2.0), method="bounded").x))


def _half(values: Floats) -> NDArray[np.float32]:
    """As a file keeps them, so that a model is the same before and after: in steps of 1/512, which pack well, as float16."""
    return (np.round(values * 512) / 512).astype(np.float16).astype(np.float32)
