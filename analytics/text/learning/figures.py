"""The figures of a trained model as the page and the command show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.text.learning import measure
from analytics.text.learning.models import TrainedModel
from analytics.text.models import Sentiment

Label = Sentiment.Label


@dataclass(frozen=True)
class EngineFigure:
    """macro-F1 of positive and negative with its 95 % interval; accuracy and coverage are shares of all `n` held-back comments."""

    name: str
    macro_f1: float
    low: float
    high: float
    accuracy: float
    coverage: float

    @property
    def picture(self) -> dict[str, float]:
        """Where the interval and the value stand on a line from 0 to 100."""
        return {"left": 100 * self.low, "width": 100 * (self.high - self.low), "value": 100 * self.macro_f1 - 0.75}


@dataclass(frozen=True)
class Confusion:
    """What an engine said (columns of `said`) of the comments of each label."""

    name: str
    said: Sequence[str]
    rows: Sequence[tuple[str, Sequence[int]]]


@dataclass(frozen=True)
class Comparison:
    """One trained model against the engine that was in use then, on `n` comments of `customers` whom neither had learnt from."""

    n: int
    customers: int
    judged: int
    engines: Sequence[EngineFigure]
    confusions: Sequence[Confusion]
    verdict: str
    difference: float
    difference_low: float
    difference_high: float


def comparison(figures: dict[str, Any], own: str, in_use: str) -> Comparison | None:
    """Of TrainedModel.figures (see `measure`), or None before there are any; `own` and `in_use` name the two engines."""
    if not figures:
        return None
    named = [(own, figures["own"]), (in_use, figures["in_use"])]
    return Comparison(
        engines=[EngineFigure(name, *(found[key] for key in ("macro_f1", "low", "high", "accuracy", "coverage"))) for name, found in named],
        confusions=[_confusion(name, found["confusion"]) for name, found in named],
        judged=figures.get("judged", figures["n"]),
        **{key: figures[key] for key in ("n", "customers", "verdict", "difference", "difference_low", "difference_high")},
    )


def _confusion(name: str, counts: dict[str, dict[str, int]]) -> Confusion:
    said = sorted({label for row in counts.values() for label in row})
    rows = [(str(Label(label).label), [row.get(one, 0) for one in said]) for label, row in counts.items()]
    return Confusion(name, [str(Label(one).label) for one in said], rows)


def learnt_from(trained_on: dict[str, int]) -> list[str]:
    """TrainedModel.trained_on for people, without what there was none of."""
    counts = {name: trained_on.get(name, 0) for name in ("scored", "judged", "shipped")}
    texts = {
        "scored": ngettext("%(n)s comment with a score", "%(n)s comments with a score", counts["scored"]),
        "judged": ngettext("%(n)s comment that people judged", "%(n)s comments that people judged", counts["judged"]),
        "shipped": ngettext("%(n)s text that comes with Kesher", "%(n)s texts that come with Kesher", counts["shipped"]),
    }
    return [texts[name] % {"n": intcomma(n)} for name, n in counts.items() if n]


def verdict_text(verdict: str, other: str) -> str:
    """In words; `other` names the engine that was in use then."""
    words = {
        measure.BETTER: _("Better than %(engine)s, beyond chance"),
        measure.WORSE: _("Worse than %(engine)s, beyond chance"),
        measure.OPEN: _("No difference from %(engine)s shown"),
    }
    return words[verdict] % {"engine": other}


def is_better(model: TrainedModel) -> bool:
    return bool(model.figures) and model.figures["verdict"] == measure.BETTER
