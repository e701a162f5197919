"""Text scoring, themes and search in the worker."""

from celery import shared_task

from analytics.text.score import score_waiting
from analytics.text.search_index import index_waiting
from analytics.text.theme_pass import apply_themes_waiting


@shared_task
def score_waiting_texts() -> int:
    return score_waiting()


@shared_task
def apply_themes() -> int:
    return apply_themes_waiting()


@shared_task
def index_waiting_texts() -> int:
    return index_waiting()
