"""Who opened the page behind a mail: a person, or a program that looks at every link of every mail."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Max, Q
from django.utils.translation import gettext_noop

from surveys.distribution.models import Delivery, Invitation
from surveys.distribution.visit_models import Visit

logger = logging.getLogger(__name__)

BURST = timedelta(seconds=10)
SCORES_OF_A_BURST = 3  # nobody presses three buttons within so short a time
# A mail server may look at the links before it answers that it took the mail, so that nothing is noted as sent yet. Who waits
# in the queue was claimed too, and put back.
HANDED_OVER = [state for state in Delivery.State if state not in (Delivery.State.QUEUED, Delivery.State.DEFERRED, Delivery.State.CANCELLED)]
MOST_KEPT = 50  # of each kind, so that no scanner pushes out the person

BY_HEAD = gettext_noop("Asked for the address without the page.")
AT_ONCE = gettext_noop("Came within seconds of the mail.")
MANY_LINKS = gettext_noop("Opened many links at once.")


def note_visit(invitation: Invitation, method: str, score: int | None, now: datetime) -> None:
    """Keep that the page was opened; a failure is logged and keeps nobody from the page."""
    try:
        _note(invitation, method, score, now)
    except DatabaseError:
        logger.exception("a visit of invitation %s could not be kept", invitation.pk)


def _note(invitation: Invitation, method: str, score: int | None, now: datetime) -> None:
    lately = Q(visits__at__gt=now - BURST, visits__score__isnull=False)
    known = Invitation.objects.annotate(
        sent=Max("deliveries__sent_at"),
        handed_over=Max("deliveries__claimed_at", filter=Q(deliveries__state__in=HANDED_OVER)),
        people=Count("visits", distinct=True, filter=Q(visits__is_scanner=False)),
        scanners=Count("visits", distinct=True, filter=Q(visits__is_scanner=True)),
        scores=Count("visits__score", distinct=True, filter=lately & ~Q(visits__score=score)),
    )
    *mailed, people, scanners, others = known.values_list("sent", "handed_over", "people", "scanners", "scores").get(pk=invitation.pk)
    is_burst = score is not None and others + 1 >= SCORES_OF_A_BURST
    reason = BY_HEAD if method == "HEAD" else MANY_LINKS if is_burst else AT_ONCE if came_at_once(mailed, now) else ""
    if (scanners if reason else people) < MOST_KEPT:
        Visit.objects.create(invitation=invitation, at=now, is_scanner=bool(reason), reason=reason, score=score)
    if is_burst:
        earlier = Visit.objects.filter(invitation=invitation, at__gt=now - BURST, is_scanner=False)
        earlier.update(is_scanner=True, reason=MANY_LINKS)


def came_at_once(mailed: Iterable[datetime | None], now: datetime) -> bool:
    return any(at is not None and now - at < timedelta(seconds=settings.SCANNER_SECONDS) for at in mailed)
