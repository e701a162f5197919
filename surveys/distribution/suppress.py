"""Addresses that must not be mailed: asked for by the person, or found dead."""

from enum import Enum

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from surveys.authoring.models import Survey
from surveys.customers.models import Contact
from surveys.distribution.models import Invitation, Suppression

# Kept in English, and translated where they are shown.
BY_LINK = gettext_noop("unsubscribe link")
BY_ONE_CLICK = gettext_noop("one-click unsubscribe")
BY_SMTP = gettext_noop("refused by the mail server")
BY_RETURNED_MAIL = gettext_noop("a mail came back")
BY_MANY_RETURNED_MAILS = gettext_noop("several mails came back in a short time")
BY_COMPLAINT = gettext_noop("a complaint to the mail provider")


def unsubscribe(invitation: Invitation, source: str = BY_LINK, survey: Survey | None = None) -> Suppression:
    """Never mail this address again, or not for `survey`. What waits for it is dropped when its turn comes."""
    row = {"email": address_of(invitation), "reason": Suppression.Reason.UNSUBSCRIBED, "survey": survey}
    return Suppression.objects.get_or_create(**row, defaults={"source": source})[0]


def undo_unsubscribe(invitation: Invitation) -> bool:
    """The person says that it was a mistake. An address that bounces stays suppressed, and other surveys stay away."""
    deleted, _per_model = wishes(invitation).delete()
    return deleted > 0


class Wish(Enum):
    """What the person wants no more of."""

    NOTHING = ""
    SURVEY = "survey"
    ALL = "all"


def wish_of(invitation: Invitation) -> Wish:
    surveys = list(wishes(invitation).values_list("survey", flat=True))
    return Wish.NOTHING if not surveys else Wish.ALL if None in surveys else Wish.SURVEY


def wishes(invitation: Invitation) -> "QuerySet[Suppression]":
    """What the person asked for, as far as it concerns this invitation."""
    asked = Suppression.objects.filter(email=address_of(invitation), reason=Suppression.Reason.UNSUBSCRIBED)
    return asked.filter(Q(survey=None) | Q(survey=survey_of(invitation)))


def survey_of(invitation: Invitation) -> Survey | None:
    """None where the invitation was deleted with its contact."""
    return invitation.distribution.survey if invitation.distribution_id else None


def note_complaint(invitation: Invitation) -> None:
    """The person told the mail provider that this is spam: never mail the address again."""
    row = {"email": address_of(invitation), "reason": Suppression.Reason.COMPLAINED}
    Suppression.objects.get_or_create(**row, defaults={"source": BY_COMPLAINT})


@transaction.atomic
def note_bounce(invitation: Invitation, source: str = BY_SMTP) -> None:
    """The mailbox does not exist: mark the contact and keep the address from being mailed, whatever is imported later."""
    Contact.objects.filter(pk=invitation.contact_id, status=Contact.Status.ACTIVE).update(status=Contact.Status.BOUNCED)
    row = {"email": address_of(invitation), "reason": Suppression.Reason.BOUNCED}
    Suppression.objects.get_or_create(**row, defaults={"source": source})


@transaction.atomic
def lift_bounce(suppression: Suppression) -> bool:
    """A person says that the mailbox works (again). What its owner asked for stays. False for any other reason."""
    if suppression.reason != Suppression.Reason.BOUNCED:
        return False
    for contact in Contact.objects.filter(email__iexact=suppression.email, status=Contact.Status.BOUNCED):
        contact.status = Contact.Status.ACTIVE
        contact.save(update_fields=["status"])
    suppression.delete()
    return True


def address_of(invitation: Invitation) -> str:
    """Addresses are kept in lower case, as the same mailbox is written in many ways."""
    return invitation.contact.email.lower()
