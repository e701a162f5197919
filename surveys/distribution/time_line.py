"""What happened to one invitation, in the order in which it happened; and to one contact over all distributions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from surveys.customers.models import Contact
from surveys.distribution.models import Delivery, Invitation, ReturnedMail, Skip, Suppression
from surveys.distribution.visit_models import Visit


@dataclass(frozen=True)
class Event:
    """One thing that happened to an invitation."""

    at: datetime
    icon: str
    text: Any
    reason: str = ""


ICONS = {
    Delivery.State.SENDING: "send",
    Delivery.State.DEFERRED: "hourglass-split",
    Delivery.State.BOUNCED: "envelope-x",
    Delivery.State.COMPLAINED: "flag",
    Delivery.State.FAILED: "exclamation-triangle",
    Delivery.State.UNCERTAIN: "question-circle",
    Delivery.State.CANCELLED: "slash-circle",
}
RETURNED_ICONS = {ReturnedMail.Kind.HARD: "envelope-x", ReturnedMail.Kind.SOFT: "envelope-dash", ReturnedMail.Kind.COMPLAINT: "flag"}


def time_line(invitation: Invitation) -> list[Event]:
    """Everything that is known, oldest first."""
    events = [Event(invitation.created_at, "person-plus", _("Invited"))]
    for mail in invitation.deliveries.all():
        events += mail_events(mail)
    events += [*visit_events(invitation), *answer_events(invitation), *suppression_events(invitation)]
    return sorted(events, key=lambda event: event.at)


def mail_events(mail: Delivery) -> list[Event]:
    queued = _("Reminder queued") if mail.is_reminder else _("Mail queued")
    events = [Event(mail.created_at, "clock", queued)]
    if mail.state == Delivery.State.QUEUED and mail.not_before > timezone.now():
        events.append(Event(mail.not_before, "calendar-event", _("Is to be sent, not earlier")))
    if mail.sent_at:
        events.append(Event(mail.sent_at, "envelope-check", _("Reminder sent") if mail.is_reminder else _("Mail sent")))
    elif mail.state in ICONS:
        label = Delivery.State(mail.state).label
        events.append(Event(mail.claimed_at or mail.created_at, ICONS[Delivery.State(mail.state)], label, mail.reason))
    returned = mail.returned_mails.all()
    return events + [
        Event(back.received_at, RETURNED_ICONS.get(ReturnedMail.Kind(back.kind), "reply"), back.get_kind_display(), back.reason)
        for back in returned
    ]


def visit_events(invitation: Invitation) -> Iterator[Event]:
    """The first look by a person; what scanners did is gathered in one line."""
    visits = list(Visit.objects.filter(invitation=invitation))
    person = next((visit for visit in visits if not visit.is_scanner), None)
    if person:
        yield Event(person.at, "eye", _("Opened the page"))
    scanners = [visit for visit in visits if visit.is_scanner]
    if scanners:
        words = ngettext_lazy("A scanner looked at %(n)s link", "A scanner looked at %(n)s links", len(scanners)) % {"n": len(scanners)}
        yield Event(scanners[0].at, "robot", words, scanners[0].reason)


def answer_events(invitation: Invitation) -> Iterator[Event]:
    response = getattr(invitation, "response", None)
    if response is not None:
        yield Event(response.started_at, "pencil", _("Began to answer"))
    if invitation.answered_at and invitation.distribution.survey.is_anonymous:
        yield Event(invitation.answered_at, "incognito", _("Took part; the survey is anonymous, so that the time is not kept"))
    elif invitation.answered_at:
        yield Event(invitation.answered_at, "check2-circle", _("Answered"))


def suppression_events(invitation: Invitation) -> Iterator[Event]:
    """What was noted about the address since: unsubscribed, bounced, complained."""
    rows = Suppression.objects.filter(email__iexact=invitation.contact.email, created_at__gte=invitation.created_at)
    for row in rows:
        yield Event(row.created_at, "envelope-slash", row.get_reason_display(), row.source)


@dataclass(frozen=True)
class Asked:
    """One distribution in the life of a contact: invited, or skipped with a reason."""

    at: datetime
    distribution: Any
    invitation: Invitation | None = None
    skip: Skip | None = None


def asked_of(contact: Contact, most: int) -> list[Asked]:
    """Newest first, at most `most` of each kind; two queries."""
    skips = Skip.objects.filter(contact=contact).select_related("distribution__survey").order_by("-pk")[:most]
    rows = [Asked(skip.distribution.confirmed_at or skip.distribution.created_at, skip.distribution, skip=skip) for skip in skips]
    rows += [Asked(one.created_at, one.distribution, invitation=one) for one in invitations_of(contact)[:most]]
    return sorted(rows, key=lambda row: row.at, reverse=True)


def invitations_of(contact: Contact) -> "QuerySet[Invitation, Any]":
    last = Delivery.objects.filter(invitation=OuterRef("pk")).order_by("-number")
    seen = Visit.objects.filter(invitation=OuterRef("pk"), is_scanner=False)
    found = (
        Invitation.objects.filter(contact=contact)
        .select_related("distribution__survey")
        .annotate(mail_state=Subquery(last.values("state")[:1]), mail_sent_at=Subquery(last.values("sent_at")[:1]), was_opened=Exists(seen))
    )
    return found.order_by("-pk")
