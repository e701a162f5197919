"""Reading of texts in the worker, and the hint that somebody waits for suggestions."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from analytics.text.score import score_waiting
from analytics.text.search_index import index_waiting
from analytics.text.theme_pass import apply_themes_waiting
from analytics.text.theme_suggestions import suggest_where_due

logger = logging.getLogger(__name__)


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
def suggest_themes() -> bool:
    return suggest_where_due()


def hint_suggestions() -> None:
    """Tell a worker to look now. Without a broker nothing is lost: the sweep finds that they are wanted."""
    try:
        suggest_themes.apply_async(retry=False)
    except OperationalError:
        logger.warning("the broker is away; the next sweep makes the suggestions", exc_info=True)
