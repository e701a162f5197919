"""Tokens in mails: signed references of an invitation, with one salt per purpose.

A token that was changed, or made for another purpose, is worth nothing: the caller gets None, and the
reason goes to the debug log.
"""

import logging

from django.core.signing import BadSignature, Signer

from surveys.distribution.models import Invitation

logger = logging.getLogger(__name__)

ANSWER = "kesher.answer"
UNSUBSCRIBE = "kesher.unsubscribe"


def answer_token(invitation: Invitation) -> str:
    """The token of the page on which this invitation is answered."""
    return _signer(ANSWER).sign(invitation.reference)


def unsubscribe_token(invitation: Invitation) -> str:
    """The token of the page on which the invited person stops all mail."""
    return _signer(UNSUBSCRIBE).sign(invitation.reference)


def invitation_from_answer_token(token: str) -> Invitation | None:
    return _invitation(token, ANSWER)


def invitation_from_unsubscribe_token(token: str) -> Invitation | None:
    return _invitation(token, UNSUBSCRIBE)


def _signer(purpose: str) -> Signer:
    return Signer(sep=".", salt=purpose)


def _invitation(token: str, purpose: str) -> Invitation | None:
    try:
        reference = _signer(purpose).unsign(token)
    except BadSignature:
        logger.debug("a forged or damaged token for %s", purpose)
        return None
    invitations = Invitation.objects.select_related("distribution__survey", "distribution__version", "contact__account__segment")
    invitation = invitations.filter(reference=reference).first()
    if invitation is None:
        logger.debug("a token for %s of an invitation that is gone", purpose)
    return invitation
