"""Tokens in mails: signed references of an invitation, with one salt per purpose.

A token that was changed, or made for another purpose, is worth nothing: the caller gets None, and the
reason goes to the debug log.
"""

import logging

from django.core.signing import BadSignature, Signer
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from surveys.customers.models import Contact
from surveys.distribution.models import Invitation

logger = logging.getLogger(__name__)

ANSWER = "kesher.answer"
UNSUBSCRIBE = "kesher.unsubscribe"
PARTS = "~"


def answer_token(invitation: Invitation) -> str:
    """The token of the page on which this invitation is answered."""
    return _signer(ANSWER).sign(invitation.reference)


def unsubscribe_token(invitation: Invitation) -> str:
    """The token of the page on which the invited person stops all mail.

    It carries the address and the language, so that it works when the contact was deleted since: the mail is still there.
    """
    address = urlsafe_base64_encode(invitation.contact.email.encode())
    return _signer(UNSUBSCRIBE).sign(PARTS.join([invitation.reference, invitation.language, address]))


def invitation_from_answer_token(token: str, *related: str) -> Invitation | None:
    """The invitation with its distribution, contact and account, and in the same query what else is `related` to it."""
    reference = _unsigned(token, ANSWER)
    return _stored(reference, *related) if reference else None


def invitation_from_unsubscribe_token(token: str) -> Invitation | None:
    """The invitation; one that is not stored, with its address and language, where its contact was deleted."""
    signed = _unsigned(token, UNSUBSCRIBE)
    if signed is None:
        return None
    reference, *kept = signed.split(PARTS)
    invitation = _stored(reference)
    if invitation is None and len(kept) == 2:
        contact = Contact(email=urlsafe_base64_decode(kept[1]).decode(), language=kept[0])
        return Invitation(reference=reference, language=kept[0], contact=contact)
    return invitation


def _signer(purpose: str) -> Signer:
    return Signer(sep=".", salt=purpose)


def _unsigned(token: str, purpose: str) -> str | None:
    try:
        return _signer(purpose).unsign(token)
    except BadSignature:
        logger.debug("a forged or damaged token for %s", purpose)
        return None


def _stored(reference: str, *related: str) -> Invitation | None:
    try:
        return Invitation.objects.select_related("distribution", "contact__account__segment", *related).get(reference=reference)
    except Invitation.DoesNotExist:
        logger.debug("a token of an invitation that is gone")
        return None
