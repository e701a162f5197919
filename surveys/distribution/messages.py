"""The mails: one builder, three templates each (`-subject.txt`, `-text.txt`, `-html.html`)."""

from dataclasses import dataclass
from email.mime.image import MIMEImage
from email.utils import formataddr
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from feedback_site.mails import LOGO_ID, Look, inlined
from surveys.authoring.conditions import facts_of
from surveys.authoring.models import Question
from surveys.authoring.recall import recalled
from surveys.customers.languages import direction
from surveys.distribution.brand import look_of
from surveys.distribution.models import Delivery, Invitation
from surveys.distribution.tokens import answer_token, marked, return_path, unsubscribe_token


@dataclass(frozen=True)
class ScoreButton:
    score: str
    url: str
    label: str


def invitation_message(delivery: Delivery, look: Look | None = None) -> EmailMultiAlternatives:
    """The mail of `delivery`, an invitation or a reminder, in the language of its invitation; `look` where it is known already."""
    invitation = delivery.invitation
    name = "reminder" if delivery.is_reminder else "invitation"
    message = build(name, invitation, invitation_context(invitation, look or look_of(invitation.distribution.survey)))
    message.extra_headers["Message-ID"] = message_id(delivery, domain_of(message.from_email))
    message.extra_headers["Feedback-ID"] = feedback_id(delivery)
    message.envelope_sender = return_path(delivery)  # type: ignore[attr-defined]  # anymail's name for it
    if delivery.pk:
        message.metadata = {"mail": marked(delivery)}  # type: ignore[attr-defined]  # what a provider's webhook tells us again
    return message


def build(name: str, invitation: Invitation, context: dict[str, Any]) -> EmailMultiAlternatives:
    """Render the three templates of mail `name` into one message to the invited person."""
    look, contact = context["look"], invitation.contact
    with translation.override(invitation.language), timezone.override(None):
        subject = one_line(render_to_string(f"emails/{name}-subject.txt", context))
        text = render_to_string(f"emails/{name}-text.txt", context)
        html = inlined(render_to_string(f"emails/{name}-html.html", context))
    message = EmailMultiAlternatives(
        subject=subject,
        body=text,
        from_email=formataddr((one_line(look.name), look.sender_email)),
        to=[formataddr((one_line(contact.name), contact.email))],
        reply_to=[look.reply_to] if look.reply_to else None,
        headers={
            "List-Unsubscribe": f"<{context['unsubscribe_url']}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(html, "text/html")
    if look.has_logo:
        message.mixed_subtype = "related"  # type: ignore[attr-defined]  # the picture belongs to the text, and is no attachment
        message.attach(inline_picture(look.logo))
    return message


def inline_picture(png: bytes) -> MIMEImage:
    """A picture that travels in the mail, so that nothing is loaded from anywhere when it is read."""
    picture = MIMEImage(png, "png")
    picture["Content-ID"] = f"<{LOGO_ID}>"
    picture["Content-Disposition"] = "inline"
    return picture


def invitation_context(invitation: Invitation, look: Look) -> dict[str, Any]:
    """What the templates of an invitation know."""
    version, language = invitation.distribution.version, invitation.language
    headline = version.headline
    answer_url = absolute(reverse("collection:answer", args=[answer_token(invitation)]))
    facts = facts_of(invitation.contact)

    def text(name: str) -> str:
        return recalled(version.text(name, language), facts)

    return {
        "look": look,
        "organisation": look.name,
        "language": language,
        "direction": direction(language),
        "contact": invitation.contact,
        "subject": text("subject") or text("title"),
        "reminder_subject": text("reminder_subject"),
        "reminder": text("reminder"),
        "title": text("title"),
        "invitation": text("invitation"),
        "question": recalled(headline.text("label", language), facts) if headline else "",
        "buttons": score_buttons(headline, language, answer_url),
        "low": headline.text("low", language) if headline else "",
        "high": headline.text("high", language) if headline else "",
        "answer_url": answer_url,
        "unsubscribe_url": absolute(reverse("distribution:unsubscribe", args=[unsubscribe_token(invitation)])),
        "closes_at": invitation.distribution.closes_at,
    }


def score_buttons(headline: Question | None, language: str, answer_url: str) -> list[ScoreButton]:
    """Lowest first: the table's direction puts it on the side where reading begins."""
    if headline is None:
        return []
    steps = headline.scale
    return [ScoreButton(str(score), f"{answer_url}?score={score}", score_label(score, steps[0], steps[-1], language)) for score in steps]


@lru_cache(maxsize=1000)
def score_label(score: int, low: int, high: int, language: str) -> str:
    """What a screen reader says for one button."""
    with translation.override(language):
        return gettext("%(score)s on a scale from %(low)s to %(high)s") % {"score": score, "low": low, "high": high}


def message_id(delivery: Delivery, domain: str) -> str:
    """The same for the same attempt at the same mail, and for no other, so that a log of the mail server can be matched."""
    attempt = f"{delivery.resends}-{delivery.attempts}" if delivery.resends else delivery.attempts
    return f"<{delivery.invitation.reference}.{delivery.number}.{attempt}@{domain}>"


def domain_of(sender: str) -> str:
    return sender.rpartition("@")[2].strip("> ")


def feedback_id(delivery: Delivery) -> str:
    """Under which the large mail providers count complaints: distribution, survey, kind of mail, sender."""
    distribution = delivery.invitation.distribution
    return f"d{distribution.pk}:s{distribution.survey_id}:{'reminder' if delivery.is_reminder else 'invitation'}:kesher"


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def one_line(text: str) -> str:
    """A header has one line: a line break in a name must not begin a header of its own."""
    return " ".join(text.split())
