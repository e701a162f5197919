"""A reminder to those who were mailed and stay silent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, CharField, Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, TextChoices, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback_site.access import audit
from feedback_site.access.models import User
from surveys.customers.models import Contact
from surveys.distribution.confirm import in_batches
from surveys.distribution.models import Delivery, Distribution, Suppression


class NotReminded(TextChoices):
    """Why an invited person gets no reminder."""

    ANSWERED = "answered", _("Has answered")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    BOUNCED = "bounced", _("The address bounces")
    LEFT = "left", _("Left the company")
    ACCOUNT_ENDED = "account_ended", _("The account has left")
    NOT_SENT = "not_sent", _("The last mail has not arrived")


REMINDED = ""
SHORTEST_NOTICE = timedelta(days=1)


@dataclass(frozen=True)
class Outcome:
    """How many silent people get a reminder, and how many do not, per reason."""

    reminded: int
    skipped: dict[str, int]


def with_reminder_reason(distribution: Distribution, now: datetime) -> "QuerySet[Any]":
    """The invitations with `last_number`, and `skip_reason`: empty for those who get a reminder."""
    address = Suppression.objects.of_outer("contact__email", distribution.survey)
    last = Delivery.objects.filter(invitation=OuterRef("pk")).order_by("-number")
    return distribution.invitations.annotate(
        last_number=Subquery(last.values("number")[:1]),
        last_state=Subquery(last.values("state")[:1]),
        last_sent_at=Subquery(last.values("sent_at")[:1]),
        skip_reason=Case(
            When(answered_at__isnull=False, then=Value(NotReminded.ANSWERED)),
            When(Exists(address.exclude(reason=Suppression.Reason.BOUNCED)), then=Value(NotReminded.UNSUBSCRIBED)),
            When(Q(contact__status=Contact.Status.BOUNCED) | Exists(address), then=Value(NotReminded.BOUNCED)),
            When(contact__status=Contact.Status.LEFT, then=Value(NotReminded.LEFT)),
            When(contact__account__ended_on__lte=timezone.localdate(now), then=Value(NotReminded.ACCOUNT_ENDED)),
            When(~Q(last_state=Delivery.State.SENT), then=Value(NotReminded.NOT_SENT)),
            default=Value(REMINDED),
            output_field=CharField(),
        ),
    )


def outcome(distribution: Distribution, now: datetime) -> Outcome:
    """What a reminder would do now."""
    rows = with_reminder_reason(distribution, now).order_by().values_list("skip_reason").annotate(n=Count("pk"))
    per_reason = dict(rows)
    return Outcome(reminded=per_reason.pop(REMINDED, 0), skipped=per_reason)


def next_round(distribution: Distribution) -> int:
    """The number of the next reminder: 1 for the first."""
    last = Delivery.objects.filter(invitation__distribution=distribution).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def remind(distribution: Distribution, reminder_round: int, user: User, now: datetime) -> int:
    """Queue the mail number `reminder_round` for every silent invitation that had none in this round; returns how many.

    A second click carries the same round and finds nobody left, even when the mails of the first are out
    already. Two clicks at the same moment meet at the constraint of one mail per number.
    """
    is_open = Distribution.objects.open(now).filter(pk=distribution.pk).exists()
    if not is_open or not 1 <= reminder_round <= next_round(distribution):
        return 0
    silent = with_reminder_reason(distribution, now).filter(skip_reason=REMINDED, last_number__lt=reminder_round)
    chosen = list(silent.order_by("pk").values_list("pk", flat=True))
    with transaction.atomic():
        before = distribution_mails(distribution)
        for rows in in_batches(chosen):
            mails = [Delivery(invitation_id=pk, number=reminder_round, not_before=now) for pk in rows]
            Delivery.objects.bulk_create(mails, ignore_conflicts=True)
        queued = distribution_mails(distribution) - before
        if queued:
            audit.record(user, distribution, {"reminders": queued})
    return queued


def remind_due(now: datetime) -> int:
    """Queue the automatic reminders whose time has come, in every distribution under way; returns how many.

    Safe to run twice, and by two workers at once: a number of an invitation is one mail. A person's reminder counts
    as one of them. In the last day of a survey nobody is reminded any more, as there is hardly time to answer.
    """
    going = Distribution.objects.open(now + SHORTEST_NOTICE).filter(state=Distribution.State.CONFIRMED, reminders__gt=0)
    return sum(remind_silent(distribution, now) for distribution in going.select_related("survey"))


def remind_silent(distribution: Distribution, now: datetime) -> int:
    """The automatic reminders of one distribution that are due."""
    waited = now - timedelta(days=distribution.reminder_days)
    silent = with_reminder_reason(distribution, now).filter(skip_reason=REMINDED, last_number__lt=distribution.reminders)
    chosen = list(silent.filter(last_sent_at__lte=waited).order_by("pk").values_list("pk", "last_number"))
    before = distribution_mails(distribution)
    for rows in in_batches(chosen):
        mails = [Delivery(invitation_id=pk, number=number + 1, not_before=now) for pk, number in rows]
        Delivery.objects.bulk_create(mails, ignore_conflicts=True)
    return distribution_mails(distribution) - before if chosen else 0


def plan_reminders(distribution: Distribution, reminders: int, days: int, user: User) -> bool:
    """Change how often and when silent people are reminded by themselves; false where it is closed."""
    with transaction.atomic():
        is_open = Distribution.objects.open(timezone.now()).filter(pk=distribution.pk)
        if is_open.update(reminders=reminders, reminder_days=days) == 0:
            return False
        audit.record(user, distribution, {"reminders": reminders, "reminder_days": days})
    distribution.refresh_from_db()
    return True


def distribution_mails(distribution: Distribution) -> int:
    return Delivery.objects.filter(invitation__distribution=distribution).count()
