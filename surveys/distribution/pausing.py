"""Pausing and resuming: by a person, or by itself when a mass of failures says that a server is broken."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Max, Min, Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from feedback_site.access import audit
from feedback_site.access.models import User
from surveys.customers.models import Contact
from surveys.distribution.models import Delivery, DeliveryQuerySet, Distribution, Suppression
from surveys.distribution.setback_models import Setback

# So many of the last mails within so short a time, and it is not the people who are at fault.
WINDOW = timedelta(minutes=10)
AROUND = timedelta(minutes=1)
LEAST_FAILURES = 20
FAILING_SHARE = 0.8
ALL_FAIL = gettext_noop("Nearly every mail was refused within minutes: a mail server seems to be broken. No address was marked.")
ALL_FAIL_AT_ONE = gettext_noop("Nearly every mail to one mail server failed: it seems to be broken. No address was marked.")
TAKEN_BACK = gettext_noop("A mail server seems to be broken; goes again when the distribution is resumed.")
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
        changes = {"paused_because": "", "paused_at_domain": "", "resumed_at": timezone.now(), "trusts_refusals": trusts}
        if paused.update(state=Distribution.State.CONFIRMED, **changes) == 0:
            return False
        audit.record(user, distribution, {"state": Distribution.State.CONFIRMED, "trusts_refusals": trusts})
    distribution.refresh_from_db()
    return True


def pause_if_all_fail(delivery: Delivery, now: datetime) -> bool:
    """Called when `delivery` has failed: pause where nearly all mails of its time do, and take back what that has marked.

    True if it is taken for the fault of a server. All distributions are looked at together, as small ones may meet the same
    broken server; all that it has hit are paused. Failures that are told after the pause are taken back too.
    """
    if failures(now).count() < LEAST_FAILURES and not Distribution.objects.filter(hit(delivery)).exists():
        return False
    with transaction.atomic():
        # Whoever else notes a failure at this moment waits, and then sees the pause.
        under_way = Distribution.objects.filter(state__in=Distribution.UNDER_WAY).order_by("pk")
        list(under_way.select_for_update(no_key=True).values_list("pk", flat=True))
        if Distribution.objects.filter(hit(delivery)).exists():
            take_back([delivery], now)
            return True
        failed, domain = mass_of_failures(delivery, now)
        take_back(failed, now)
        concerned = under_way.filter(pk__in={mail.invitation.distribution_id for mail in failed}, state=Distribution.State.CONFIRMED)
        for distribution in concerned:
            reason = {"paused_because": ALL_FAIL_AT_ONE if domain else ALL_FAIL, "paused_at_domain": domain}
            Distribution.objects.filter(pk=distribution.pk).update(state=Distribution.State.PAUSED, **reason)
            audit.record(None, distribution, {"state": Distribution.State.PAUSED, "taken_back": len(failed)})
    return bool(failed)


def hit(delivery: Delivery) -> Q:
    """Its distribution, if that was paused for a broken server: any server, or that of this address."""
    of_domain = Q(paused_at_domain="") | Q(paused_at_domain=domain_of(delivery))
    paused = Q(pk=delivery.invitation.distribution_id, state=Distribution.State.PAUSED) & ~Q(paused_because="")
    return paused & of_domain


def failures(now: datetime) -> "DeliveryQuerySet":
    """The mails that failed lately, where no person has said that the addresses are dead; of one that was resumed, those since."""
    of = "invitation__distribution__"
    lately = Delivery.objects.filter(state__in=FAILED, failed_at__gt=now - WINDOW, **{f"{of}trusts_refusals": False})
    since_resumed = Q(**{f"{of}resumed_at": None}) | Q(failed_at__gt=F(f"{of}resumed_at"))
    return lately.filter(since_resumed, **{f"{of}state__in": Distribution.UNDER_WAY})


def mass_of_failures(delivery: Delivery, now: datetime) -> tuple[list[Delivery], str]:
    """The mails that failed lately, if they are nearly all that were sent in their time; and the domain, where they went to one.

    Looked at are those of the same distribution and all together, to everybody and to one domain. What comes back late is
    held against the mails that went when it went: a few dead addresses, told of hours later, are no broken server.
    """
    distribution, domain = Q(invitation__distribution=delivery.invitation.distribution_id), domain_of(delivery)
    to_domain = Q(email__iendswith=f"@{domain}")
    for where, name in ((distribution, ""), (Q(), ""), (distribution & to_domain, domain), (to_domain, domain)):
        failed = failures(now).filter(where)
        seen = failed.aggregate(number=Count("pk"), first=Min("claimed_at"), last=Max("claimed_at"))
        if seen["number"] < LEAST_FAILURES:
            continue
        begin, end = min(now - WINDOW, seen["first"] - AROUND), seen["last"] + AROUND
        sent = Delivery.objects.filter(where, state=Delivery.State.SENT, claimed_at__gte=begin, claimed_at__lte=end)
        if seen["number"] >= FAILING_SHARE * (seen["number"] + sent.count()):
            return list(failed.select_related("invitation")), name
    return [], ""


def domain_of(delivery: Delivery) -> str:
    return delivery.email.rpartition("@")[2].lower()


def take_back(failed: Sequence[Delivery], now: datetime) -> None:
    """These mails wait again, and their addresses are as they were before."""
    addresses = [mail.email.lower() for mail in failed]
    people = Contact.objects.filter(pk__in=[mail.invitation.contact_id for mail in failed], status=Contact.Status.BOUNCED)
    people.update(status=Contact.Status.ACTIVE)
    Suppression.objects.filter(email__in=addresses, reason=Suppression.Reason.BOUNCED, created_at__gt=now - WINDOW).delete()
    for mail in failed:
        if mail.sent_at:
            Setback.objects.create(delivery=mail, state=Delivery.State.SENT, happened_at=mail.sent_at)
        Setback.objects.create(delivery=mail, state=Delivery.State.DEFERRED, reason=TAKEN_BACK, happened_at=now)
    again = Delivery.objects.filter(pk__in=[mail.pk for mail in failed], state__in=FAILED)
    anew = {"attempts": 0, "resends": F("resends") + 1, "not_before": now, "sent_at": None, "failed_at": None, "reason": TAKEN_BACK}
    again.update(state=Delivery.State.DEFERRED, **anew)
