"""What happened to one contact, over all distributions."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from surveys.customers.models import Contact
from surveys.distribution.models import Invitation, Skip
from surveys.distribution.time_line import Event, addresses_of, events_of, noted_about, undone_by, undone_events, with_history


def contact_time_line(contact: Contact) -> list[Event]:
    """Everything that is known, newest first; eight queries, however much there is."""
    invitations = list(with_history(Invitation.objects.filter(contact=contact)))
    events = [*skip_events(contact), *suppression_events(contact, invitations)]
    for invitation in invitations:
        events += [replace(event, distribution=invitation.distribution, invitation=invitation) for event in events_of(invitation)]
    return sorted(events, key=lambda event: event.at)[::-1]  # what came at one moment is turned round too


def skip_events(contact: Contact) -> Iterator[Event]:
    for skip in Skip.objects.filter(contact=contact).select_related("distribution__survey"):
        at = skip.distribution.confirmed_at or skip.distribution.created_at
        words = _("Skipped: %(reason)s") % {"reason": skip.get_reason_display()}
        yield Event(at, "slash-circle", words, distribution=skip.distribution)


def suppression_events(contact: Contact, invitations: list[Invitation]) -> Iterator[Event]:
    """What was noted about any address of the contact, be it of one survey or of all."""
    addresses = {contact.email.lower()}.union(*(addresses_of(invitation) for invitation in invitations))
    for row in noted_about(addresses).select_related("survey"):
        yield Event(row.created_at, "envelope-slash", row.get_reason_display(), row.source, row.email, survey=row.survey)
    for undone in undone_by(addresses):
        yield from undone_events(undone)
