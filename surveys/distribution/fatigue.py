"""How often a person may be asked: by all surveys together, as the settings say, and by one survey, as its owner says."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Greatest

from surveys.authoring.models import Survey
from surveys.distribution.models import Delivery, Distribution, Invitation, Skip

YEAR = timedelta(days=365)
# A mail in one of these states was handed over, or may have been; in one of the others it still waits.
HANDED_OVER = [Delivery.State.SENDING, Delivery.State.SENT, Delivery.State.UNCERTAIN]
ASKED = [*HANDED_OVER, Delivery.State.QUEUED, Delivery.State.DEFERRED]
# Two machines whose clocks differ by this much still see which mail was first.
CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True)
class Limits:
    """Days between two mails, invitations within 365 days, invitations open at once; None is no limit."""

    days_between: int | None
    most_a_year: int | None
    most_open: int | None


def limits_of_all() -> Limits:
    """What holds over all surveys together; 0 in the settings is no limit."""
    return Limits(settings.DAYS_BETWEEN_INVITATIONS, settings.MOST_INVITATIONS_A_YEAR or None, settings.MOST_OPEN_INVITATIONS or None)


def limits_of(survey: Survey) -> Limits:
    """What its owner says of this survey alone, on top of what holds over all."""
    return Limits(survey.days_between_invitations, survey.most_invitations_a_year, survey.most_open_invitations)


def asked_too_often(survey: Survey, at: datetime) -> Iterator[When]:
    """The conditions on a contact, each with its skip reason, in the order in which they are named.

    `at` is when the new mail would go. What waits to go later than that counts as well: it would follow too soon.
    """
    mails = Delivery.objects.filter(invitation__contact=OuterRef("pk"), state__in=ASKED)
    of_survey = mails.filter(invitation__distribution__survey=survey)
    for limits, asked in ((limits_of_all(), mails), (limits_of(survey), of_survey)):
        yield from broken_limits(limits, asked, at)


def broken_limits(limits: Limits, mails: "QuerySet[Delivery]", at: datetime) -> Iterator[When]:
    dated = mails.annotate(at=Coalesce("sent_at", Greatest("created_at", "not_before")))
    invitations = dated.filter(number=0)
    if limits.days_between:
        recently = near(dated, at, timedelta(days=limits.days_between))
        yield When(Exists(recently), then=Value(Skip.Reason.ASKED_RECENTLY))
    if limits.most_a_year:
        yield When(at_least(limits.most_a_year, near(invitations, at, YEAR)), then=Value(Skip.Reason.ASKED_OFTEN))
    if limits.most_open:
        unanswered = invitations.filter(
            invitation__answered_at=None,
            invitation__distribution__state__in=Distribution.UNDER_WAY,
            invitation__distribution__closes_at__gt=at,
        )
        yield When(at_least(limits.most_open, unanswered), then=Value(Skip.Reason.STILL_OPEN))


def near(dated: "QuerySet[Any]", at: datetime, span: timedelta) -> "QuerySet[Any]":
    """Those less than `span` before or after `at`."""
    return dated.filter(at__gt=at - span, at__lt=at + span)


def at_least(most: int, mails: "QuerySet[Delivery]") -> Q:
    """Whether the outer contact has so many of `mails` already."""
    counted = mails.order_by().values(contact=F("invitation__contact")).annotate(n=Count("pk")).values("n")
    return Q(Exists(counted.filter(n__gte=most)))


def asked_meanwhile(invitation: Invitation, now: datetime) -> bool:
    """Whether another distribution has asked the same person, too recently, since this invitation was written.

    For the moment of sending: a pause, a mail server that was away or sending hours move a mail away from the moment
    for which `asked_too_often` has judged it. At most one query, and none where no limit of days is set. Counted are
    invitations, not their reminders. One that another worker holds at this moment counts as well: of two mails that
    meet like that none may go, but never both.
    """
    survey = invitation.distribution.survey
    recent = Q()
    for limits, which in ((limits_of_all(), Q()), (limits_of(survey), Q(invitation__distribution__survey=survey))):
        if limits.days_between:
            recent |= which & Q(at__gt=max(now - timedelta(days=limits.days_between), invitation.created_at - CLOCKS_DIFFER))
    if not recent:
        return False
    mails = Delivery.objects.filter(invitation__contact=invitation.contact_id, number=0, state__in=HANDED_OVER)
    others = mails.exclude(invitation=invitation.pk).annotate(at=Coalesce("sent_at", "claimed_at"))
    return others.filter(recent).exists()
