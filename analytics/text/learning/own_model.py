"""Learning from the organisation's own answers: a model of one language, measured on answers that were held back.

Which customers are held back is decided by a checksum of who they are, so that it is the same ones in every training: the
engine in use may be an earlier own model, and that has not seen them either. What was measured is what can be switched on;
nothing is trained again on all answers afterwards.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zlib import crc32

from django.utils.translation import gettext_noop
from threadpoolctl import threadpool_limits

from analytics.text.engines.built_in import Engine, LinearEngine
from analytics.text.engines.errors import CanNotLearn
from analytics.text.engines.linear import LinearModel
from analytics.text.engines.model_file import to_bytes
from analytics.text.engines.train import train
from analytics.text.learning import choice
from analytics.text.learning.measure import CLASSES, Figures, compared
from analytics.text.learning.training_data import LEAST_HELD_BACK, Example, lack_of, own_examples, shipped, without_texts
from analytics.text.models import Sentiment
from analytics.text.score import scores_of

HELD_BACK_OF_TEN = 3
TOO_FEW_TO_MEASURE = gettext_noop(
    "Held back are %(positive)s positive and %(negative)s negative comments; at least %(least)s of each are needed."
)
AT_A_TIME = 100  # texts; between them the row shows that the training lives
Note = Callable[[int], None]


@dataclass(frozen=True)
class Learnt:
    data: bytes
    trained_on: dict[str, int]
    figures: Figures


def is_held_back(group: str) -> bool:
    return crc32(group.encode()) % 10 < HELD_BACK_OF_TEN


def split(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """Those to learn from, and those held back: no customer is in both, and no text."""
    held_back = [one for one in examples if is_held_back(one.group)]
    return without_texts((one for one in examples if not is_held_back(one.group)), held_back), held_back


def learn(language: str, in_use: Engine, note: Note = lambda percent: None) -> Learnt:
    """Train on one part of the own comments and of the product's, and measure on the other; `note` is told how far it is, in percent.

    Raises CanNotLearn, and EngineUnavailable where the engine in use can not be measured now.
    """
    found = own_examples(language)
    if lack := lack_of(len(found), len({one.group for one in found})):
        raise lack
    own, held_back = split(found)
    _check_held_back(held_back)
    said_in_use = _said(in_use, held_back, lambda share: note(int(30 * share)))  # first, as it may be away
    base = without_texts(shipped(language), held_back)
    model = _trained(language, [*own, *base])
    said_own = _said(LinearEngine(choice.OWN, "", language, model), held_back, lambda share: note(80 + int(19 * share)))
    judged = sum(one.is_judged for one in own)
    repeated = len(found) - len(own) - len(held_back)
    trained_on = {"scored": len(own) - judged, "judged": judged, "shipped": len(base), "repeated": repeated}
    return Learnt(to_bytes(model), trained_on, _figures(in_use, held_back, said_own, said_in_use))


def _trained(language: str, examples: Sequence[Example]) -> LinearModel:
    columns = zip(*((one.text, one.label, one.weight, one.group) for one in examples), strict=True)
    # Beside other work on the machine, threads that wait for one another take ten times as long as one.
    with threadpool_limits(1):
        return train(language, *columns)


def _check_held_back(held_back: Sequence[Example]) -> None:
    """Of each label enough to measure by."""
    counts = Counter(one.label for one in held_back)
    positive, negative = (counts[name] for name in CLASSES)
    if min(positive, negative) < LEAST_HELD_BACK:
        raise CanNotLearn(TOO_FEW_TO_MEASURE, positive=positive, negative=negative, least=LEAST_HELD_BACK)


def _said(engine: Engine, examples: Sequence[Example], note: Callable[[float], None]) -> list[str]:
    said: list[str] = []
    for first in range(0, len(examples), AT_A_TIME):
        note(first / len(examples))
        said += [str(score.label) for score in scores_of(engine, [one.text for one in examples[first : first + AT_A_TIME]])]
    return said


def _figures(in_use: Engine, held_back: Sequence[Example], said_own: Sequence[str], said_in_use: Sequence[str]) -> Figures:
    rows = [(one.label, one.group, own, other) for one, own, other in zip(held_back, said_own, said_in_use, strict=True)]
    judged = [row for row, one in zip(rows, held_back, strict=True) if one.is_judged]
    figures = {**compared(*zip(*rows, strict=True)), "judged": len(judged), "engine": in_use.name, "engine_version": in_use.version}
    counts = Counter(label for label, *_rest in judged)
    if min(counts[Sentiment.Label(name)] for name in CLASSES) >= LEAST_HELD_BACK:
        figures["by_judgement"] = compared(*zip(*judged, strict=True))
    return figures
