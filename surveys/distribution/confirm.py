"""From a prepared distribution to invitations: once, however often the button is pressed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from feedback_site.access import audit
from feedback_site.access.models import User
from feedback_site.planner import count_anew
from surveys.customers.models import Contact
from surveys.distribution.audience import INVITED, Audience, Decided, ListLost, decide_about, has_lost_a_list
from surveys.distribution.models import Delivery, Distribution, Invitation, Skip
from surveys.distribution.pacing import can_mail, paced, starts_at, wave_of
from surveys.distribution.seen import Seen

BATCH = 2000
MANY = 1000  # rows at once, of which the database should know when it plans the next queries
STOPPED = gettext_noop("The distribution was stopped.")


def confirm(distribution: Distribution, user: User, now: datetime, seen: Seen | None = None) -> bool:
    """Invite the audience as it is now, and note the skipped. False if somebody did so before, or no mail could go before it closes.

    Raises, with nothing changed, ListLost where an exclusion list was deleted, and NotAsSeen where it is not what a person
    has `seen` any more.
    """
    if not can_mail(starts_at(distribution, now), distribution.closes_at):
        return False
    with transaction.atomic():
        prepared = Distribution.objects.filter(pk=distribution.pk, state=Distribution.State.PREPARED, closes_at__gt=now)
        if prepared.update(state=Distribution.State.CONFIRMED, confirmed_at=now) == 0:
            return False
        distribution.refresh_from_db()  # held from the update on: nobody changes it now
        if seen:
            seen.must_be_settings_of(distribution)
        invited, skipped = invite(distribution, user, now, seen)
        audit.record(user, distribution, {"state": Distribution.State.CONFIRMED, "invited": invited, "skipped": skipped})
    if invited >= MANY:
        count_anew(Invitation, Delivery)
    return True


def invite(distribution: Distribution, user: User, now: datetime, seen: Seen | None = None) -> tuple[int, int]:
    """Write the invitations with their first mail, and the skips, in batches; returns how many of each."""
    audience = Audience.from_json(distribution.audience)
    return invite_among(audience.contacts(user), distribution, audience, now, seen)


def invite_among(
    contacts: "QuerySet[Contact]", distribution: Distribution, audience: Audience, now: datetime, seen: Seen | None = None
) -> tuple[int, int]:
    """As `invite`, for `contacts` that were chosen already; whoever has a place in the distribution keeps it."""
    # Two distributions to the same people take turns here, so that the later sees whom the earlier has asked.
    list(contacts.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    decided = decide_about(contacts, audience, distribution.version, starts_at(distribution, now))
    if has_lost_a_list(audience):  # asked after the decision: a list that is there now was there then
        raise ListLost
    invited = [person for person in decided if person.reason == INVITED]
    skipped = [person for person in decided if person.reason != INVITED]
    if seen:
        seen.must_invite(len(invited))
    for rows in in_batches(list(paced(invited, wave_of(distribution, now)))):
        write_invitations(distribution, rows)
    for people in in_batches(skipped):
        skips = [Skip(distribution=distribution, contact_id=person.contact, reason=person.reason) for person in people]
        Skip.objects.bulk_create(skips, ignore_conflicts=True)
    return len(invited), len(skipped)


def write_invitations(distribution: Distribution, rows: Sequence[tuple[Decided, datetime]]) -> None:
    invitations = Invitation.objects.bulk_create(
        [Invitation(distribution=distribution, contact_id=person.contact, language=person.language) for person, _at in rows]
    )
    Delivery.objects.bulk_create(
        [Delivery(invitation=invitation, not_before=at) for invitation, (_person, at) in zip(invitations, rows, strict=True)]
    )


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
