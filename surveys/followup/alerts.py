"""Telling account managers what they would not have looked for: a key contact's address bounces, a key account stays silent."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from surveys.collection.models import Response
from surveys.customers.models import Account, Contact
from surveys.distribution.models import Delivery, Invitation, Suppression
from surveys.distribution.pausing import WINDOW
from surveys.followup.alert_mails import mail_new
from surveys.followup.alert_models import Alert

BATCH = 500
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def tell(now: datetime) -> None:
    """Note what is new, and mail it. Safe to run twice and by two workers at once: an occasion is one row."""
    find(now)
    mail_new(now)


def find(now: datetime) -> None:
    for found in (bounces(Contact.objects.filter(is_key=True), now), silences(Account.objects.filter(is_key=True), now)):
        while batch := list(islice(found, BATCH)):
            Alert.objects.bulk_create(batch, ignore_conflicts=True)


def bounces(contacts: "QuerySet[Contact]", now: datetime) -> Iterator[Alert]:
    """Those of the (key) `contacts` whose address bounces; once for each time that it was found to.

    Not before it is sure that no broken server was at fault, for which the marks are taken back.
    """
    settled = Suppression.objects.filter(reason=Suppression.Reason.BOUNCED, created_at__lt=now - WINDOW)
    suppressed = settled.annotate(address=Lower("email"))
    fresh = Suppression.objects.filter(reason=Suppression.Reason.BOUNCED, created_at__gte=now - WINDOW)
    since = suppressed.filter(address=Lower(OuterRef("email"))).values("pk")[:1]
    mails = Delivery.objects.filter(invitation__contact=OuterRef("pk"), state=Delivery.State.BOUNCED).order_by("-pk")
    unsure = Exists(fresh.annotate(address=Lower("email")).filter(address=Lower(OuterRef("email"))))
    present = contacts.exclude(status=Contact.Status.LEFT).exclude(unsure).select_related("account__account_manager")
    known = present.annotate(bounce=Subquery(since), bounced_in=Subquery(mails.values("invitation__distribution")[:1]))
    bouncing = known.filter(Q(status=Contact.Status.BOUNCED) | Q(bounce__isnull=False))
    for contact in bouncing.iterator(BATCH):
        occasion = f"bounce:{contact.pk}:{contact.bounce or 'status'}"  # type: ignore[attr-defined]
        alert = new(Alert.Kind.CONTACT_BOUNCES, contact.account, occasion, {"email": contact.email})
        alert.contact, alert.distribution_id = contact, contact.bounced_in  # type: ignore[attr-defined]
        yield alert


def silences(accounts: "QuerySet[Account]", now: datetime) -> Iterator[Alert]:
    """Those of the (key) `accounts` where nobody has answered an invitation of so many days ago, nor anything since; once each.

    Anonymous surveys do not count: nobody is to know who answered them. Asked from the account down to its mails, so that
    a database without statistics does not go through all mails for each account.
    """
    if not settings.SILENT_DAYS:
        return
    heard = Response.objects.of_accounts().filter(account=OuterRef("pk")).order_by("-started_at").values("started_at")[:1]
    mail = Delivery.objects.filter(invitation=OuterRef("pk"), number=0, state=Delivery.State.SENT)
    invited = Invitation.objects.filter(contact__account=OuterRef("pk"), distribution__survey__is_anonymous=False)
    invited = invited.annotate(mail=Subquery(mail.values("pk")[:1]), mailed_at=Subquery(mail.values("sent_at")[:1]))
    mailed = invited.filter(mailed_at__gt=Coalesce(OuterRef("heard"), Value(LONG_AGO)))
    people = mailed.order_by().values("contact__account").annotate(n=Count("contact", distinct=True)).values("n")
    present = accounts.filter(Q(ended_on=None) | Q(ended_on__gt=timezone.localdate(now))).annotate(heard=Subquery(heard))
    first = mailed.order_by("mailed_at", "mail")
    asked = present.annotate(
        mail=Subquery(first.values("mail")[:1]),
        since=Subquery(first.values("mailed_at")[:1]),
        asked_in=Subquery(first.values("distribution")[:1]),
        people=Subquery(people),
    ).select_related("account_manager")
    for account in asked.filter(since__lte=now - timedelta(days=settings.SILENT_DAYS)).iterator(BATCH):
        facts = {"since": timezone.localdate(account.since).isoformat(), "people": account.people}  # type: ignore[attr-defined]
        alert = new(Alert.Kind.ACCOUNT_SILENT, account, f"silent:{account.pk}:{account.mail}", facts)  # type: ignore[attr-defined]
        alert.distribution_id = account.asked_in  # type: ignore[attr-defined]
        yield alert


def new(kind: Alert.Kind, account: Account, occasion: str, facts: dict[str, object]) -> Alert:
    manager = account.account_manager
    told = manager if manager and manager.is_active else None
    return Alert(kind=kind, account=account, user=told, occasion=occasion, facts=facts)
