"""How many of those who got a mail have answered: by segment, language, domain, hour and reminder."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import BooleanField, Count, ExpressionWrapper, F, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import ExtractHour, Lower, StrIndex, Substr
from django.utils.timezone import get_default_timezone
from scipy.stats import binomtest

from surveys.distribution.models import Delivery, Distribution
from surveys.distribution.queries import DELIVERED, WAS_MAILED

LEAST_DELIVERED = 5  # below, a rate says nothing
MOST_DOMAINS = 20
BATCH = 10_000


@dataclass(frozen=True)
class Rate:
    """Answered ÷ delivered in %, with its Wilson (1927) 95 % score interval; None where too few were reached to say."""

    key: Any
    delivered: int
    answered: int
    value: float | None = None
    low: float | None = None
    high: float | None = None


def rate(key: Any, delivered: int, answered: int, least: int = LEAST_DELIVERED) -> Rate:
    if delivered < least:
        return Rate(key, delivered, answered)
    interval = binomtest(answered, delivered).proportion_ci(method="wilson")
    return Rate(key, delivered, answered, 100 * answered / delivered, 100 * interval.low, 100 * interval.high)


@dataclass(frozen=True)
class Rates:
    """All tables of one distribution; `least` is the smallest group that is shown.

    There are no `mails` of an anonymous survey: it keeps no time of an answer, so that nobody can tell after which mail it came.
    """

    overall: Rate
    segments: list[Rate]
    languages: list[Rate]
    domains: list[Rate]
    hours: list[Rate]
    mails: list[Rate]
    least: int


def rates_of(distribution: Distribution) -> Rates:
    """Six queries, whatever the size. Segments are those of the accounts now.

    Of an anonymous survey no group below ANONYMITY_THRESHOLD is shown, as it would tell who took part.
    """
    least = max(LEAST_DELIVERED, settings.ANONYMITY_THRESHOLD) if distribution.survey.is_anonymous else LEAST_DELIVERED
    reached = distribution.invitations.filter(WAS_MAILED)
    whole = reached.aggregate(n=Count("pk"), answered=Count("answered_at"))
    mails = Delivery.objects.filter(invitation=OuterRef("pk"), state__in=DELIVERED, sent_at__isnull=False)
    first_sent = Subquery(mails.order_by("number").values("sent_at")[:1])
    hours = reached.annotate(key=ExtractHour(first_sent, tzinfo=get_default_timezone()))
    domain = Lower(Substr("contact__email", StrIndex("contact__email", Value("@")) + 1))
    return Rates(
        overall=rate("", whole["n"], whole["answered"], least),
        segments=grouped(reached.annotate(key=F("contact__account__segment__name")), least),
        languages=grouped(reached.annotate(key=F("language")), least),
        domains=with_rest(grouped(reached.annotate(key=domain), least), least),
        hours=sorted(grouped(hours, least), key=lambda row: row.key if row.key is not None else -1),
        mails=[] if distribution.survey.is_anonymous else after_how_many(reached, least),
        least=least,
    )


def grouped(reached: "QuerySet[Any]", least: int) -> list[Rate]:
    """By `key`, the largest group first."""
    rows = reached.order_by().values("key").annotate(n=Count("pk"), answered=Count("answered_at")).order_by("-n", "key")
    return [rate(row["key"], row["n"], row["answered"], least) for row in rows]


def with_rest(rows: list[Rate], least: int) -> list[Rate]:
    """The largest domains, and the others together under None."""
    rest = rows[MOST_DOMAINS:]
    if not rest:
        return rows
    return [*rows[:MOST_DOMAINS], rate(None, sum(row.delivered for row in rest), sum(row.answered for row in rest), least)]


def after_how_many(reached: "QuerySet[Any]", least: int) -> list[Rate]:
    """Of those who got mail number 0, 1, 2 …: how many answered after it and before the next."""
    sent = Q(deliveries__state__in=DELIVERED, deliveries__sent_at__isnull=False)
    before_answer = sent & (Q(answered_at__isnull=True) | Q(deliveries__sent_at__lte=F("answered_at")))
    silent = ExpressionWrapper(Q(answered_at=None), BooleanField())
    last = reached.annotate(last=Max("deliveries__number", filter=before_answer), is_silent=silent)
    rows = last.order_by().values_list("pk", "last", "is_silent")
    stopped_at: dict[int, list[int]] = {}
    for _pk, number, is_silent in rows.iterator(BATCH):
        stopped_at.setdefault(number or 0, [0, 0])[bool(is_silent)] += 1
    return [after_mail(number, stopped_at, least) for number in sorted(stopped_at)]


def after_mail(number: int, stopped_at: dict[int, list[int]], least: int) -> Rate:
    """Whoever stands at a later number got this one too, and had not answered yet."""
    got_it = sum(sum(people) for later, people in stopped_at.items() if later >= number)
    return rate(number, got_it, stopped_at[number][0], least)


def shown(rows: Iterable[Rate], labels: dict[Any, Any]) -> list[tuple[Any, Rate]]:
    """Each row with its name."""
    return [(labels.get(row.key, row.key), row) for row in rows]
