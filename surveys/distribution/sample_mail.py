"""A mail as a customer would get it, for those who write it: to look at, or sent to themselves. It counts nowhere."""

from base64 import b64encode
from dataclasses import replace
from datetime import timedelta

from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from feedback_site.access.models import User
from feedback_site.mails import LOGO_ID, Look
from surveys.authoring.models import SurveyVersion
from surveys.customers.models import Account, Contact
from surveys.distribution.brand import look_of
from surveys.distribution.messages import absolute, build, invitation_context
from surveys.distribution.models import Distribution, Invitation
from surveys.distribution.provider_transport import open_transport
from surveys.distribution.tokens import trial_token
from surveys.distribution.transport import Result

DAYS_OPEN = 14
INVITATION, REMINDER = "invitation", "reminder"


def sample_message(
    version: SurveyVersion, language: str, kind: str, reader: User | None = None, look: Look | None = None
) -> EmailMultiAlternatives:
    """The mail `kind` of `version` to an invented contact; with a `reader`, to that user, and marked as a test; in `look`, or its own.

    Nothing is stored, so there is nothing to answer: every link leads to the preview of the survey, without login.
    """
    with translation.override(language):
        name, account = (reader.name if reader else _("Dana Levi")), Account(name=_("Example Ltd"))
    contact = Contact(name=name, email=reader.email if reader else "dana@example.com", language=language, account=account)
    closes_at = timezone.now() + timedelta(days=DAYS_OPEN)
    distribution = Distribution(survey=version.survey, version=version, closes_at=closes_at)
    invitation = Invitation(distribution=distribution, contact=contact, language=language, reference="preview")
    preview = absolute(f"{reverse('collection:trial', args=[trial_token(version)])}?lang={language}")
    known = invitation_context(invitation, look or look_of(version.survey))
    context = known | {"answer_url": preview, "unsubscribe_url": preview, "is_test": reader is not None}
    context["buttons"] = [replace(button, url=f"{preview}&score={button.score}") for button in context["buttons"]]
    message = build(kind, invitation, context)
    if reader:
        with translation.override(language):
            message.subject = _("[Test] %(subject)s") % {"subject": message.subject}
        for header in ("List-Unsubscribe", "List-Unsubscribe-Post"):
            del message.extra_headers[header]
    return message


def html_for_browser(message: EmailMultiAlternatives, look: Look) -> str:
    """A browser knows no parts of a mail: here the logo stands in the page itself."""
    return str(message.alternatives[0][0]).replace(f"cid:{LOGO_ID}", f"data:image/png;base64,{b64encode(look.logo).decode()}")


def send_test(version: SurveyVersion, language: str, kind: str, reader: User) -> Result:
    """Hand it over at once, to nobody but `reader`."""
    with open_transport() as transport:
        return transport.send(sample_message(version, language, kind, reader))
