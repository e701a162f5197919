"""Pausing and resuming: by a person, or by itself when a mass of failures says that a server is broken."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Max, Min
from django.utils import timezone
from django.utils.translation import gettext_noop

from feedback_site.access import audit
from feedback_site.access.models import User
from surveys.customers.models import Contact
from surveys.distribution.models import Delivery, Distribution, Suppression

# So many of the last mails within so short a time, and it is not the people who are at fault.
WINDOW = timedelta(minutes=10)
AROUND = timedelta(minutes=1)
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


def pause_if_all_fail(delivery: Delivery, now: datetime) -> bool:
    """Called when `delivery` has failed: pause where nearly all mails of its time do, and take back what that has marked.

    True if it is taken for the fault of a server. Failures that are told after the pause are taken back too.
    """
    with transaction.atomic():
        distribution = Distribution.objects.select_for_update().get(pk=delivery.invitation.distribution_id)
        if distribution.trusts_refusals or distribution.state not in Distribution.UNDER_WAY:
            return False
        if distribution.state == Distribution.State.PAUSED and distribution.paused_because:
            take_back([delivery], now)
            return True
        failed = mass_of_failures(distribution, delivery, now)
        if not failed:
            return False
        take_back(failed, now)
        if distribution.state == Distribution.State.CONFIRMED:
            Distribution.objects.filter(pk=distribution.pk).update(state=Distribution.State.PAUSED, paused_because=ALL_FAIL)
            audit.record(None, distribution, {"state": Distribution.State.PAUSED, "taken_back": len(failed)})
    return True


def mass_of_failures(distribution: Distribution, delivery: Delivery, now: datetime) -> list[Delivery]:
    """The mails that failed lately, if they are nearly all that were sent in their time: to everybody, or to one domain.

    What comes back late is held against the mails that went when it went: a few dead addresses, told of hours later,
    are no broken server.
    """
    since = max(now - WINDOW, distribution.resumed_at or now - WINDOW)
    mails = Delivery.objects.filter(invitation__distribution=distribution)
    domain = f"@{delivery.email.rpartition('@')[2]}"
    for among in (mails, mails.filter(email__iendswith=domain)):
        failed = among.filter(state__in=FAILED, failed_at__gt=since)
        seen = failed.aggregate(number=Count("pk"), first=Min("claimed_at"), last=Max("claimed_at"))
        if seen["number"] < LEAST_FAILURES:
            continue
        begin, end = min(since, seen["first"] - AROUND), seen["last"] + AROUND
        meanwhile = among.filter(state__in=[*FAILED, Delivery.State.SENT], claimed_at__gte=begin, claimed_at__lte=end)
        if seen["number"] >= FAILING_SHARE * meanwhile.count():
            return list(failed.select_related("invitation"))
    return []


def take_back(failed: Sequence[Delivery], now: datetime) -> None:
    """These mails wait again, and their addresses are as they were before."""
    addresses = [mail.email.lower() for mail in failed]
    people = Contact.objects.filter(pk__in=[mail.invitation.contact_id for mail in failed], status=Contact.Status.BOUNCED)
    people.update(status=Contact.Status.ACTIVE)
    Suppression.objects.filter(email__in=addresses, reason=Suppression.Reason.BOUNCED, created_at__gt=now - WINDOW).delete()
    again = Delivery.objects.filter(pk__in=[mail.pk for mail in failed], state__in=FAILED)
    again.update(state=Delivery.State.DEFERRED, attempts=0, resends=F("resends") + 1, not_before=now)
