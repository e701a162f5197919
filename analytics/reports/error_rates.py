"""How often an engine errs, by what people say of texts drawn at random, for each language and version."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Avg, Case, Count, F, IntegerField, Q, QuerySet, Value, When

from analytics.statistics.estimate import Estimate
from analytics.statistics.proportions import proportion
from analytics.text.learning import choice
from analytics.text.models import LOW_CONFIDENCE, Judgement, Sentiment
from feedback_site.access.models import User

Label = Sentiment.Label
LEAST = 10  # judged texts, below which no rate is shown
SAID = (Label.POSITIVE, Label.NEUTRAL, Label.NEGATIVE, Label.MIXED)  # by an engine: what it did not score it can not get wrong
EDGES = (LOW_CONFIDENCE, 0.7, 0.8, 0.9)
Key = tuple[str, str, str]  # language, engine, version


@dataclass(frozen=True)
class Band:
    """The texts of which the engine was about equally sure: what it promised on average, 0…1, and which share was right."""

    low: float
    high: float
    promised: float
    right: Estimate

    @property
    def is_shown(self) -> bool:
        return self.right.n >= LEAST


@dataclass
class Reading:
    """What people say of one version of one engine in one language.

    `drawn` counts texts drawn at random by (engine's label, person's label); `own` those that people judged of their own accord.
    """

    language: str
    engine: str
    version: str
    is_in_use: bool = False
    drawn: Counter[tuple[str, str]] = field(default_factory=Counter)
    own: Counter[tuple[str, str]] = field(default_factory=Counter)
    bands: list[Band] = field(default_factory=list)

    @property
    def wrong(self) -> Estimate:
        """The share of drawn texts of which people say otherwise, with its Wilson interval. What nobody could tell is left out."""
        told = _told(self.drawn)
        return proportion(sum(n for (said, label), n in told.items() if said != label), told.total())

    @property
    def wrong_count(self) -> int:
        return sum(n for (said, label), n in _told(self.drawn).items() if said != label)

    @property
    def opposite_count(self) -> int:
        """Praise taken for blame, or blame for praise."""
        return self.drawn[Label.POSITIVE, Label.NEGATIVE] + self.drawn[Label.NEGATIVE, Label.POSITIVE]

    @property
    def untold(self) -> int:
        """Drawn texts of which people could not tell either."""
        return sum(n for (_said, label), n in self.drawn.items() if label == Label.NOT_SCORED)

    @property
    def corrected(self) -> int:
        return sum(n for (said, label), n in self.own.items() if said != label)

    @property
    def confirmed(self) -> int:
        return self.own.total() - self.corrected

    @property
    def is_shown(self) -> bool:
        return self.wrong.n >= LEAST

    @property
    def least(self) -> int:
        return LEAST

    @property
    def confusion(self) -> list[tuple[Any, list[int]]]:
        """For each label of the engine how often people said each of the labels, in the order of SAID."""
        return [(said.label, [self.drawn[said, label] for label in SAID]) for said in SAID]


def _told(counts: Counter[tuple[str, str]]) -> Counter[tuple[str, str]]:
    return Counter({(said, label): n for (said, label), n in counts.items() if said in SAID and label in SAID})


def readings(user: User) -> list[Reading]:
    """Every engine and version that people judged in texts that `user` sees, and those in use, those in use first."""
    found = {key: Reading(*key, is_in_use=True) for key in _in_use()}
    judgements = Judgement.objects.visible_to(user).order_by()
    counts = judgements.values_list("language", "engine", "engine_version", "is_sampled", "engine_label", "label").annotate(n=Count("pk"))
    for language, engine, version, is_sampled, said, label, n in counts:
        reading = found.setdefault((language, engine, version), Reading(language, engine, version))
        (reading.drawn if is_sampled else reading.own)[said, label] += n
    for key, bands in _bands(judgements).items():
        found[key].bands = bands
    return sorted(found.values(), key=lambda one: (one.language, not one.is_in_use, one.engine, one.version))


def _in_use() -> list[Key]:
    return [(language, line_up.chosen.name, line_up.chosen.version) for language, line_up in choice.line_ups().items()]


def _bands(judgements: "QuerySet[Judgement]") -> Mapping[Key, list[Band]]:
    """By bands of the engine's confidence, from the least to the surest."""
    told = judgements.filter(is_sampled=True, confidence__isnull=False, label__in=SAID, engine_label__in=SAID)
    place = Case(
        *[When(confidence__lt=edge, then=Value(number)) for number, edge in enumerate(EDGES)],
        default=Value(len(EDGES)),
        output_field=IntegerField(),
    )
    right = Count("pk", filter=Q(label=F("engine_label")))
    rows = told.annotate(place=place).values_list("language", "engine", "engine_version", "place")
    found: dict[Key, list[Band]] = {}
    counts = rows.annotate(n=Count("pk"), promised=Avg("confidence"), right=right).order_by("place")
    for language, engine, version, number, n, promised, count in counts:
        low, high = (0.0, *EDGES)[number], (*EDGES, 1.0)[number]
        found.setdefault((language, engine, version), []).append(Band(low, high, promised, proportion(count, n)))
    return found
