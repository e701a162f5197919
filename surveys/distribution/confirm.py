"""From a prepared distribution to invitations: once, however often the button is pressed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from feedback_site.access import audit
from feedback_site.access.models import User
from surveys.distribution.audience import INVITED, Audience, in_survey_language, with_skip_reason
from surveys.distribution.models import Delivery, Distribution, Invitation, Skip

BATCH = 2000
STOPPED = gettext_noop("The distribution was stopped.")


def confirm(distribution: Distribution, user: User, now: datetime) -> bool:
    """Invite the audience as it is now, and note the skipped. False if somebody did so before, or it is too late."""
    with transaction.atomic():
        prepared = Distribution.objects.filter(pk=distribution.pk, state=Distribution.State.PREPARED, closes_at__gt=now)
        if prepared.update(state=Distribution.State.CONFIRMED, confirmed_at=now) == 0:
            return False
        invited, skipped = invite(distribution, user, now)
        audit.record(user, distribution, {"state": Distribution.State.CONFIRMED, "invited": invited, "skipped": skipped})
    distribution.refresh_from_db()
    return True


def invite(distribution: Distribution, user: User, now: datetime) -> tuple[int, int]:
    """Write the invitations with their first mail, and the skips, in batches; returns how many of each."""
    audience = Audience.from_json(distribution.audience).contacts(user)
    # Two distributions to the same people take turns here, so that the later sees whom the earlier has asked.
    list(audience.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    contacts = with_skip_reason(audience, distribution.survey, now)
    # Read to the end before writing: the decision looks at the very table that is written.
    contacts = contacts.annotate(asked_in=in_survey_language(distribution.version)).order_by("pk")
    decided = list(contacts.values_list("pk", "skip_reason", "asked_in"))
    invited = [(pk, language) for pk, reason, language in decided if reason == INVITED]
    skipped = [(pk, reason) for pk, reason, _language in decided if reason != INVITED]
    for rows in in_batches(invited):
        invitations = [Invitation(distribution=distribution, contact_id=pk, language=language) for pk, language in rows]
        invitations = Invitation.objects.bulk_create(invitations)
        Delivery.objects.bulk_create([Delivery(invitation=invitation, not_before=now) for invitation in invitations])
    for rows in in_batches(skipped):
        Skip.objects.bulk_create([Skip(distribution=distribution, contact_id=pk, reason=reason) for pk, reason in rows])
    return len(invited), len(skipped)


def in_batches(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def stop(distribution: Distribution, user: User) -> bool:
    """Cancel a distribution and every mail of it that still waits. False if it was cancelled before."""
    going = [Distribution.State.PREPARED, *Distribution.UNDER_WAY]
    with transaction.atomic():
        if Distribution.objects.filter(pk=distribution.pk, state__in=going).update(state=Distribution.State.CANCELLED) == 0:
            return False
        waiting = Delivery.objects.filter(invitation__distribution=distribution).waiting()
        stopped = waiting.update(state=Delivery.State.CANCELLED, reason=STOPPED)
        audit.record(user, distribution, {"state": Distribution.State.CANCELLED, "stopped": stopped})
    distribution.refresh_from_db()
    return True
