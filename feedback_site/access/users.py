"""Adding users, and taking their access away: there is always an administrator left."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from knox.models import AuthToken

from feedback_site.access.models import Role, User
from feedback_site.mails import inlined, plain_look

log = logging.getLogger(__name__)


class LastAdministratorError(Exception):
    """Nobody would be left who can manage users."""

    def __str__(self) -> str:
        return _("This is the last active administrator. Make somebody else an administrator first.")


def add(user: User) -> bool:
    """Store a new user, who can not log in before setting a password; whether the mail that asks for it went out.

    The address counts as verified: an administrator gave it, and the link to the password goes nowhere else.
    """
    user.set_unusable_password()
    with transaction.atomic():
        user.save()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return send_password_link(user)


def send_password_link(user: User) -> bool:
    """Mail a link that sets a password once, within three days; False where the mail server does not take the mail."""
    with translation.override(user.language):
        key = default_token_generator.make_token(user)
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
        context = {
            "user": user,
            "organisation": settings.ORGANISATION_NAME,
            "link": settings.SITE_URL + path,
            "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
            "language": user.language,
            "direction": "rtl" if translation.get_language_bidi() else "ltr",
            "look": plain_look(),
        }
        subject, text, html = (render_to_string(f"emails/welcome-{part}", context) for part in ("subject.txt", "text.txt", "html.html"))
    mail = EmailMultiAlternatives(" ".join(subject.split()), text, to=[user.email])
    mail.attach_alternative(inlined(html), "text/html")
    try:
        mail.send()
    except (OSError, SMTPException) as error:
        log.warning("The mail that welcomes user %s could not be sent: %s", user.pk, error)
        return False
    return True


@transaction.atomic
def change(user: User, **values: Any) -> User:
    """Set fields of a stored user. Raises LastAdministratorError, with nothing changed, where nobody would be left to manage users."""
    administrators = set(User.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True).values_list("pk", flat=True))
    before = User.objects.select_for_update().get(pk=user.pk)
    stays = values.get("role", before.role) == Role.ADMINISTRATOR and values.get("is_active", before.is_active)
    if administrators == {user.pk} and not stays:
        raise LastAdministratorError
    for name, value in values.items():
        setattr(user, name, value)
    user.save()
    if before.email.lower() != user.email.lower():
        EmailAddress.objects.filter(user=user).delete()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if not user.is_active:
        AuthToken.objects.filter(user=user).delete()
    return user


def deactivate(user: User) -> User:
    """End the user's access at once: no page, no API. What they did stays under their name."""
    return change(user, is_active=False)


def activate(user: User) -> User:
    return change(user, is_active=True)
