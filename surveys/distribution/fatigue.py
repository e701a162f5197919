"""How often a person may be asked: by all surveys together, as the settings say, and by one survey, as its owner says."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from surveys.authoring.models import Survey
from surveys.distribution.models import Delivery, Distribution, Skip

YEAR = timedelta(days=365)
# A mail in one of these states was read, or may still be.
ASKED = [Delivery.State.QUEUED, Delivery.State.SENDING, Delivery.State.SENT, Delivery.State.DEFERRED, Delivery.State.UNCERTAIN]


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


def asked_too_often(survey: Survey, now: datetime) -> Iterator[When]:
    """The conditions on a contact, each with its skip reason, in the order in which they are named."""
    mails = Delivery.objects.filter(invitation__contact=OuterRef("pk"), state__in=ASKED)
    of_survey = mails.filter(invitation__distribution__survey=survey)
    for limits, asked in ((limits_of_all(), mails), (limits_of(survey), of_survey)):
        yield from broken_limits(limits, asked, now)


def broken_limits(limits: Limits, mails: "QuerySet[Delivery]", now: datetime) -> Iterator[When]:
    dated = mails.annotate(at=Coalesce("sent_at", "created_at"))
    invitations = dated.filter(number=0)
    if limits.days_between:
        recently = dated.filter(at__gt=now - timedelta(days=limits.days_between))
        yield When(Exists(recently), then=Value(Skip.Reason.ASKED_RECENTLY))
    if limits.most_a_year:
        yield When(at_least(limits.most_a_year, invitations.filter(at__gt=now - YEAR)), then=Value(Skip.Reason.ASKED_OFTEN))
    if limits.most_open:
        unanswered = invitations.filter(
            invitation__answered_at=None,
            invitation__distribution__state__in=Distribution.UNDER_WAY,
            invitation__distribution__closes_at__gt=now,
        )
        yield When(at_least(limits.most_open, unanswered), then=Value(Skip.Reason.STILL_OPEN))


def at_least(most: int, mails: "QuerySet[Delivery]") -> Q:
    """Whether the outer contact has so many of `mails` already."""
    counted = mails.order_by().values(contact=F("invitation__contact")).annotate(n=Count("pk")).values("n")
    return Q(Exists(counted.filter(n__gte=most)))
