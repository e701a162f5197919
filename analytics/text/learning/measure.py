"""Two engines on the same held-back comments: how often each agrees with their labels, and how sure the difference is.

`compared` returns plain numbers, as TrainedModel.figures keeps them:

- `n` comments, `customers` who wrote them, `judged` of which a person gave the label; `labels` counts them by label
- `own` and `in_use`, each: `macro_f1` of positive and negative with `low` and `high`, `accuracy`, `coverage` (the share that the
  engine scored at all), `confusion` {label: {what the engine said: n}}
- `difference` of the two macro-F1 (own − in use) with `difference_low` and `difference_high`
- `verdict`: `better`, `worse`, or `open` where the interval holds 0
- `engine`, `engine_version` of the one in use; and, where people judged enough of the comments, `by_judgement`: the same of
  those alone. These are put in by `learning`.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.text.engines.evaluate import right
from analytics.text.models import Sentiment

Label = Sentiment.Label
CLASSES = (Label.POSITIVE.value, Label.NEGATIVE.value)
BETTER, WORSE, OPEN = "better", "worse", "open"
SEED, RESAMPLES, AT_A_TIME = 20261127, 1000, 50
Figures = dict[str, Any]
Floats = NDArray[np.float64]


def compared(labels: Sequence[str], groups: Sequence[str], own: Sequence[str], in_use: Sequence[str]) -> Figures:
    """Figures of what two engines said of comments with `labels`, written by `groups`.

    95 % percentile bootstrap (Efron & Tibshirani 1993, ch. 13), in which whole groups are drawn: comments of one customer are
    not independent. Both engines are measured on the same draws, so that the difference has its own interval.
    """
    names, places = np.unique(np.array(groups, dtype=object).astype(str), return_inverse=True)
    sums = [_sums(labels, said, places, len(names)) for said in (own, in_use)]
    draws = _draws(sums, len(names))
    difference = draws[0] - draws[1]
    values = [float(_macro_f1(one.sum(axis=0))) for one in sums]
    low, high = (float(value) for value in np.percentile(difference, [2.5, 97.5]))
    return {
        "n": len(labels),
        "customers": len(names),
        "labels": dict(Counter(labels)),
        "own": _of_engine(labels, own, values[0], draws[0]),
        "in_use": _of_engine(labels, in_use, values[1], draws[1]),
        "difference": values[0] - values[1],
        "difference_low": low,
        "difference_high": high,
        "verdict": BETTER if low > 0 else WORSE if high < 0 else OPEN,
    }


def _of_engine(labels: Sequence[str], said: Sequence[str], value: float, draws: Floats) -> Figures:
    confusion = Counter(zip(labels, said, strict=True))
    low, high = np.percentile(draws, [2.5, 97.5])
    return {
        "macro_f1": value,
        "low": float(low),
        "high": float(high),
        "accuracy": right(confusion) / len(labels) if labels else None,
        "coverage": sum(name != Label.NOT_SCORED for name in said) / len(said),
        "confusion": {
            label: {name: count for (given, name), count in sorted(confusion.items()) if given == label} for label in sorted(set(labels))
        },
    }


def _sums(labels: Sequence[str], said: Sequence[str], places: NDArray[np.intp], groups: int) -> Floats:
    """For each group (rows): hits, how many are labelled and how many are said so, of each class; of texts with a label of a class."""
    given, found = np.array(labels), np.array(said)
    counts = np.isin(given, CLASSES)
    columns = []
    for name in CLASSES:
        for chosen in ((given == name) & (found == name), given == name, counts & (found == name)):
            columns.append(np.bincount(places, weights=chosen, minlength=groups))
    return np.stack(columns, axis=1)


def _macro_f1(sums: Floats) -> Floats:
    """Of sums (…, 6): the mean over the classes of F1 = 2TP ÷ (2TP + FP + FN); see `evaluate.macro_f1`."""
    hit, labelled, said = sums[..., 0::3], sums[..., 1::3], sums[..., 2::3]
    return (2 * hit / np.maximum(labelled + said, 1)).mean(axis=-1)


def _draws(sums: Sequence[Floats], groups: int) -> list[Floats]:
    """The macro-F1 of each engine in each resample of the groups; a few at a time, for the memory."""
    chances = np.random.default_rng(SEED)
    found: list[list[Floats]] = [[] for _ in sums]
    for _begin in range(0, RESAMPLES, AT_A_TIME):
        times = chances.multinomial(groups, np.full(groups, 1 / groups), size=AT_A_TIME)
        for place, one in enumerate(sums):
            found[place].append(_macro_f1(times @ one))
    return [np.concatenate(one) for one in found]
