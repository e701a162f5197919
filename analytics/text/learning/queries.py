"""What the page of the engines shows: which engines read what, how far reading again is, and what could be chosen instead."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from analytics.text import other_parts
from analytics.text.engines import endpoint
from analytics.text.engines.built_in import Engine
from analytics.text.engines.features import RECIPES
from analytics.text.learning import choice
from analytics.text.learning.choice import LineUp
from analytics.text.learning.figures import Comparison, comparison, learnt_from, verdict_text
from analytics.text.learning.models import EngineChoice, TrainedModel
from analytics.text.learning.own_engine import OWN
from analytics.text.learning.trainings import UNDER_WAY
from analytics.text.models import Sentiment
from analytics.text.pass_models import Lease
from analytics.text.waiting import part_read_otherwise
from surveys.collection.models import Answer

MOST_MODELS = 5  # of a language are listed, the newest


@dataclass(frozen=True)
class ReadBy:
    """How many texts of one language one version of an engine has read. Engine "" stands for none.

    `n` texts as a whole, or their longest part; `parts` of texts that are mainly of another language.
    """

    language: str
    engine: str
    version: str
    n: int
    parts: int = 0


@dataclass(frozen=True)
class Reading:
    """How far the engine in use is with the texts of its language, those counted in that have a part in it.

    A stand-in's texts are not its own.
    """

    language: str
    done: int
    total: int
    is_away: bool = False

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 100


@dataclass(frozen=True)
class Progress:
    """`unread` texts have never been read by any engine; `a_second` is how fast the last run was, None before the first."""

    readings: Sequence[Reading]
    unread: int
    a_second: float | None

    @property
    def waiting(self) -> int:
        return self.unread + sum(one.total - one.done for one in self.readings if not one.is_away)

    @property
    def minutes_left(self) -> int | None:
        """Rounded up."""
        return math.ceil(self.waiting / self.a_second / 60) if self.waiting and self.a_second else None


@dataclass(frozen=True)
class Offer:
    """One engine that could read a language, for people: `key` chooses it in an address."""

    key: str
    name: str
    version: str
    about: str


@dataclass(frozen=True)
class ModelRow:
    """A trained model, its figures, and those on the comments that people judged, where there are enough of them."""

    model: TrainedModel
    name: str
    is_in_use: bool
    comparison: Comparison | None
    by_judgement: Comparison | None

    @property
    def key(self) -> str:
        return f"{OWN}-{self.model.version}"

    @property
    def learnt_from(self) -> list[str]:
        return learnt_from(self.model.trained_on)

    @property
    def verdict(self) -> str:
        return verdict_text(self.comparison.verdict, self.comparison.engines[1].name) if self.comparison else ""


@dataclass(frozen=True)
class LanguagePage:
    """All about one language, but for what could be learnt from, as counting that takes a while; `models` are the newest trained ones."""

    language: str
    name: str
    line_up: LineUp
    choice: EngineChoice | None
    in_use: Offer
    stand_in: Offer | None
    former: str
    offers: Sequence[Offer]
    models: Sequence[ModelRow]

    @property
    def can_learn(self) -> bool:
        return self.language in RECIPES

    @property
    def is_training(self) -> bool:
        return any(row.model.state in UNDER_WAY for row in self.models)


def read_by() -> list[ReadBy]:
    """Counted from two indexes alone."""
    rows = Sentiment.objects.values_list("language", "engine", "engine_version").annotate(n=Count("*")).order_by()
    whole = {(language, engine, version): n for language, engine, version, n in rows}
    parts: Counter[tuple[str, str, str]] = Counter()
    several = Sentiment.objects.filter(other_engines__gt="").values_list("other_engines")
    for lines, n in several.annotate(n=Count("*")).order_by():
        parts.update({(one.language, one.engine, one.version): n for one in other_parts.read(lines)})
    return [ReadBy(*key, whole.get(key, 0), parts[key]) for key in sorted({*whole, *parts})]


def progress(found: Sequence[ReadBy], line_ups: Mapping[str, LineUp]) -> Progress:
    readings = [_reading(line_up, [row for row in found if row.language == language]) for language, line_up in line_ups.items()]
    unread = max(0, Answer.objects.texts().count() - sum(row.n for row in found))
    a_second = Lease.objects.filter(name="sentiment").values_list("a_second", flat=True).first()
    return Progress([one for one in readings if one.total], unread, a_second)


def _reading(line_up: LineUp, rows: Sequence[ReadBy]) -> Reading:
    own = (line_up.chosen.name, line_up.chosen.version)
    done = sum(row.n + row.parts for row in rows if (row.engine, row.version) == own)
    return Reading(line_up.language, done, sum(row.n + row.parts for row in rows), line_up.is_waiting)


def to_read_again(language: str, engine: Engine) -> int:
    """How many texts `engine` would read, once it is in use."""
    of_language = Sentiment.objects.filter(language=language)
    whole = of_language.count() - of_language.filter(engine=engine.name, engine_version=engine.version).count()
    of_several = Sentiment.objects.filter(other_engines__gt="")
    return whole + of_several.filter(part_read_otherwise(LineUp(language, engine))).count()


def language_pages(line_ups: Mapping[str, LineUp], chosen: Mapping[str, EngineChoice]) -> list[LanguagePage]:
    """Of each language that an engine reads; the number of queries does not grow with the models."""
    models: dict[str, list[TrainedModel]] = {}
    for model in TrainedModel.objects.defer("data").select_related("created_by"):
        models.setdefault(model.language, []).append(model)
    return [language_page(line_up, chosen.get(language), models.get(language, [])) for language, line_up in line_ups.items()]


def language_page(line_up: LineUp, chosen: EngineChoice | None, models: Sequence[TrainedModel]) -> LanguagePage:
    language, in_use = line_up.language, line_up.chosen
    stands_in = line_up.has_problem and next(iter(line_up.stand_ins), None)
    return LanguagePage(
        language=language,
        name=language_name(language),
        line_up=line_up,
        choice=chosen,
        in_use=offer_of(in_use),
        stand_in=offer_of(stands_in) if stands_in else None,
        former=former_name(chosen),
        offers=[offer_of(engine) for engine in choice.engines_for(language) if engine.name != in_use.name],
        models=[model_row(model, in_use) for model in models[:MOST_MODELS]],
    )


def model_row(model: TrainedModel, in_use: Engine) -> ModelRow:
    name, figures = own_name(model.version), model.figures
    is_in_use = (in_use.name, in_use.version) == (OWN, str(model.version))
    other = full_name(figures.get("engine", ""), figures.get("engine_version", ""))
    found = [comparison(one, name, other) for one in (figures, figures.get("by_judgement", {}))]
    return ModelRow(model, name, is_in_use, *found)


def former_name(chosen: EngineChoice | None) -> str:
    """What was in use before, for people; "" where nothing was chosen yet."""
    if chosen is None or chosen.chosen_at is None:
        return ""
    if chosen.former_engine == OWN and chosen.former_model:
        return own_name(chosen.former_model.version)
    return engine_name(chosen.former_engine) if chosen.former_engine else _("the one that the product prefers")


def offer_of(engine: Engine) -> Offer:
    is_own = engine.name == OWN
    return Offer(
        key=f"{OWN}-{engine.version}" if is_own else engine.name,
        name=own_name(engine.version) if is_own else engine_name(engine.name),
        version="" if is_own else engine.version,
        about=abouts().get(engine.name, ""),
    )


def full_name(name: str, version: str) -> str:
    """An engine with its version, as pages and files show it."""
    return own_name(version) if name == OWN else f"{engine_name(name)} {version}".strip()


def engines_of(sentiment: Sentiment) -> str:
    """All that read a text: "Kesher for English 2"; of several languages "Kesher for English 2; Hebrew: Kesher for Hebrew 2"."""
    others = [f"{language_name(part.language)}: {full_name(part.engine, part.version)}" for part in sentiment.other_parts]
    return "; ".join([full_name(sentiment.engine, sentiment.engine_version), *others])


def own_name(version: object) -> str:
    return _("Own model %(version)s") % {"version": version}


def engine_name(name: str) -> str:
    names = {
        "textblob": "TextBlob",
        "kesher-english": _("Kesher for English"),
        "kesher-hebrew": _("Kesher for Hebrew"),
        "kesher-hebrew-lexicon": _("Kesher's Hebrew lexicon"),
        endpoint.NAME: _("Model at an address of your own"),
        OWN: _("Own model"),
        "": _("none"),
    }
    return names.get(name, name)


def abouts() -> dict[str, str]:
    """What is known of each engine, in a sentence; docs/text.md has the figures."""
    return {
        "textblob": _("A list of English words of praise and blame. Knows nothing of your trade."),
        "kesher-english": _("Trained on comments as customers write them, written for Kesher, and on public tweets and reviews."),
        "kesher-hebrew": _("Trained on comments as customers write them, written for Kesher."),
        "kesher-hebrew-lexicon": _("A list of Hebrew expressions of praise and blame. What it does not know it leaves unscored."),
        endpoint.NAME: _("Texts are sent to the server that the settings name, without personal data. Slower; not measured here."),
        OWN: _("Trained on the scored comments of your own customers."),
    }


def language_name(code: str) -> str:
    """In the reader's language where Django knows it, else its letters."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return {"": _("No words, as digits and emoji"), "und": _("Unknown language")}.get(code, code)
