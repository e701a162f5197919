"""Tasks of imports, and the hint that there is something to run."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from feedback_site.imports import run

logger = logging.getLogger(__name__)


@shared_task
def run_waiting_imports() -> None:
    run.run_waiting_imports()


def hint_imports() -> None:
    """Tell a worker to look now. Without a broker nothing is lost: the sweep finds the import."""
    try:
        run_waiting_imports.apply_async(retry=False)
    except OperationalError:
        logger.warning("the broker is away; the next sweep runs the import", exc_info=True)
