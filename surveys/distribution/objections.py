"""Why a mail that waits will not go any more: the one decision for the moment of sending, and for whoever looks before."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_noop

from surveys.customers.models import Contact
from surveys.distribution.models import Distribution, Invitation, Suppression

UNSUBSCRIBED = gettext_noop("The person has unsubscribed.")
COMPLAINED = gettext_noop("The person has reported a mail as spam.")
BOUNCES = gettext_noop("The address bounces.")
LEFT = gettext_noop("The person has left the company.")
ACCOUNT_ENDED = gettext_noop("The account has left.")
CLOSED = gettext_noop("The survey was closed before this mail went out.")
ANSWERED = gettext_noop("Was answered before the reminder went out.")
gettext_noop("The address must not be mailed any more.")  # so it was noted of any suppression, and stands there

SUPPRESSED: dict[str, str] = {
    Suppression.Reason.UNSUBSCRIBED: UNSUBSCRIBED,
    Suppression.Reason.COMPLAINED: COMPLAINED,
    Suppression.Reason.BOUNCED: BOUNCES,
}


def objection(invitation: Invitation, distribution: Distribution, suppressed_as: str | None, now: datetime) -> str:
    """Why no further mail of `invitation` goes, whether or not its distribution is paused; or empty. No query.

    `suppressed_as` is why its address is suppressed, if it is. The contact and its account must have been read.
    """
    contact, ended_on = invitation.contact, invitation.contact.account.ended_on
    objections = [
        (distribution.closes_at <= now, CLOSED),
        (suppressed_as is not None, SUPPRESSED.get(suppressed_as or "", "")),
        (contact.status == Contact.Status.BOUNCED, BOUNCES),
        (contact.status == Contact.Status.LEFT, LEFT),
        (ended_on is not None and ended_on <= timezone.localdate(now), ACCOUNT_ENDED),
        (invitation.answered_at is not None, ANSWERED),
    ]
    return next((reason for holds, reason in objections if holds), "")
