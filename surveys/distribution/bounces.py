"""Noting what came back: whose mail it was, what it is, and what follows for the address."""

import email
import hashlib
import logging
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from surveys.authoring.kinds.cleaning import without_control_characters
from surveys.distribution.models import Delivery, ReturnedMail
from surveys.distribution.pausing import pause_if_all_fail
from surveys.distribution.returned import Kind, Returned, recognise
from surveys.distribution.suppress import BY_MANY_RETURNED_MAILS, BY_RETURNED_MAIL, note_bounce, note_complaint, note_soft_bounce
from surveys.distribution.tokens import delivery_from_return_path

logger = logging.getLogger(__name__)

UNREADABLE = gettext_noop("This mail could not be read; the log of the worker says why.")


def note_returned_mail(content: bytes, now: datetime) -> ReturnedMail | None:
    """Keep what `content` is, and let follow what must; None if the same mail was noted before.

    Whose it is, only the signed return path says: in the headers, or in the copy of the mail that came back.
    """
    returned = sorted_mail(content)
    delivery = delivery_from_return_path(content.decode("ascii", "replace"))
    kept = {"delivery": delivery, "kind": returned.kind, "reason": returned.reason, "received_at": now}
    with transaction.atomic():
        mail, is_new = ReturnedMail.objects.get_or_create(digest=hashlib.sha256(content).hexdigest(), defaults=kept)
        if is_new and delivery is not None:
            follow(delivery, returned, now)
    return mail if is_new else None


def sorted_mail(content: bytes) -> Returned:
    """What it is, in words that can be stored; one that breaks every reader is kept as such, and holds up no other."""
    try:
        returned = recognise(email.message_from_bytes(content))
        return replace(returned, reason=without_control_characters(returned.reason))
    except Exception:
        logger.exception("a returned mail could not be read")
        return Returned(Kind.ORDINARY, UNREADABLE)


def follow(delivery: Delivery, returned: Returned, now: datetime) -> None:
    """Automatic replies, delays and ordinary mails have no consequence."""
    match returned.kind:
        case Kind.HARD:
            delivery.mark_returned(Delivery.State.BOUNCED, returned.reason, now)
            note_bounce(delivery, BY_RETURNED_MAIL)
            pause_if_all_fail(delivery, now)
        case Kind.SOFT:
            delivery.mark_returned(Delivery.State.BOUNCED, returned.reason, now)
            note_soft_bounce(delivery, now, BY_MANY_RETURNED_MAILS)
            pause_if_all_fail(delivery, now)
        case Kind.COMPLAINT:
            delivery.mark_returned(Delivery.State.COMPLAINED, returned.reason, now)
            note_complaint(delivery)
