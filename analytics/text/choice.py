"""Which engine reads a language: the one that a person chose, and those that stand in while it is unavailable."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from analytics.text import engines
from analytics.text.engine_models import EngineChoice
from analytics.text.engines import Engine
from analytics.text.errors import EngineUnavailable

log = logging.getLogger(__name__)
RETRY = timedelta(minutes=5)


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
        return self.stand_ins if self.is_waiting and self.stand_ins else (self.chosen, *self.stand_ins)


LineUps = Mapping[str, LineUp]


def line_ups() -> LineUps:
    """The line-up of each language that an engine covers, in one query."""
    choices = {choice.language: choice for choice in EngineChoice.objects.select_related("model").defer("model__data")}
    return {language: _line_up(language, choices.get(language)) for language in sorted(engines.covered_languages() | choices.keys())}


def _line_up(language: str, choice: EngineChoice | None) -> LineUp:
    built_in = engines.engines_for(language)
    chosen = (engine_of(choice) if choice else None) or built_in[0]
    return LineUp(
        language=language,
        chosen=chosen,
        stand_ins=tuple(engine for engine in built_in if engine.name != chosen.name),
        has_problem=bool(choice and choice.problem),
        is_waiting=bool(choice and choice.retry_at and choice.retry_at > timezone.now()),
    )


def engine_of(choice: EngineChoice) -> Engine | None:
    """The engine that was chosen; None where nothing was, or where this version of the product has it no more."""
    return engines.engine_named(choice.engine)


def note_problem(language: str, engine: Engine, problem: EngineUnavailable) -> None:
    """Show it on the page of the engines, and leave the engine alone for a while."""
    log.error("%s can not read %s: %s", engine.name, language, problem)
    EngineChoice.objects.update_or_create(language=language, defaults={"problem": str(problem), "retry_at": timezone.now() + RETRY})


def note_recovery(language: str) -> None:
    EngineChoice.objects.filter(language=language).update(problem="", retry_at=None)
