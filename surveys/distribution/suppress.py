"""Addresses that must not be mailed: asked for by the person, or found dead."""

from django.utils.translation import gettext_noop

from surveys.customers.models import Contact
from surveys.distribution.models import Invitation, Suppression

# Kept in English, and translated where they are shown.
BY_LINK = gettext_noop("unsubscribe link")
BY_ONE_CLICK = gettext_noop("one-click unsubscribe")
BY_SMTP = gettext_noop("refused by the mail server")


def unsubscribe(invitation: Invitation, source: str = BY_LINK) -> Suppression:
    """Never mail this address again. What waits for it is dropped when its turn comes."""
    values = {"reason": Suppression.Reason.UNSUBSCRIBED, "source": source}
    suppression, _created = Suppression.objects.update_or_create(email=address_of(invitation), defaults=values)
    return suppression


def undo_unsubscribe(invitation: Invitation) -> bool:
    """The person says that it was a mistake. An address that bounces stays suppressed."""
    mistaken = Suppression.objects.filter(email=address_of(invitation), reason=Suppression.Reason.UNSUBSCRIBED)
    deleted, _per_model = mistaken.delete()
    return deleted > 0


def is_unsubscribed(invitation: Invitation) -> bool:
    return Suppression.objects.filter(email=address_of(invitation), reason=Suppression.Reason.UNSUBSCRIBED).exists()


def note_bounce(invitation: Invitation) -> None:
    """The mailbox does not exist: mark the contact and keep the address from being mailed, whatever is imported later."""
    Contact.objects.filter(pk=invitation.contact_id, status=Contact.Status.ACTIVE).update(status=Contact.Status.BOUNCED)
    values = {"reason": Suppression.Reason.BOUNCED, "source": BY_SMTP}
    Suppression.objects.get_or_create(email=address_of(invitation), defaults=values)


def address_of(invitation: Invitation) -> str:
    """Addresses are kept in lower case, as the same mailbox is written in many ways."""
    return invitation.contact.email.lower()
