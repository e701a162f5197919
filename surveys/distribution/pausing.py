"""Pausing and resuming: by a person, or by itself when a mass of failures says that a server is broken."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from feedback_site.access import audit
from feedback_site.access.models import User
from surveys.customers.models import Contact
from surveys.distribution.models import Delivery, Distribution, Suppression

# So many of the last mails within so short a time, and it is not the people who are at fault.
WINDOW = timedelta(minutes=10)
LEAST_FAILURES = 20
FAILING_SHARE = 0.8
ALL_FAIL = gettext_noop("Nearly every mail was refused within minutes: a mail server seems to be broken. No address was marked.")
FAILED = [Delivery.State.BOUNCED, Delivery.State.FAILED]


def pause(distribution: Distribution, user: User) -> bool:
    """Send nothing more until `resume`; answers are accepted meanwhile. False unless it was going."""
    with transaction.atomic():
        going = Distribution.objects.filter(pk=distribution.pk, state=Distribution.State.CONFIRMED)
        if going.update(state=Distribution.State.PAUSED, paused_because="") == 0:
            return False
        audit.record(user, distribution, {"state": Distribution.State.PAUSED})
    distribution.refresh_from_db()
    return True


def resume(distribution: Distribution, user: User, trusts_refusals: bool = False) -> bool:
    """Go on where it was held; False unless it was paused.

    With `trusts_refusals` the person says that the refused addresses are dead, so that no number of them pauses
    this distribution again.
    """
    with transaction.atomic():
        paused = Distribution.objects.filter(pk=distribution.pk, state=Distribution.State.PAUSED)
        trusts = distribution.trusts_refusals or trusts_refusals
        changes = {"paused_because": "", "resumed_at": timezone.now(), "trusts_refusals": trusts}
        if paused.update(state=Distribution.State.CONFIRMED, **changes) == 0:
            return False
        audit.record(user, distribution, {"state": Distribution.State.CONFIRMED, "trusts_refusals": trusts})
    distribution.refresh_from_db()
    return True


def pause_if_all_fail(distribution: Distribution, now: datetime) -> bool:
    """Pause when nearly all recent mails fail, and take back what that has marked; true if it did."""
    if distribution.trusts_refusals or not nearly_all_fail(distribution, now):
        return False
    with transaction.atomic():
        going = Distribution.objects.filter(pk=distribution.pk, state=Distribution.State.CONFIRMED, trusts_refusals=False)
        if going.update(state=Distribution.State.PAUSED, paused_because=ALL_FAIL) == 0:
            return False
        taken_back = take_back_failures(distribution, now)
        audit.record(None, distribution, {"state": Distribution.State.PAUSED, "taken_back": taken_back})
    return True


def nearly_all_fail(distribution: Distribution, now: datetime) -> bool:
    """Of the mails handed over lately, since a person last resumed it."""
    settled = recent_mails(distribution, now).filter(state__in=[*FAILED, Delivery.State.SENT])
    counted = settled.aggregate(all=Count("pk"), failed=Count("pk", filter=Q(state__in=FAILED)))
    return bool(counted["failed"] >= LEAST_FAILURES and counted["failed"] >= FAILING_SHARE * counted["all"])


def recent_mails(distribution: Distribution, now: datetime) -> "QuerySet[Delivery]":
    since = max(now - WINDOW, distribution.resumed_at or now - WINDOW)
    return Delivery.objects.filter(invitation__distribution=distribution, claimed_at__gt=since)


def take_back_failures(distribution: Distribution, now: datetime) -> int:
    """The mails that failed lately wait again, and their addresses are as they were before; returns how many."""
    failed = recent_mails(distribution, now).filter(state__in=FAILED)
    contacts = list(failed.filter(state=Delivery.State.BOUNCED).values_list("invitation__contact", "invitation__contact__email"))
    Contact.objects.filter(pk__in=[pk for pk, _email in contacts], status=Contact.Status.BOUNCED).update(status=Contact.Status.ACTIVE)
    marked = Suppression.objects.filter(reason=Suppression.Reason.BOUNCED, created_at__gt=now - WINDOW)
    marked.filter(email__in=[email.lower() for _pk, email in contacts]).delete()
    return Delivery.objects.filter(pk__in=list(failed.values_list("pk", flat=True))).update(
        state=Delivery.State.DEFERRED, attempts=0, not_before=now
    )
