"""How often an engine is right: its answers against labels that people gave."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.text.engines import Engine
from analytics.text.models import Sentiment

Label = Sentiment.Label


@dataclass(frozen=True)
class Evaluation:
    """`confusion` counts (label, what the engine said); `seconds` are of one processor core."""

    engine: str
    confusion: Counter[tuple[str, str]]
    seconds: float

    @property
    def n(self) -> int:
        return self.confusion.total()

    @property
    def judged(self) -> Counter[tuple[str, str]]:
        """Without what the engine did not understand."""
        return Counter({pair: count for pair, count in self.confusion.items() if pair[1] != Label.NOT_SCORED})

    @property
    def coverage(self) -> float | None:
        return self.judged.total() / self.n if self.n else None

    @property
    def texts_per_second(self) -> float | None:
        return self.n / self.seconds if self.seconds else None


def evaluate(engine: Engine, texts: Sequence[str], labels: Sequence[str]) -> Evaluation:
    begun = time.process_time()
    scores = engine.score(list(texts))
    seconds = time.process_time() - begun
    pairs = ((label, str(score.label)) for label, score in zip(labels, scores, strict=True))
    return Evaluation(engine.name, Counter(pairs), seconds)


def accuracy(confusion: Counter[tuple[str, str]]) -> float | None:
    """The share that is right; None of nothing."""
    right = sum(count for (label, said), count in confusion.items() if label == said)
    return right / confusion.total() if confusion.total() else None


def macro_f1(confusion: Counter[tuple[str, str]], classes: Sequence[str]) -> float | None:
    """The mean over `classes` of F1 = 2TP ÷ (2TP + FP + FN) (Sokolova & Lapalme 2009, Information Processing & Management 45).

    Of texts whose label is one of `classes`; whatever else the engine says of them is wrong. None of nothing.
    """
    among = Counter({pair: count for pair, count in confusion.items() if pair[0] in classes})
    if not among:
        return None
    return sum(f1(among, name) for name in classes) / len(classes)


def f1(confusion: Counter[tuple[str, str]], name: str) -> float:
    hit = confusion[name, name]
    labelled = sum(count for (label, _said), count in confusion.items() if label == name)
    said = sum(count for (_label, said), count in confusion.items() if said == name)
    return 2 * hit / (labelled + said) if labelled + said else 0.0
