"""Sending what is due: claim one mail, look again whether it may go, hand it over, note what became of it."""

import logging
import random
import time
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_noop

from surveys.authoring.frozen import frozen_version
from surveys.customers.models import Contact
from surveys.distribution.confirm import STOPPED
from surveys.distribution.messages import invitation_message
from surveys.distribution.models import Delivery, Distribution, Suppression
from surveys.distribution.pausing import pause_if_all_fail
from surveys.distribution.provider_transport import ProviderTransport, open_transport
from surveys.distribution.send_rate import ALL, Rates, forget_old_minutes
from surveys.distribution.sending_hours import next_moment
from surveys.distribution.suppress import note_bounce
from surveys.distribution.transport import Outcome, Result, Transport, as_sent

logger = logging.getLogger(__name__)

PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
PAUSE_WHILE_AWAY = timedelta(seconds=30)
BATCH = 50
PLACES = 8
LONGEST_RUN = 50.0
# Longer than the dialogue for one mail can take, whose every step may wait for the time-out.
ABANDONED_AFTER = max(timedelta(minutes=5), 12 * timedelta(seconds=settings.EMAIL_TIMEOUT))

PAUSED = gettext_noop("The distribution is paused.")
ABANDONED = gettext_noop("The worker stopped while this mail was being sent.")
SUPPRESSED = gettext_noop("The address must not be mailed any more.")
BOUNCES = gettext_noop("The address bounces.")
LEFT = gettext_noop("The person has left the company.")
ACCOUNT_ENDED = gettext_noop("The account has left.")
CLOSED = gettext_noop("The survey was closed before this mail went out.")
ANSWERED = gettext_noop("Was answered before the reminder went out.")
NOT_BUILT = gettext_noop("The mail could not be written; the log of the worker says why.")

STOPS_THE_RUN = {Outcome.AWAY, Outcome.BROKEN, Outcome.UNCERTAIN}


def send_due_mails(seconds: float = LONGEST_RUN) -> Counter[Outcome]:
    """Send until nothing is due, the time is over, or the server is away. Any number may run at once."""
    tried: Counter[Outcome] = Counter()
    until, rates = time.monotonic() + seconds, Rates()
    with open_transport() as transport:
        while due := next_mails(rates):
            for delivery in due:
                if time.monotonic() > until or rates.is_full:
                    return tried
                outcome = send_one(delivery, transport, rates)
                if outcome is not None:
                    tried[outcome] += 1
                if outcome in STOPS_THE_RUN:
                    return tried
    return tried


def next_mails(rates: Rates) -> list[Delivery]:
    """Some of what is due now, but for domains that can take no more in this minute.

    Where there is much, each worker begins elsewhere, so that they do not try to claim the same mails all the time.
    """
    now = timezone.now()
    rates.begin(now)
    due = Delivery.objects.due(now).not_to(rates.full - {ALL})
    start = BATCH * random.randrange(PLACES)  # noqa: S311 - no secret
    return list(due[start : start + BATCH]) or list(due[:BATCH])


def send_one(delivery: Delivery, transport: Transport | ProviderTransport, rates: Rates) -> Outcome | None:
    """Send one mail, if no other worker has it and nothing speaks against it; None if it was not tried."""
    if not delivery.claim():
        return None
    try:
        fresh = claimed(delivery)
    except Delivery.DoesNotExist:  # the contact was removed at this moment, and the mail with it
        return None
    if fresh.invitation.distribution.state == Distribution.State.PAUSED:
        delivery.put_back(PAUSED, timedelta())
        return None
    now = timezone.now()
    objection = why_not(fresh, now)
    if objection:
        delivery.mark_needless(objection)
        return None
    hour = next_moment(now, fresh.invitation.contact.time_zone)
    if hour > now:
        delivery.postpone(hour)
        return None
    if not rates.take(fresh.invitation.contact.email, now):
        delivery.postpone(now)
        return None
    try:
        message = invitation_message(fresh)
        content = as_sent(message)
    except Exception:  # whatever is wrong with one mail must not hold up the others
        logger.exception("mail %s could not be written", delivery.pk)
        delivery.mark_failed(NOT_BUILT)
        return None
    result = transport.send(message, content)
    note(fresh, replace(result, message_id=str(message.extra_headers["Message-ID"])))
    return result.outcome


def claimed(delivery: Delivery) -> Delivery:
    """The mail with all that decides on it, as it is at this moment."""
    address = Suppression.objects.of_outer("invitation__contact__email", OuterRef("invitation__distribution__survey"))
    found = Delivery.objects.select_related("invitation__contact__account__segment", "invitation__distribution")
    fresh = found.annotate(is_suppressed=Exists(address)).get(pk=delivery.pk)
    distribution = fresh.invitation.distribution
    distribution.version = frozen_version(distribution.version_id)  # published, so that it never changes: read once by each process
    distribution.survey = distribution.version.survey
    return fresh


def why_not(delivery: Delivery, now: datetime) -> str:
    """Why this claimed mail must not go any more, or empty. Much may have happened since it was queued."""
    invitation, distribution = delivery.invitation, delivery.invitation.distribution
    contact, ended_on = invitation.contact, invitation.contact.account.ended_on
    objections = [
        (distribution.state != Distribution.State.CONFIRMED, STOPPED),
        (distribution.closes_at <= now, CLOSED),
        (delivery.is_suppressed, SUPPRESSED),  # type: ignore[attr-defined]
        (contact.status == Contact.Status.BOUNCED, BOUNCES),
        (contact.status == Contact.Status.LEFT, LEFT),
        (ended_on is not None and ended_on <= timezone.localdate(now), ACCOUNT_ENDED),
        (invitation.answered_at is not None, ANSWERED),
    ]
    return next((reason for holds, reason in objections if holds), "")


def note(delivery: Delivery, result: Result) -> None:
    """Write down what became of a mail that was handed to the transport."""
    if result.outcome is not Outcome.SENT:
        logger.warning("mail %s: %s: %s", delivery.pk, result.outcome.value, result.reason)
    match result.outcome:
        case Outcome.SENT:
            delivery.mark_sent(result.message_id)
        case Outcome.NO_MAILBOX:
            delivery.mark_bounced(result.reason)
            note_bounce(delivery.invitation)
            pause_if_all_fail(delivery.invitation.distribution, timezone.now())
        case Outcome.REFUSED:
            delivery.mark_failed(result.reason)
            pause_if_all_fail(delivery.invitation.distribution, timezone.now())
        case Outcome.UNCERTAIN:
            delivery.mark_uncertain(result.reason)
        case Outcome.AWAY:
            delivery.put_back(result.reason, PAUSE_WHILE_AWAY)
        case Outcome.LATER | Outcome.BROKEN:
            try_again(delivery, result.reason)


def try_again(delivery: Delivery, reason: str) -> None:
    """Put it off, longer each time; after the last pause it has failed."""
    if delivery.attempts > len(PAUSES):
        delivery.mark_failed(reason)
    else:
        delivery.mark_deferred(reason, PAUSES[delivery.attempts - 1])


def note_abandoned_mails(after: timedelta = ABANDONED_AFTER) -> int:
    """Mails that a worker took and never came back from are uncertain; a person decides."""
    forget_old_minutes(timezone.now())
    abandoned = Delivery.objects.filter(state=Delivery.State.SENDING, claimed_at__lt=timezone.now() - after)
    return abandoned.update(state=Delivery.State.UNCERTAIN, reason=ABANDONED)
