"""Reading of texts, their themes and their search, training of models and suggestions of themes, in the worker."""

import logging
from typing import Any

from celery import shared_task
from kombu.exceptions import OperationalError

from analytics.text.learning.trainings import run_waiting_trainings
from analytics.text.score import score_waiting
from analytics.text.search.index import index_waiting
from analytics.text.themes.find import apply_themes_waiting
from analytics.text.themes.suggest import suggest_where_due

log = logging.getLogger(__name__)


@shared_task
def score_waiting_texts() -> int:
    return score_waiting()


@shared_task
def apply_themes() -> int:
    return apply_themes_waiting()


@shared_task
def index_waiting_texts() -> int:
    return index_waiting()


@shared_task
def train_waiting_models() -> int:
    return run_waiting_trainings()


@shared_task
def suggest_themes() -> bool:
    return suggest_where_due()


def hint_scoring() -> None:
    _hint(score_waiting_texts)


def hint_training() -> None:
    _hint(train_waiting_models)


def hint_suggestions() -> None:
    _hint(suggest_themes)


def _hint(task: Any) -> None:
    """Tell a worker to look now. Without a broker nothing is lost: the next sweep finds what is wanted."""
    try:
        task.apply_async(retry=False)
    except OperationalError:
        log.warning("the broker is away; the next sweep does %s", task.name, exc_info=True)
