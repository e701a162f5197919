"""Tasks of distribution, and the hint that there is something to send."""

import logging

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from surveys.distribution import bounce_mailbox, remind, schedules, send

logger = logging.getLogger(__name__)


@shared_task
def send_due_mails() -> None:
    send.send_due_mails()


@shared_task
def note_abandoned_mails() -> None:
    send.note_abandoned_mails()


@shared_task
def run_schedules() -> None:
    schedules.run_schedules(timezone.now())


@shared_task
def remind_due() -> None:
    remind.remind_due(timezone.now())


@shared_task
def read_bounce_mailbox() -> None:
    bounce_mailbox.read_bounce_mailbox()


def hint_sending() -> bool:
    """Tell a worker to look now. False without a broker; nothing is lost then, as the sweep finds the mails."""
    try:
        send_due_mails.apply_async(retry=False)
    except OperationalError as error:
        logger.warning("the broker is away (%s); the next sweep sends the mails", error)
        return False
    return True
