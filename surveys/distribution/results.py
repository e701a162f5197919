"""What becomes of a mail that was handed to the transport: its state, what held it up, and what that says of the address."""

import logging
from datetime import datetime, timedelta

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
    """Write down what became of a mail that was handed to the transport."""
    if result.outcome is Outcome.SENT:
        delivery.mark_sent(result.message_id)
        return
    logger.warning("mail %s: %s: %s", delivery.pk, result.outcome.value, result.reason)
    match result.outcome:
        case Outcome.NO_MAILBOX:
            delivery.mark_bounced(result.reason)
            note_bounce(delivery, BY_SMTP)
        case Outcome.REFUSED:
            give_up(delivery, result.reason)
        case Outcome.UNCERTAIN:
            delivery.mark_uncertain(result.reason)
        case Outcome.AWAY:
            delivery.put_back(result.reason, pause_while_away(delivery))
        case Outcome.LATER | Outcome.BROKEN:
            try_again(delivery, result.reason)
    now = timezone.now()
    note_setback(delivery, result.reason, now)
    if delivery.state in FAILED:
        pause_if_all_fail(delivery, now)
    cancel_if_stopped(delivery)


def try_again(delivery: Delivery, reason: str) -> None:
    """Put it off, longer each time; after the last pause it has failed."""
    if delivery.attempts > len(PAUSES):
        give_up(delivery, reason)
    else:
        delivery.mark_deferred(reason, PAUSES[delivery.attempts - 1])


def give_up(delivery: Delivery, reason: str) -> None:
    """It will not go. A full mailbox is a bounce for now; anything else says nothing about the address."""
    if is_mailbox_full(reason):
        delivery.mark_bounced(reason)
        note_soft_bounce(delivery, timezone.now(), BY_SMTP)
    else:
        delivery.mark_failed(reason)


def pause_while_away(delivery: Delivery) -> timedelta:
    """Twice as long each time that this mail found no server."""
    earlier = min(delivery.setbacks.filter(state=Delivery.State.DEFERRED).count(), 10)
    return min(PAUSE_WHILE_AWAY * 2**earlier, LONGEST_PAUSE_WHILE_AWAY)


def note_setback(delivery: Delivery, reason: str, now: datetime) -> None:
    """Keep, for the time line, that it did not go; the mail itself may go later and remember nothing of it."""
    Setback.objects.create(delivery=delivery, state=delivery.state, reason=reason, happened_at=now)


def cancel_if_stopped(delivery: Delivery) -> None:
    """A mail that a worker held while its distribution was stopped must not wait for ever."""
    if delivery.state == Delivery.State.DEFERRED:
        going = Distribution.objects.filter(pk=delivery.invitation.distribution_id, state__in=Distribution.UNDER_WAY)
        if not going.exists():
            delivery.cancel(STOPPED)
