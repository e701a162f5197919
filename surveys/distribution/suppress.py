"""Addresses that must not be mailed: asked for by the person, or found dead."""

from datetime import datetime, timedelta
from enum import Enum

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from surveys.authoring.models import Survey
from surveys.customers.models import Contact
from surveys.distribution.models import Delivery, Invitation, Suppression
from surveys.distribution.undone_models import UndoneUnsubscription

# Kept in English, and translated where they are shown.
BY_LINK = gettext_noop("unsubscribe link")
BY_ONE_CLICK = gettext_noop("one-click unsubscribe")
BY_SMTP = gettext_noop("refused by the mail server")
BY_RETURNED_MAIL = gettext_noop("a mail came back")
BY_MANY_RETURNED_MAILS = gettext_noop("several mails came back in a short time")
BY_COMPLAINT = gettext_noop("a complaint to the mail provider")

ONLY_UNSUBSCRIBED = _("Leave the survey empty: only who has unsubscribed may be unwanted by one survey alone.")


def unsubscribe(invitation: Invitation, source: str = BY_LINK, survey: Survey | None = None, email: str = "") -> Suppression:
    """Never mail this address again, or not for `survey`. What waits for it is dropped when its turn comes.

    `email` is where the mail went, if that may be another than the contact's by now.
    """
    row = {"email": email or address_of(invitation), "reason": Suppression.Reason.UNSUBSCRIBED, "survey": survey}
    return Suppression.objects.get_or_create(**row, defaults={"source": source})[0]


@transaction.atomic
def undo_unsubscribe(invitation: Invitation) -> bool:
    """The person says that it was a mistake. An address that bounces stays suppressed, and other surveys stay away.

    What was taken back is kept: it is the proof of why the person is mailed again.
    """
    undone = list(wishes(invitation).select_for_update())
    UndoneUnsubscription.objects.bulk_create(
        UndoneUnsubscription(
            email=row.email.lower(), survey_id=row.survey_id, source=row.source, unsubscribed_at=row.created_at, undone_by=BY_LINK
        )
        for row in undone
    )
    Suppression.objects.filter(pk__in=[row.pk for row in undone]).delete()
    return bool(undone)


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


def note_complaint(delivery: Delivery) -> None:
    """The person told the mail provider that this is spam: never mail the address again."""
    row = {"email": recipient(delivery), "reason": Suppression.Reason.COMPLAINED, "survey": None}
    Suppression.objects.get_or_create(**row, defaults={"source": BY_COMPLAINT})


@transaction.atomic
def note_bounce(delivery: Delivery, source: str) -> None:
    """The mailbox does not exist: keep the address from being mailed, whatever is imported later.

    The contact is marked only where that is still the address: somebody may have corrected it since.
    """
    email = recipient(delivery)
    active = Contact.objects.filter(pk=delivery.invitation.contact_id, status=Contact.Status.ACTIVE)
    active.filter(email__iexact=email).update(status=Contact.Status.BOUNCED)
    row = {"email": email, "reason": Suppression.Reason.BOUNCED, "survey": None}
    Suppression.objects.get_or_create(**row, defaults={"source": source})


def note_soft_bounce(delivery: Delivery, now: datetime, source: str) -> None:
    """A mail bounced for now: after several within the days that count, the address is taken for dead."""
    since = now - timedelta(days=settings.SOFT_BOUNCE_DAYS)
    bounced = Delivery.objects.filter(email=delivery.email, state=Delivery.State.BOUNCED, failed_at__gt=since)
    if bounced.count() >= settings.SOFT_BOUNCES:
        note_bounce(delivery, source)


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


def recipient(delivery: Delivery) -> str:
    """The address to which this mail went, whatever the contact's is by now."""
    return delivery.email.lower() or address_of(delivery.invitation)
