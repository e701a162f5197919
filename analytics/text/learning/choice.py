"""Which engine reads a language: the one that a person chose, and those that stand in while it is unavailable."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.text.engines import built_in, endpoint
from analytics.text.engines.built_in import Engine
from analytics.text.engines.errors import EngineUnavailable
from analytics.text.learning.figures import is_better
from analytics.text.learning.models import EngineChoice, TrainedModel
from analytics.text.learning.own_engine import OWN, OwnEngine
from feedback_site.access.models import User

log = logging.getLogger(__name__)
RETRY = timedelta(minutes=5)


class NotOffered(Exception):
    """Why an engine can not be chosen, in a sentence for people."""


@dataclass(frozen=True)
class LineUp:
    """The engines of one language: `chosen`, and in their order those that stand in for it.

    `has_problem` since the chosen one failed; `is_waiting` until it is tried again.
    """

    language: str
    chosen: Engine
    stand_ins: tuple[Engine, ...] = ()
    has_problem: bool = False
    is_waiting: bool = False

    @property
    def in_order(self) -> tuple[Engine, ...]:
        return self.stand_ins if self.is_waiting else (self.chosen, *self.stand_ins)

    @property
    def most_texts(self) -> int | None:
        """How many may be read at once; None for any number."""
        return endpoint.MOST_TEXTS if self.chosen.name == endpoint.NAME and not self.is_waiting else None


LineUps = Mapping[str, LineUp]


def choices() -> dict[str, EngineChoice]:
    """What people chose, by language, in one query and without the models' data."""
    found = EngineChoice.objects.select_related("model", "former_model", "chosen_by").defer("model__data", "former_model__data")
    return {one.language: one for one in found}


def line_ups(chosen: Mapping[str, EngineChoice] | None = None) -> LineUps:
    """The line-up of each language that an engine covers, in one query."""
    chosen = choices() if chosen is None else chosen
    found = (_line_up(language, chosen.get(language)) for language in sorted(covered_languages() | chosen.keys()))
    return {line_up.language: line_up for line_up in found if line_up}


def _line_up(language: str, choice: EngineChoice | None) -> LineUp | None:
    offered = engines_for(language)
    chosen = (engine_of(choice) if choice else None) or next(iter(offered), None)
    if chosen is None:
        return None
    # Texts go to an address only where somebody chose that.
    built_in = (engine for engine in offered if engine.name not in (chosen.name, endpoint.NAME))
    return LineUp(
        language=language,
        chosen=chosen,
        stand_ins=tuple(built_in),
        has_problem=bool(choice and choice.problem),
        is_waiting=bool(choice and choice.retry_at and choice.retry_at > timezone.now()),
    )


def covered_languages() -> frozenset[str]:
    return built_in.covered_languages().union(*(engine.languages for engine in endpoint.engines()))


def engines_for(language: str) -> list[Engine]:
    """Those that come with the product and cover `language`, the preferred one first, and last the one at an address, if any."""
    return [*built_in.engines_for(language), *(engine for engine in endpoint.engines() if language in engine.languages)]


def engine_of(choice: EngineChoice) -> Engine | None:
    """The engine that was chosen; None where nothing was, or where this version of the product has it no more."""
    if choice.engine == OWN and choice.model:
        return OwnEngine(choice.model)
    return next((engine for engine in engines_for(choice.language) if engine.name == choice.engine), None)


@transaction.atomic
def use(language: str, engine: str, model: TrainedModel | None, user: User | None, *, although_not_better: bool = False) -> EngineChoice:
    """Let `engine` ("own" with its model; "" for the one that the product prefers) read `language` from now on.

    What it read until now is kept, to go back to; texts are read again in the background. Raises NotOffered, also for a model that
    is not shown to be better than the engine in use, unless a person says `although_not_better`.
    """
    _check(language, engine, model)
    if model and not although_not_better and needs_consent(language, model):
        raise NotOffered(_("The model is not shown to be better than the engine in use. Tick that you use it nevertheless."))
    choice, _is_new = EngineChoice.objects.select_for_update().get_or_create(language=language)
    if (choice.engine, choice.model_id) != (engine, model.pk if model else None):
        choice.former_engine, choice.former_model = choice.engine, choice.model
    choice.engine, choice.model = engine, model
    choice.chosen_by, choice.chosen_at = user, timezone.now()
    choice.problem, choice.problem_params, choice.retry_at = "", {}, None
    choice.save()
    return choice


def restore(language: str, user: User | None) -> EngineChoice:
    """Back to what was chosen before; once more, and it is as now. Raises NotOffered."""
    choice = _with_former(language)
    return use(language, choice.former_engine, choice.former_model, user, although_not_better=True)


def former_engine(language: str) -> Engine:
    """That which `restore` would bring back. Raises NotOffered."""
    choice = _with_former(language)
    _check(language, choice.former_engine, choice.former_model)
    former = EngineChoice(language=language, engine=choice.former_engine, model=choice.former_model)
    line_up = _line_up(language, former)
    if line_up is None:
        raise NotOffered(_("No engine covers this language any more."))
    return line_up.chosen


def _with_former(language: str) -> EngineChoice:
    choice = choices().get(language)
    if choice is None or choice.chosen_at is None:
        raise NotOffered(_("No other engine was chosen before."))
    return choice


def needs_consent(language: str, model: TrainedModel) -> bool:
    """Whether the model is not shown to be better than the engine in use now."""
    line_up = line_ups().get(language)
    in_use = (line_up.chosen.name, line_up.chosen.version) if line_up else None
    measured_against = (model.figures.get("engine"), model.figures.get("engine_version"))
    return in_use != (OWN, str(model.version)) and not (is_better(model) and measured_against == in_use)


def _check(language: str, engine: str, model: TrainedModel | None) -> None:
    if engine == OWN:
        is_offered = model is not None and (model.language, model.state) == (language, TrainedModel.State.READY)
    else:
        is_offered = model is None and engine in ("", *(one.name for one in engines_for(language)))
    if not is_offered:
        raise NotOffered(_("This engine is not there for this language, or no more. Choose another one."))


def note_problem(language: str, engine: Engine, problem: EngineUnavailable) -> None:
    """Show it on the page of the engines, and leave the engine alone for a while; of a stand-in only the log says it."""
    log.error("%s can not read %s: %s", engine.name, language, problem)
    _note(language, engine, problem=problem.message, problem_params=problem.params, retry_at=timezone.now() + RETRY)


def note_recovery(language: str, engine: Engine) -> None:
    _note(language, engine, problem="", problem_params={}, retry_at=None)


@transaction.atomic
def _note(language: str, engine: Engine, **changes: Any) -> None:
    """Unless another engine was chosen while this one read."""
    choice, _is_new = EngineChoice.objects.select_for_update().get_or_create(language=language)
    line_up = _line_up(language, choice)
    if line_up and (line_up.chosen.name, line_up.chosen.version) == (engine.name, engine.version):
        EngineChoice.objects.filter(pk=choice.pk).update(**changes)
