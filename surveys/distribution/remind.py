"""A reminder to those who were mailed and stay silent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, CharField, Count, Exists, Min, OuterRef, Q, QuerySet, Subquery, TextChoices, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback_site.access import audit
from feedback_site.access.models import User
from surveys.customers.models import Contact
from surveys.distribution.confirm import in_batches
from surveys.distribution.models import Delivery, Distribution, DistributionQuerySet, Suppression
from surveys.distribution.sending_hours import next_moment


class NotReminded(TextChoices):
    """Why an invited person gets no reminder."""

    ANSWERED = "answered", _("Has answered")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    COMPLAINED = "complained", _("Reported an earlier mail as spam")
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
    address, why = Suppression.objects.of_outer("contact__email", distribution.survey), Suppression.Reason
    last = Delivery.objects.filter(invitation=OuterRef("pk")).order_by("-number")
    return distribution.invitations.annotate(
        last_number=Subquery(last.values("number")[:1]),
        last_state=Subquery(last.values("state")[:1]),
        last_sent_at=Subquery(last.values("sent_at")[:1]),
        skip_reason=Case(
            When(answered_at__isnull=False, then=Value(NotReminded.ANSWERED)),
            When(Exists(address.filter(reason=why.UNSUBSCRIBED)), then=Value(NotReminded.UNSUBSCRIBED)),
            When(Exists(address.filter(reason=why.COMPLAINED)), then=Value(NotReminded.COMPLAINED)),
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
    """Which reminder of the distribution the next one is, whoever gets it: 1 for the first.

    It grows with each that is queued, so that it tells whether anything has happened since somebody looked.
    """
    return Delivery.objects.filter(invitation__distribution=distribution, number__gt=0).count() + 1


def remind(distribution: Distribution, reminder_round: int, user: User, now: datetime) -> int:
    """Queue a reminder for everybody who is silent; returns how many.

    Only for whoever saw the present state, which `reminder_round` says: a second click carries the same one as the
    first and reminds nobody, even when the mails of the first are out already.
    """
    with transaction.atomic():
        is_open = locked(Distribution.objects.open(now).filter(pk=distribution.pk)) is not None
        if not is_open or reminder_round != next_round(distribution):
            return 0
        queued = queue_next(with_reminder_reason(distribution, now).filter(skip_reason=REMINDED), now)
        if queued:
            audit.record(user, distribution, {"reminders": queued})
    return queued


def remind_due(now: datetime) -> int:
    """Queue the automatic reminders whose time has come, in every distribution under way; returns how many.

    Safe to run twice, and by two workers at once. A person's reminder counts as one of them. In the last day of a
    survey nobody is reminded any more, as there is hardly time to answer.
    """
    return sum(remind_silent(pk, now) for pk in reminding(now).values_list("pk", flat=True))


def reminding(now: datetime) -> DistributionQuerySet:
    return Distribution.objects.open(now + SHORTEST_NOTICE).filter(state=Distribution.State.CONFIRMED, reminders__gt=0)


def remind_silent(pk: int, now: datetime) -> int:
    """The automatic reminders of one distribution that are due."""
    with transaction.atomic():
        distribution = locked(reminding(now).filter(pk=pk).select_related("survey"))
        if distribution is None:
            return 0
        silent = with_reminder_reason(distribution, now).filter(skip_reason=REMINDED, last_number__lt=distribution.reminders)
        return queue_next(silent.filter(last_sent_at__lte=now - timedelta(days=distribution.reminder_days)), now)


def locked(distributions: DistributionQuerySet) -> Distribution | None:
    """The one, held until the transaction ends: two who remind take turns, and the later sees what the earlier has queued."""
    return distributions.select_for_update(of=("self",), no_key=True).first()


def queue_next(silent: "QuerySet[Any]", now: datetime) -> int:
    """Each one's next mail, within the sending hours of the person; returns how many."""
    chosen = list(silent.order_by("pk").values_list("pk", "last_number", "contact__time_zone"))
    moments = {zone: next_moment(now, zone) for zone in {zone for _pk, _number, zone in chosen}}
    for rows in in_batches(chosen):
        Delivery.objects.bulk_create([Delivery(invitation_id=pk, number=number + 1, not_before=moments[zone]) for pk, number, zone in rows])
    return len(chosen)


def goes_at(distribution: Distribution) -> datetime | None:
    """When the first of the reminders that wait may go; None where none waits any more."""
    reminders = Delivery.objects.filter(invitation__distribution=distribution, number__gt=0).waiting()
    return reminders.aggregate(at=Min("not_before"))["at"]


def plan_reminders(distribution: Distribution, reminders: int, days: int, user: User) -> bool:
    """Change how often and when silent people are reminded by themselves; false where it is closed."""
    with transaction.atomic():
        is_open = Distribution.objects.open(timezone.now()).filter(pk=distribution.pk)
        if is_open.update(reminders=reminders, reminder_days=days) == 0:
            return False
        audit.record(user, distribution, {"reminders": reminders, "reminder_days": days})
    distribution.refresh_from_db()
    return True
