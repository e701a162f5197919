"""Reading of texts, their themes and their search, and training of models, in the worker."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from analytics.text.score import score_waiting
from analytics.text.search_index import index_waiting
from analytics.text.theme_pass import apply_themes_waiting
from analytics.text.trainings import run_waiting_trainings

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


def hint_training() -> None:
    """Tell a worker to look now. Without a broker nothing is lost: the sweep finds the training."""
    try:
        train_waiting_models.apply_async(retry=False)
    except OperationalError:
        log.warning("the broker is away; the next sweep begins the training", exc_info=True)
