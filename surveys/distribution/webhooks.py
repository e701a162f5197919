"""What a mail provider tells by webhook: kept and followed as what comes back by mail is.

django-anymail checks that the provider has signed it, and says it in words of its own, the same for all providers.
"""

import hashlib
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from surveys.authoring.kinds.cleaning import without_control_characters
from surveys.distribution.bounces import follow
from surveys.distribution.models import ReturnedMail
from surveys.distribution.refusals import is_for_good
from surveys.distribution.returned import Kind, Returned
from surveys.distribution.suppress import recipient, unsubscribe
from surveys.distribution.tokens import delivery_of_mark

BY_PROVIDER = gettext_noop("unsubscribed at the mail provider")
LONGEST_REASON = 500


def on_tracking(sender: Any, event: AnymailTrackingEvent, esp_name: str, **_others: Any) -> None:
    """anymail's receiver of events."""
    note_event(event, esp_name)


def note_event(event: AnymailTrackingEvent, provider: str) -> ReturnedMail | None:
    """Keep the event once, and let follow what must; None for what is of no interest, or was noted before.

    Whose mail it was, only the signed mark says that travelled with it, never the address.
    """
    delivery = delivery_of_mark(str((event.metadata or {}).get("mail", "")))
    if event.event_type == EventType.UNSUBSCRIBED and delivery is not None:
        unsubscribe(delivery.invitation, BY_PROVIDER, email=recipient(delivery))
        return None
    kind = kind_of(event)
    if kind is None:
        return None
    now = timezone.now()
    returned = Returned(kind, reason_of(event))
    kept = {"delivery": delivery, "kind": kind, "reason": returned.reason, "received_at": now}
    with transaction.atomic():
        mail, is_new = ReturnedMail.objects.get_or_create(digest=digest_of(event, provider), defaults=kept)
        if is_new and delivery is not None:
            follow(delivery, returned, now)
    return mail if is_new else None


def kind_of(event: AnymailTrackingEvent) -> Kind | None:
    if event.event_type == EventType.COMPLAINED:
        return Kind.COMPLAINT
    if event.event_type == EventType.DEFERRED:
        return Kind.DELAYED
    if event.event_type in (EventType.BOUNCED, EventType.REJECTED, EventType.FAILED):
        is_dead = event.reject_reason == "invalid" or is_for_good("", event.mta_response or "", event.description or "")
        return Kind.HARD if is_dead and event.event_type == EventType.BOUNCED else Kind.SOFT
    return None


def reason_of(event: AnymailTrackingEvent) -> str:
    words = " ".join(part for part in (event.mta_response, event.description, event.reject_reason) if part)
    return without_control_characters(words)[:LONGEST_REASON]


def digest_of(event: AnymailTrackingEvent, provider: str) -> str:
    """The same for an event that is told twice."""
    known = event.event_id or f"{event.message_id} {event.event_type} {event.recipient} {event.timestamp}"
    return hashlib.sha256(f"{provider} {known}".encode()).hexdigest()
