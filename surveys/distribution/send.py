"""Sending what is due: claim one mail, see whether it may go, hand it over, note what became of it."""

import logging
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from feedback_site.mails import Look
from surveys.authoring.frozen import frozen_version
from surveys.authoring.models import Survey
from surveys.distribution.brand import look_of
from surveys.distribution.confirm import STOPPED
from surveys.distribution.fatigue import asked_meanwhile
from surveys.distribution.messages import invitation_message
from surveys.distribution.models import Delivery, Distribution
from surveys.distribution.objections import objection
from surveys.distribution.provider_transport import ProviderTransport, open_transport
from surveys.distribution.results import cancel_if_stopped, note
from surveys.distribution.send_rate import ALL, Rates, forget_old_minutes
from surveys.distribution.sending_hours import next_moment
from surveys.distribution.setback_models import Setback
from surveys.distribution.transport import Outcome, Transport, as_sent

logger = logging.getLogger(__name__)

BATCH = 50
PLACES = 8
FRESH = 1.0  # seconds; what was read about people longer ago is read again before they are mailed
LONGEST_RUN = 50.0
JUST_WRITTEN = timedelta(hours=1)  # so long holds what was decided when the person was invited
CLOCKS_APART = timedelta(minutes=2)  # between any two workers
# Longer than the dialogue for one mail can take, whose every step may wait for the time-out.
ABANDONED_AFTER = max(timedelta(minutes=5), 12 * timedelta(seconds=settings.EMAIL_TIMEOUT)) + CLOCKS_APART

ABANDONED = gettext_noop("The worker stopped while this mail was being sent.")
ASKED_MEANWHILE = gettext_noop("Another survey has reached the person meanwhile, too recently to ask again.")
NOT_BUILT = gettext_noop("The mail could not be written; the log of the worker says why.")

STOPS_THE_RUN = {Outcome.AWAY, Outcome.BROKEN, Outcome.UNCERTAIN}


def send_due_mails(seconds: float = LONGEST_RUN) -> Counter[Outcome]:
    """Send until nothing is due, the time is over, or the server is away. Any number may run at once."""
    tried: Counter[Outcome] = Counter()
    until, rates = time.monotonic() + seconds, Rates()
    with open_transport() as transport:
        while due := next_mails(rates):
            for delivery, look in while_fresh(due):
                if time.monotonic() > until or rates.is_full:
                    return tried
                outcome = send_one(delivery, look, transport, rates)
                if outcome is not None:
                    tried[outcome] += 1
                if outcome in STOPS_THE_RUN:
                    return tried
    return tried


def next_mails(rates: Rates) -> list[tuple[Delivery, Look]]:
    """Some of what is due now with their look, but for domains that can take no more in this minute.

    Where there is much, each worker begins elsewhere, so that they do not try to claim the same mails all the time.
    """
    now = timezone.now()
    rates.begin(now)
    due = Delivery.objects.due(now).not_to(rates.full - {ALL}).with_recipient()
    start = BATCH * random.randrange(PLACES)  # noqa: S311 - no secret
    return with_what_they_share(list(due[start : start + BATCH]) or list(due[:BATCH]))


def with_what_they_share(mails: list[Delivery]) -> list[tuple[Delivery, Look]]:
    """The survey, its version and the brand are read once for all of these mails."""
    looks: dict[int, Look] = {}
    surveys = Survey.objects.in_bulk({mail.invitation.distribution.survey_id for mail in mails})  # its limits may have changed
    for mail in mails:
        distribution = mail.invitation.distribution
        distribution.version = frozen_version(distribution.version_id)  # published, so that it never changes
        distribution.survey = surveys[distribution.survey_id]
        if distribution.survey_id not in looks:
            looks[distribution.survey_id] = look_of(distribution.survey)
    return [(mail, looks[mail.invitation.distribution.survey_id]) for mail in mails]


def while_fresh(mails: list[tuple[Delivery, Look]]) -> Iterator[tuple[Delivery, Look]]:
    """The first of them, and more for as long as what was read about them is new."""
    until = time.monotonic() + FRESH
    for place, mail in enumerate(mails):
        if place and time.monotonic() > until:
            return
        yield mail


def send_one(delivery: Delivery, look: Look, transport: Transport | ProviderTransport, rates: Rates) -> Outcome | None:
    """Send one mail of `next_mails`, if no other worker has it and nothing speaks against it; None if it was not tried."""
    if not delivery.claim():
        return None
    now = timezone.now()
    reason = why_not(delivery, now) or why_not_by_now(delivery, now)
    if reason:
        delivery.mark_needless(reason)
        return None
    hour = next_moment(now, delivery.invitation.contact.time_zone)
    if hour > now:
        delivery.postpone(hour)
        cancel_if_stopped(delivery)
        return None
    if not rates.take(delivery.email, now):
        delivery.postpone(now)
        cancel_if_stopped(delivery)
        return None
    try:
        message = invitation_message(delivery, look)
        content = as_sent(message)
    except Exception:  # whatever is wrong with one mail must not hold up the others
        logger.exception("mail %s could not be written", delivery.pk)
        delivery.mark_failed(NOT_BUILT)
        return None
    result = transport.send(message, content)
    note(delivery, replace(result, message_id=str(message.extra_headers["Message-ID"])))
    return result.outcome


def why_not(delivery: Delivery, now: datetime) -> str:
    """Why this claimed mail must not go any more, or empty. Much may have happened since it was queued."""
    invitation, distribution = delivery.invitation, delivery.invitation.distribution
    if distribution.state != Distribution.State.CONFIRMED:
        return STOPPED
    return objection(invitation, distribution, delivery.suppressed_as, now)  # type: ignore[attr-defined]


def why_not_by_now(delivery: Delivery, now: datetime) -> str:
    """A mail that waited long, as it was paused or spread over days, may come too soon after another; or empty."""
    has_waited = not delivery.is_reminder and now - delivery.created_at > JUST_WRITTEN
    return ASKED_MEANWHILE if has_waited and asked_meanwhile(delivery.invitation, now) else ""


def note_abandoned_mails(after: timedelta = ABANDONED_AFTER) -> int:
    """Mails that a worker took and never came back from are uncertain; a person decides."""
    now = timezone.now()
    forget_old_minutes(now)
    abandoned = Delivery.objects.filter(state=Delivery.State.SENDING, claimed_at__lt=now - after)
    with transaction.atomic():
        rows = list(abandoned.select_for_update().only("pk"))
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(state=Delivery.State.UNCERTAIN, reason=ABANDONED)
        Setback.objects.bulk_create(
            Setback(delivery=row, state=Delivery.State.UNCERTAIN, reason=ABANDONED, happened_at=now) for row in rows
        )
    return len(rows)
