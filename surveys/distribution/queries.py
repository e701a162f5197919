"""Reads of distribution, named for their use."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from feedback_site.access.models import User
from surveys.customers.models import Contact
from surveys.distribution.models import Delivery, Distribution, Invitation, ReturnedMail, Skip, Suppression
from surveys.distribution.visit_models import Visit

RECENT = timedelta(minutes=2)
PARTIAL = "partial"  # surveys.collection's word for a response that is not finished
UNSETTLED = [Delivery.State.QUEUED, Delivery.State.SENDING, Delivery.State.DEFERRED]
DELIVERED = [Delivery.State.SENT, Delivery.State.COMPLAINED]  # whoever complains has the mail
WAS_MAILED = Exists(Delivery.objects.filter(invitation=OuterRef("pk"), state__in=DELIVERED))
WAS_OPENED = Exists(Visit.objects.filter(invitation=OuterRef("pk"), is_scanner=False))
BAD = [Delivery.State.BOUNCED, Delivery.State.COMPLAINED, Delivery.State.FAILED, Delivery.State.UNCERTAIN]


@dataclass(frozen=True)
class StateCount:
    state: str
    label: Any
    count: int
    is_bad: bool


@dataclass(frozen=True)
class Progress:
    """How far a distribution has come."""

    mails: int
    states: list[StateCount]
    waiting: int
    due: int  # of those that wait, what may go by now
    next_at: datetime | None  # when the next of the others may
    people: int
    answered: int
    partly_answered: int
    silent: int
    reason: str
    is_paused: bool
    lately: int  # mails sent within RECENT

    @property
    def a_minute(self) -> int | None:
        """Mails a minute, over the last two; None where none went."""
        return round(self.lately / (RECENT / timedelta(minutes=1))) or None

    @property
    def minutes_left(self) -> int | None:
        """Until all that waits has gone at the present rate; None where that can not be said."""
        return -(-self.due // self.a_minute) if self.a_minute and self.due else None

    @property
    def done_percent(self) -> int:
        return 100 * (self.mails - self.waiting) // self.mails if self.mails else 100

    @property
    def is_moving(self) -> bool:
        """Whether something may change within seconds."""
        return self.due > 0 and not self.is_paused

    def count(self, state: str) -> int:
        return next((row.count for row in self.states if row.state == state), 0)

    @property
    def uncertain(self) -> int:
        return self.count(Delivery.State.UNCERTAIN)


def progress(distribution: Distribution) -> Progress:
    """Four queries, whatever the size."""
    mails, now = Delivery.objects.filter(invitation__distribution=distribution), timezone.now()
    times = mails.aggregate(
        due=Count("pk", filter=Q(state__in=UNSETTLED) & (Q(not_before__lte=now) | Q(state=Delivery.State.SENDING))),
        next_at=Min("not_before", filter=Q(state__in=UNSETTLED, not_before__gt=now)),
        lately=Count("pk", filter=Q(sent_at__gt=now - RECENT)),
    )
    is_under_way = distribution.state in Distribution.UNDER_WAY
    per_state = dict(mails.order_by().values_list("state").annotate(n=Count("pk")))
    people = distribution.invitations.alias(was_mailed=WAS_MAILED).aggregate(
        all=Count("pk"),
        answered=Count("pk", filter=Q(answered_at__isnull=False)),
        partly=Count("pk", filter=Q(answered_at__isnull=True, response__state=PARTIAL)),
        silent=Count("pk", filter=Q(was_mailed=True, answered_at__isnull=True, response__isnull=True)),
    )
    return Progress(
        mails=sum(per_state.values()),
        states=[StateCount(state.value, state.label, per_state[state], state in BAD) for state in Delivery.State if per_state.get(state)],
        waiting=sum(per_state.get(state, 0) for state in UNSETTLED) if is_under_way else 0,
        due=times["due"] if is_under_way else 0,
        next_at=times["next_at"] if is_under_way else None,
        lately=times["lately"],
        people=people["all"],
        answered=people["answered"],
        partly_answered=people["partly"],
        silent=people["silent"],
        reason=mails.filter(state=Delivery.State.DEFERRED).order_by("-claimed_at").values_list("reason", flat=True).first() or "",
        is_paused=distribution.state == Distribution.State.PAUSED,
    )


def distributions_with_counts() -> "QuerySet[Distribution, Any]":
    """Newest first, each with its people, its answers and the mails of which nobody knows."""
    invited = Invitation.objects.filter(distribution=OuterRef("pk")).order_by().values("distribution")
    uncertain = Delivery.objects.filter(invitation__distribution=OuterRef("pk"), state=Delivery.State.UNCERTAIN).order_by()
    counted = Distribution.objects.annotate(
        people=Subquery(invited.annotate(n=Count("pk")).values("n")),
        answered=Subquery(invited.filter(answered_at__isnull=False).annotate(n=Count("pk")).values("n")),
        uncertain=Subquery(uncertain.values("invitation__distribution").annotate(n=Count("pk")).values("n")),
    )
    return counted.select_related("survey").order_by("-created_at", "-pk")


def invitations_with_state(distribution: Distribution, user: User) -> "QuerySet[Invitation, Any]":
    """The invited people of `distribution` whom `user` may see, each with the state of the last mail, and `suppressed_as`."""
    address = Suppression.objects.of_outer("contact__email", distribution.survey)
    invited = Invitation.objects.visible_to(user).filter(distribution=distribution).annotate(suppressed_as=address.first_reason())
    return with_last_mail(invited).select_related("contact__account").order_by("contact__name", "pk")


def with_last_mail(invitations: "QuerySet[Invitation]") -> "QuerySet[Invitation, Any]":
    """Each with the state of its last mail, and how far its answer has come."""
    last = Delivery.objects.filter(invitation=OuterRef("pk")).order_by("-number")
    return invitations.annotate(
        mail_state=Subquery(last.values("state")[:1]),
        mail_reason=Subquery(last.values("reason")[:1]),
        mail_sent_at=Subquery(last.values("sent_at")[:1]),
        mail_number=Subquery(last.values("number")[:1]),
        response_state=F("response__state"),
        was_mailed=WAS_MAILED,
        was_opened=WAS_OPENED,
    )


def skips_seen_by(distribution: Distribution, user: User) -> "QuerySet[Skip]":
    """The skipped people of `distribution` whom `user` may see."""
    seen = Contact.objects.visible_to(user)
    return distribution.skips.filter(contact__in=seen).select_related("contact__account").order_by("contact__name", "pk")


def skip_reasons(skips: "QuerySet[Skip]") -> list[tuple[str, Any, int]]:
    """Each reason that there is with its label and the number of people, in the order of the choices; one query."""
    per_reason = dict(skips.order_by().values_list("reason").annotate(n=Count("pk")))
    return [(reason, label, per_reason[reason]) for reason, label in Skip.Reason.choices if per_reason.get(reason)]


def suppressions() -> "QuerySet[Suppression]":
    return Suppression.objects.select_related("survey").order_by("-created_at", "pk")


def returned_mails(user: User) -> "QuerySet[ReturnedMail]":
    """Newest first, with the person whose mail it was, where that is known."""
    return ReturnedMail.objects.visible_to(user).select_related("delivery__invitation__contact", "delivery__invitation__distribution")
