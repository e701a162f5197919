"""Telling account managers what they would not have looked for: a key contact's address bounces, a key account stays silent."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from smtplib import SMTPException, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Lower
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from feedback_site.access.models import User
from feedback_site.mails import inlined, plain_look
from surveys.collection.models import Response
from surveys.customers.models import Account, Contact
from surveys.distribution.models import Delivery, Suppression
from surveys.followup.alert_models import Alert

logger = logging.getLogger(__name__)
BATCH = 500
NEWS = timedelta(days=7)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def tell(now: datetime) -> None:
    """Note what is new, and mail it. Safe to run twice and by two workers at once: an occasion is one row."""
    find(now)
    mail_new(now)


def find(now: datetime) -> None:
    for found in (bounces(), silences(now)):
        while batch := list(islice(found, BATCH)):
            Alert.objects.bulk_create(batch, ignore_conflicts=True)


def bounces() -> Iterator[Alert]:
    """Key contacts whose address bounces; once for each time that it was found to."""
    suppressed = Suppression.objects.filter(reason=Suppression.Reason.BOUNCED).annotate(address=Lower("email"))
    since = suppressed.filter(address=Lower(OuterRef("email"))).values("pk")[:1]
    contacts = Contact.objects.filter(is_key=True).exclude(status=Contact.Status.LEFT).annotate(bounce=Subquery(since))
    bouncing = contacts.filter(Q(status=Contact.Status.BOUNCED) | Q(bounce__isnull=False)).select_related("account")
    for contact in bouncing.iterator(BATCH):
        occasion = f"bounce:{contact.pk}:{contact.bounce or 'status'}"  # type: ignore[attr-defined]
        yield new(Alert.Kind.CONTACT_BOUNCES, contact.account, occasion, contact, {"email": contact.email})


def silences(now: datetime) -> Iterator[Alert]:
    """Key accounts of whom nobody has answered an invitation of so many days ago, nor anything since; once for each silence.

    Anonymous surveys do not count: nobody is to know who answered them.
    """
    if not settings.SILENT_DAYS:
        return
    heard = Response.objects.of_accounts().filter(account=OuterRef("pk")).order_by("-started_at").values("started_at")[:1]
    mails = Delivery.objects.filter(
        invitation__contact__account=OuterRef("pk"),
        invitation__distribution__survey__is_anonymous=False,
        number=0,
        state=Delivery.State.SENT,
        sent_at__gt=Coalesce(OuterRef("heard"), Value(LONG_AGO)),
    )
    people = mails.order_by().values("invitation__contact__account").annotate(n=Count("invitation__contact", distinct=True)).values("n")
    accounts = Account.objects.filter(Q(ended_on=None) | Q(ended_on__gt=timezone.localdate(now)), is_key=True).annotate(
        heard=Subquery(heard)
    )
    first = mails.order_by("sent_at", "pk")
    asked = accounts.annotate(mail=Subquery(first.values("pk")[:1]), since=Subquery(first.values("sent_at")[:1]), people=Subquery(people))
    for account in asked.filter(since__lte=now - timedelta(days=settings.SILENT_DAYS)).iterator(BATCH):
        facts = {"since": timezone.localdate(account.since).isoformat(), "people": account.people}  # type: ignore[attr-defined]
        yield new(Alert.Kind.ACCOUNT_SILENT, account, f"silent:{account.pk}:{account.mail}", None, facts)  # type: ignore[attr-defined]


def new(kind: Alert.Kind, account: Account, occasion: str, contact: Contact | None, facts: dict[str, object]) -> Alert:
    return Alert(kind=kind, account=account, contact=contact, user_id=account.account_manager_id, occasion=occasion, facts=facts)


def mail_new(now: datetime) -> None:
    """One mail to each account manager with all that is new, and that they may see; what is a week old is no news."""
    news = Alert.objects.filter(mailed_at=None, seen_at=None, created_at__gt=now - NEWS)
    for user in User.objects.filter(is_active=True, pk__in=news.values("user")):
        alerts = list(news.visible_to(user).filter(user=user).select_related("account", "contact")[:BATCH])
        if alerts and not mail_to(user, alerts, now):
            return


def mail_to(user: User, alerts: list[Alert], now: datetime) -> bool:
    """Claimed before it is sent, so that two workers send one mail. False where the mail server is away.

    Where nobody knows whether the server has taken it, it is not sent again: the alert stands on its page anyway.
    """
    connection = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        logger.warning("alerts wait for the mail server: %s", error)
        return False
    claimed = [alert for alert in alerts if Alert.objects.filter(pk=alert.pk, mailed_at=None).update(mailed_at=now)]
    try:
        if claimed:
            connection.send_messages([message(user, claimed)])
    except (OSError, SMTPException) as error:
        logger.warning("alerts could not be mailed to user %s: %s", user.pk, error)
        if isinstance(error, SMTPResponseException) and error.smtp_code < 500:
            Alert.objects.filter(pk__in=[alert.pk for alert in claimed]).update(mailed_at=None)
    finally:
        connection.close()
    return True


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
