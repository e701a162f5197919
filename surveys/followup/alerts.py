"""Telling account managers what they would not have looked for: a key contact's address bounces, a key account stays silent."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Count, Max, OuterRef
from django.db.models.functions import Lower
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from feedback_site.access.models import User
from feedback_site.mails import inlined, plain_look
from surveys.collection.models import Response
from surveys.customers.models import Account, Contact
from surveys.distribution.models import Delivery, Suppression
from surveys.followup.alert_models import Alert

logger = logging.getLogger(__name__)
BATCH = 500


def tell(now: datetime) -> None:
    """Note what is new, and mail it. Safe to run twice and by two workers at once: an occasion is one row."""
    find(now)
    mail_new(now)


def find(now: datetime) -> None:
    for alerts in (bounces(), silences(now)):
        Alert.objects.bulk_create(alerts, batch_size=BATCH, ignore_conflicts=True)


def bounces() -> Iterable[Alert]:
    """Key contacts whose address bounces; once for each time that it was found to."""
    found = Suppression.objects.filter(reason=Suppression.Reason.BOUNCED).annotate(address=Lower("email"))
    since = found.filter(address=Lower(OuterRef("email"))).values("pk")[:1]
    contacts = Contact.objects.filter(is_key=True).annotate(bounce=since).exclude(bounce=None).select_related("account")
    for contact in contacts.iterator(BATCH):
        occasion = f"bounce:{contact.pk}:{contact.bounce}"  # type: ignore[attr-defined]
        yield new(Alert.Kind.CONTACT_BOUNCES, contact.account, occasion, contact, {"email": contact.email})


def silences(now: datetime) -> Iterable[Alert]:
    """Key accounts that were mailed so many days ago and of whom nobody has answered since; once for each last mail."""
    if not settings.SILENT_DAYS:
        return
    identified = {"invitation__distribution__survey__is_anonymous": False, "sent_at__isnull": False}
    mails = Delivery.objects.filter(invitation__contact__account__is_key=True, **identified).order_by()
    last = mails.values("invitation__contact__account").annotate(at=Max("sent_at"), people=Count("invitation__contact", distinct=True))
    quiet = {row["invitation__contact__account"]: row for row in last if row["at"] <= now - timedelta(days=settings.SILENT_DAYS)}
    answered = Response.objects.of_accounts().filter(account__in=quiet).values("account").annotate(at=Max("started_at"))
    heard = dict(answered.order_by().values_list("account", "at"))
    for account in Account.objects.filter(pk__in=quiet, ended_on=None).iterator(BATCH):
        row = quiet[account.pk]
        if account.pk not in heard or heard[account.pk] < first_of(account, row["at"]):
            facts = {"since": row["at"].date().isoformat(), "people": row["people"]}
            yield new(Alert.Kind.ACCOUNT_SILENT, account, f"silent:{account.pk}:{row['at'].date()}", None, facts)


def first_of(account: Account, last: datetime) -> datetime:
    """An answer counts from the first mail of the round on: reminders come up to a month after it."""
    return last - timedelta(days=settings.SILENT_DAYS)


def new(kind: Alert.Kind, account: Account, occasion: str, contact: Contact | None, facts: dict[str, object]) -> Alert:
    return Alert(kind=kind, account=account, contact=contact, user_id=account.account_manager_id, occasion=occasion, facts=facts)


def mail_new(now: datetime) -> None:
    """One mail to each account manager with all that is new; where the mail server is away, it is tried again."""
    waiting: dict[int, list[Alert]] = defaultdict(list)
    for alert in Alert.objects.filter(mailed_at=None, user__is_active=True).select_related("account", "contact", "user")[:BATCH]:
        waiting[alert.user_id or 0].append(alert)
    for alerts in waiting.values():
        user = alerts[0].user
        assert user is not None, "the query asks for a user"
        visible = Alert.objects.visible_to(user).filter(pk__in=[alert.pk for alert in alerts])
        mail_to(user, [alert for alert in alerts if alert.pk in set(visible.values_list("pk", flat=True))], now)


def mail_to(user: User, alerts: list[Alert], now: datetime) -> None:
    """Claimed before it is sent, so that two workers send one mail; given back where it was not taken."""
    claimed = [alert for alert in alerts if Alert.objects.filter(pk=alert.pk, mailed_at=None).update(mailed_at=now)]
    if not claimed:
        return
    try:
        message(user, claimed).send()
    except (OSError, SMTPException) as error:
        logger.warning("alerts could not be mailed to user %s: %s", user.pk, error)
        Alert.objects.filter(pk__in=[alert.pk for alert in claimed]).update(mailed_at=None)


def message(user: User, alerts: list[Alert]) -> EmailMultiAlternatives:
    with translation.override(user.language):
        direction = "rtl" if translation.get_language_bidi() else "ltr"
        rows = [(alert, settings.SITE_URL + reverse("customers:account", args=[alert.account_id])) for alert in alerts]
        context = {"rows": rows, "user": user, "look": plain_look(), "language": user.language, "direction": direction}
        context["all"] = settings.SITE_URL + reverse("followup:alerts")
        subject, text, html = (render_to_string(f"emails/alert-{part}", context) for part in ("subject.txt", "text.txt", "html.html"))
    mail = EmailMultiAlternatives(" ".join(subject.split()), text, to=[user.email])
    mail.attach_alternative(inlined(html), "text/html")
    return mail
