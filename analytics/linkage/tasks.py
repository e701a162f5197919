"""Queue wrappers: the work is in rollup.py."""

from celery import shared_task

from analytics.linkage import rollup


@shared_task
def refresh_rollups(force: bool = False) -> bool:
    return rollup.refresh_rollups(force=force)
