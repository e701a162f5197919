"""Tokens in mails: signed references of an invitation or a mail, with one salt per purpose.

A token that was changed, or made for another purpose, is worth nothing: the caller gets None, and the
reason goes to the debug log.
"""

import base64
import logging
import re
from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer, TimestampSigner
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from surveys.authoring.models import SurveyVersion
from surveys.authoring.queries import with_questions
from surveys.customers.models import Contact
from surveys.distribution.models import Delivery, Invitation

logger = logging.getLogger(__name__)

ANSWER = "kesher.answer"
UNSUBSCRIBE = "kesher.unsubscribe"
RETURN_PATH = "kesher.return-path"
TRIAL, TRIAL_DAYS = "kesher.trial", 14
PARTS = "~"
MARK = r"(\d{1,18})-([a-z2-7]{16})"


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
    """The invitation, its contact with the address to which the mail went, whatever it is by now: for reading only.

    One that is not stored, with its address and language, where its contact was deleted.
    """
    signed = _unsigned(token, UNSUBSCRIBE)
    if signed is None:
        return None
    reference, *kept = signed.split(PARTS)
    invitation = _stored(reference)
    if invitation is None and len(kept) == 2:
        invitation = Invitation(reference=reference, language=kept[0], contact=Contact(language=kept[0]))
    if invitation is not None and len(kept) == 2:
        invitation.contact.email = urlsafe_base64_decode(kept[1]).decode()
    return invitation


def trial_token(version: SurveyVersion) -> str:
    """The token of the page that the links of a test mail lead to. Mails are passed on: it works some days, and only to look."""
    return TimestampSigner(sep=".", salt=TRIAL).sign(str(version.pk))


def version_from_trial_token(token: str) -> SurveyVersion | None:
    """The version with its survey and questions; None where the token is forged or too old, or the version is gone."""
    try:
        pk = TimestampSigner(sep=".", salt=TRIAL).unsign(token, max_age=timedelta(days=TRIAL_DAYS))
    except BadSignature:
        logger.debug("a forged, damaged or expired token for %s", TRIAL)
        return None
    return with_questions().filter(pk=pk).first()


def return_path(delivery: Delivery) -> str:
    """The address to which this mail alone comes back (VERP), or the plain bounce address for one that is not stored.

    Mail servers may lower-case what stands before the @, so the signature does not depend on the case.
    """
    local, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{local}+{marked(delivery)}@{domain}" if delivery.pk else settings.BOUNCE_ADDRESS


def marked(delivery: Delivery) -> str:
    """The number of a stored mail with its signature, of letters that survive anywhere."""
    return f"{delivery.pk}-{_mark(delivery.pk)}"


def delivery_of_mark(text: str) -> Delivery | None:
    """The mail whose mark `text` is; None for a forged one."""
    found = re.fullmatch(MARK, text, re.I)
    if found is None or not constant_time_compare(found[2].lower(), _mark(int(found[1]))):
        logger.debug("no mark of ours")
        return None
    return Delivery.objects.select_related("invitation__contact", "invitation__distribution").filter(pk=int(found[1])).first()


def delivery_from_return_path(content: str) -> Delivery | None:
    """The one mail whose return path stands in `content`; None where there is none, more than one, or a forged one."""
    local, _at, domain = map(re.escape, settings.BOUNCE_ADDRESS.rpartition("@"))
    found = re.findall(rf"{local}\+{MARK}@{domain}", content, re.I)
    ours = {int(pk) for pk, mark in found if constant_time_compare(mark.lower(), _mark(int(pk)))}
    if len(ours) != 1:
        logger.debug("%d return paths of ours in a returned mail", len(ours))
        return None
    return Delivery.objects.select_related("invitation__contact", "invitation__distribution").filter(pk__in=ours).first()


def _mark(pk: int) -> str:
    digest = salted_hmac(RETURN_PATH, str(pk), algorithm="sha256").digest()
    return base64.b32encode(digest[:10]).decode().lower()


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
