"""What becomes of a mail that was handed to the transport: its state, what held it up, and what that says of the address."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from surveys.distribution.confirm import STOPPED
from surveys.distribution.models import Delivery, Distribution
from surveys.distribution.pausing import FAILED, pause_if_all_fail
from surveys.distribution.refusals import is_mailbox_full
from surveys.distribution.setback_models import Setback
from surveys.distribution.suppress import BY_SMTP, note_bounce, note_soft_bounce
from surveys.distribution.transport import Outcome, Result

logger = logging.getLogger(__name__)

PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
PAUSE_WHILE_AWAY, LONGEST_PAUSE_WHILE_AWAY = timedelta(seconds=30), timedelta(minutes=30)


def note(delivery: Delivery, result: Result) -> None:
    """Write down what became of a mail that was handed to the transport.

    Where the mail is not this worker's any more, as it was given up meanwhile, only what was sent is noted.
    """
    if result.outcome is Outcome.SENT:
        delivery.mark_sent(result.message_id)
        return
    logger.warning("mail %s: %s: %s", delivery.pk, result.outcome.value, result.reason)
    now = timezone.now()
    with transaction.atomic():
        if not moved(delivery, result):
            return
        note_setback(delivery, result.reason, now)
        if delivery.state == Delivery.State.BOUNCED:
            follow_bounce(delivery, result, now)
    if delivery.state in FAILED:
        pause_if_all_fail(delivery, now)
    cancel_if_stopped(delivery)


def moved(delivery: Delivery, result: Result) -> bool:
    """Bring the mail into its next state; false where it was not in this worker's hands any more."""
    match result.outcome:
        case Outcome.NO_MAILBOX:
            return delivery.mark_bounced(result.reason)
        case Outcome.REFUSED:
            return give_up(delivery, result.reason)
        case Outcome.UNCERTAIN:
            return delivery.mark_uncertain(result.reason)
        case Outcome.AWAY:
            return delivery.put_back(result.reason, pause_while_away(delivery))
        case _:
            return try_again(delivery, result.reason)


def try_again(delivery: Delivery, reason: str) -> bool:
    """Put it off, longer each time; after the last pause it has failed."""
    if delivery.attempts > len(PAUSES):
        return give_up(delivery, reason)
    return delivery.mark_deferred(reason, PAUSES[delivery.attempts - 1])


def give_up(delivery: Delivery, reason: str) -> bool:
    """It will not go. A full mailbox is a bounce for now; anything else says nothing about the address."""
    return delivery.mark_bounced(reason) if is_mailbox_full(reason) else delivery.mark_failed(reason)


def follow_bounce(delivery: Delivery, result: Result, now: datetime) -> None:
    """No such mailbox: the address is dead at once. A full one: after several."""
    if result.outcome is Outcome.NO_MAILBOX:
        note_bounce(delivery, BY_SMTP)
    else:
        note_soft_bounce(delivery, now, BY_SMTP)


def pause_while_away(delivery: Delivery) -> timedelta:
    """Twice as long each time that this mail found no server."""
    earlier = min(delivery.setbacks.filter(state=Delivery.State.DEFERRED).count(), 10)
    return min(PAUSE_WHILE_AWAY * 2**earlier, LONGEST_PAUSE_WHILE_AWAY)


def note_setback(delivery: Delivery, reason: str, now: datetime) -> None:
    """Keep, for the time line, that it did not go; the mail itself may go later and remember nothing of it."""
    Setback.objects.create(delivery=delivery, state=delivery.state, reason=reason, happened_at=now)


def cancel_if_stopped(delivery: Delivery) -> None:
    """A mail that a worker held while its distribution was stopped must not wait for ever."""
    if delivery.state in (Delivery.State.QUEUED, Delivery.State.DEFERRED):
        going = Distribution.objects.filter(pk=delivery.invitation.distribution_id, state__in=Distribution.UNDER_WAY)
        if not going.exists():
            delivery.cancel(STOPPED)
