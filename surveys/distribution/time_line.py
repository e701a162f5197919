"""What happened to one invitation, in the order in which it happened."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from feedback_site.access.models import User
from surveys.distribution.models import Delivery, Invitation, InvitationQuerySet, ReturnedMail, Suppression, SuppressionQuerySet
from surveys.distribution.objections import objection
from surveys.distribution.queries import PARTIAL
from surveys.distribution.setback_models import Setback
from surveys.distribution.undone_models import UndoneUnsubscription
from surveys.distribution.visit_models import Visit


@dataclass(frozen=True)
class Event:
    """One thing that happened: why, to which address, who did it; and of which distribution or survey, where there may be several."""

    at: datetime
    icon: str
    text: Any
    reason: str = ""
    address: str = ""
    by: User | None = None
    distribution: Any = None
    invitation: Invitation | None = None
    survey: Any = None


ICONS = {
    Delivery.State.SENDING: "send",
    Delivery.State.DEFERRED: "hourglass-split",
    Delivery.State.BOUNCED: "envelope-x",
    Delivery.State.COMPLAINED: "flag",
    Delivery.State.FAILED: "exclamation-triangle",
    Delivery.State.UNCERTAIN: "question-circle",
    Delivery.State.CANCELLED: "slash-circle",
}
WAITING = [Delivery.State.QUEUED, Delivery.State.DEFERRED]
CAME_BACK = [Delivery.State.BOUNCED, Delivery.State.COMPLAINED]
RETURNED_ICONS = {ReturnedMail.Kind.HARD: "envelope-x", ReturnedMail.Kind.SOFT: "envelope-dash", ReturnedMail.Kind.COMPLAINT: "flag"}


def with_history(invitations: InvitationQuerySet) -> "QuerySet[Invitation]":
    """With all that `time_line` tells of: five queries, however many there are."""
    mails = Prefetch("deliveries", Delivery.objects.with_recipient().order_by("number").prefetch_related("setbacks", "returned_mails"))
    return invitations.select_related("contact__account", "distribution__survey", "response").prefetch_related(mails, "visits")


def time_line(invitation: Invitation) -> list[Event]:
    """Everything that is known, oldest first."""
    return sorted([*events_of(invitation), *suppression_events(invitation)], key=lambda event: event.at)


def events_of(invitation: Invitation) -> Iterator[Event]:
    """What happened to the invitation itself, in no order."""
    yield Event(invitation.created_at, "person-plus", pgettext_lazy("event", "Invited"))
    for mail in invitation.deliveries.all():
        yield from mail_events(mail)
    yield from visit_events(invitation)
    yield from answer_events(invitation)


def mail_events(mail: Delivery) -> Iterator[Event]:
    yield Event(mail.created_at, "clock", _("Reminder queued") if mail.is_reminder else _("Mail queued"))
    yield from waiting_events(mail, timezone.now())
    for setback in mail.setbacks.all():
        yield setback_event(setback)
    if mail.sent_at:
        words = _("Reminder sent") if mail.is_reminder else _("Mail sent")
        yield Event(mail.sent_at, "envelope-check", words, address=mail.email)
    for back in mail.returned_mails.all():
        icon = RETURNED_ICONS.get(ReturnedMail.Kind(back.kind), "reply")
        yield Event(back.received_at, icon, back.get_kind_display(), back.reason)
    if mail.state in ICONS and not is_told(mail):
        state, at = Delivery.State(mail.state), mail.failed_at or mail.sent_at or mail.claimed_at or mail.created_at
        yield Event(at, ICONS[state], state.label, mail.reason, mail.email)


def waiting_events(mail: Delivery, now: datetime) -> Iterator[Event]:
    """When a mail that waits is to go, or that it will be dropped when its turn comes."""
    if mail.state not in WAITING:
        return
    reason = objection(mail.invitation, mail.invitation.distribution, mail.suppressed_as, now)  # type: ignore[attr-defined]
    if reason:
        yield Event(max(mail.not_before, now), "slash-circle", _("Will not be sent"), reason)
    elif mail.state == Delivery.State.QUEUED and mail.not_before > now:
        yield Event(mail.not_before, "calendar-event", _("Is to be sent, not earlier"))


def is_told(mail: Delivery) -> bool:
    """Whether its last setback, or a mail that came back, tells of the state that it is in."""
    setbacks = list(mail.setbacks.all())
    came_back = any(back.kind in RETURNED_ICONS for back in mail.returned_mails.all())
    return (bool(setbacks) and setbacks[-1].state == mail.state) or (came_back and mail.state in CAME_BACK)


def setback_event(setback: Setback) -> Event:
    """What held the mail up; as *queued*, that a person had it sent once more."""
    if setback.state == Delivery.State.QUEUED:
        return Event(setback.happened_at, "arrow-repeat", _("Somebody had it sent again"), setback.reason)
    state = Delivery.State(setback.state)
    return Event(setback.happened_at, ICONS.get(state, "envelope-check"), state.label, setback.reason)


def visit_events(invitation: Invitation) -> Iterator[Event]:
    """The first look by a person; what scanners did is gathered in one line."""
    visits: list[Visit] = list(invitation.visits.all())
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
    if response is not None and response.state == PARTIAL and not invitation.answered_at:
        yield Event(response.updated_at, "pencil-square", response.get_state_display())
    if invitation.answered_at and invitation.distribution.survey.is_anonymous:
        yield Event(invitation.answered_at, "incognito", _("Took part; the survey is anonymous, so that the time is not kept"))
    elif invitation.answered_at:
        yield Event(invitation.answered_at, "check2-circle", _("Answered"))


def suppression_events(invitation: Invitation) -> Iterator[Event]:
    """What was noted since about the addresses that were mailed: unsubscribed, and taken back or not, bounced, complained."""
    survey, since, addresses = invitation.distribution.survey_id, invitation.created_at, addresses_of(invitation)
    for row in noted_about(addresses).about(survey).filter(created_at__gte=since):
        yield Event(row.created_at, "envelope-slash", row.get_reason_display(), row.source)
    undone = undone_by(addresses).filter(Q(survey=None) | Q(survey=survey), undone_at__gte=since)
    yield from (replace(event, address="") for row in undone for event in undone_events(row) if event.at >= since)


def undone_events(row: UndoneUnsubscription) -> Iterator[Event]:
    """That somebody unsubscribed and came back; the list of suppressed addresses knows nothing of it any more."""
    unsubscribed = Suppression.Reason.UNSUBSCRIBED.label
    yield Event(row.unsubscribed_at, "envelope-slash", unsubscribed, row.source, row.email, survey=row.survey)
    yield Event(row.undone_at, "envelope-plus", pgettext_lazy("event", "Subscribed again"), row.undone_by, row.email, survey=row.survey)


def addresses_of(invitation: Invitation) -> set[str]:
    """The contact's, and those that its mails went to, in lower case."""
    mailed = {mail.email.lower() for mail in invitation.deliveries.all() if mail.email}
    return {invitation.contact.email.lower(), *mailed}


def noted_about(addresses: Iterable[str]) -> "SuppressionQuerySet":
    """Whatever their case; `addresses` in lower case."""
    return Suppression.objects.annotate(address=Lower("email")).filter(address__in=set(addresses))


def undone_by(addresses: Iterable[str]) -> "QuerySet[UndoneUnsubscription]":
    """What the owners of `addresses`, in lower case, have taken back."""
    return UndoneUnsubscription.objects.filter(email__in=set(addresses)).select_related("survey")
