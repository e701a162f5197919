"""How often an engine is right: its answers against labels that people gave."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from analytics.text.engines.built_in import Engine, Score
from analytics.text.models import Sentiment

Label = Sentiment.Label
Confusion = Counter[tuple[str, str]]
SEED = 20261127
DRAWS = 1_000


@dataclass(frozen=True)
class Evaluation:
    """`confusion` counts (label, what the engine said); `seconds` are of one processor core.

    `by_sign` counts what the sign of the polarity says, for labels that know only praise and blame.
    """

    engine: str
    confusion: Confusion
    seconds: float
    by_sign: Confusion = field(default_factory=Counter)

    @property
    def n(self) -> int:
        return self.confusion.total()

    @property
    def judged(self) -> Confusion:
        """Without what the engine did not understand."""
        return Counter({pair: count for pair, count in self.confusion.items() if pair[1] != Label.NOT_SCORED})

    @property
    def coverage(self) -> float | None:
        return self.judged.total() / self.n if self.n else None

    @property
    def texts_per_second(self) -> float | None:
        return self.n / self.seconds if self.seconds else None


def evaluate(engine: Engine, texts: Sequence[str], labels: Sequence[str]) -> Evaluation:
    """What `engine` says of `texts`; the clock starts when its model has been read."""
    engine.score(list(texts[:1]))
    begun = time.process_time()
    scores = engine.score(list(texts))
    seconds = time.process_time() - begun
    pairs = list(zip(labels, scores, strict=True))
    said = Counter((label, str(score.label)) for label, score in pairs)
    return Evaluation(engine.name, said, seconds, Counter((label, _sign(score)) for label, score in pairs))


def cross_validate(
    name: str, texts: Sequence[str], labels: Sequence[str], folds: int, trained: Callable[[list[str], list[str]], Engine]
) -> Evaluation:
    """Each text judged by an engine `trained` on the other folds. Texts that are the same are in the same fold."""
    from sklearn.model_selection import StratifiedGroupKFold

    found = Evaluation(name, Counter(), 0.0)
    same = [" ".join(text.lower().split()) for text in texts]
    for learnt, held in StratifiedGroupKFold(folds, shuffle=True, random_state=SEED).split(texts, labels, same):
        engine = trained([texts[place] for place in learnt], [labels[place] for place in learnt])
        one = evaluate(engine, [texts[place] for place in held], [labels[place] for place in held])
        found = Evaluation(name, found.confusion + one.confusion, found.seconds + one.seconds, found.by_sign + one.by_sign)
    return found


def _sign(score: Score) -> str:
    if not score.polarity:
        return str(score.label)
    return Label.POSITIVE if score.polarity > 0 else Label.NEGATIVE


def right(confusion: Confusion) -> int:
    return sum(count for (label, said), count in confusion.items() if label == said)


def macro_f1(confusion: Confusion, classes: Sequence[str]) -> float | None:
    """The mean over `classes` of F1 = 2TP ÷ (2TP + FP + FN) (Sokolova & Lapalme 2009, Information Processing & Management 45).

    Of texts whose label is one of `classes`; whatever else the engine says of them is wrong. None of nothing.
    """
    among = Counter({pair: count for pair, count in confusion.items() if pair[0] in classes})
    if not among:
        return None
    return sum(f1(among, name) for name in classes) / len(classes)


def f1(confusion: Confusion, name: str) -> float:
    hit = confusion[name, name]
    labelled = sum(count for (label, _said), count in confusion.items() if label == name)
    said = sum(count for (_label, said), count in confusion.items() if said == name)
    return 2 * hit / (labelled + said) if labelled + said else 0.0


def interval(confusion: Confusion, measure: Callable[[Confusion], float | None]) -> tuple[float, float] | None:
    """The 95 % bootstrap percentile interval of a measure over texts (Efron & Tibshirani 1993, ch. 13); None of nothing.

    Texts of one pair of label and answer are alike to the measure: to draw texts again is to draw pairs.
    """
    pairs = list(confusion)
    if not pairs or measure(confusion) is None:
        return None
    n = confusion.total()
    shares = [confusion[pair] / n for pair in pairs]
    drawn = np.random.default_rng(SEED).multinomial(n, shares, size=DRAWS)
    values = [measure(Counter(dict(zip(pairs, counts, strict=True)))) or 0.0 for counts in drawn.tolist()]
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
