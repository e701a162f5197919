"""Text scoring in the worker."""

from celery import shared_task

from analytics.text.score import score_waiting
from analytics.text.theme_pass import apply_themes_waiting


@shared_task
def score_waiting_texts() -> int:
    return score_waiting()


@shared_task
def apply_themes() -> int:
    return apply_themes_waiting()
