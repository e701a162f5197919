"""What became of each person of a distribution, as rows for a file."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower

from feedback_site.access.models import User
from surveys.customers.models import Contact
from surveys.distribution.models import Delivery, Distribution, Invitation, Skip, Suppression
from surveys.distribution.visit_models import Visit

HEADS = [
    "contact",
    "email",
    "account",
    "segment",
    "language",
    "outcome",
    "last_mail",
    "reason",
    "mails_sent",
    "first_sent_at",
    "opened_at",
    "answer",
    "answered_at",
    "unsubscribed_at",
]
BATCH = 2000
PLACE = ("contact__account__name", "contact__account__segment__name")


def outcome_rows(distribution: Distribution, user: User) -> Iterator[tuple[Any, ...]]:
    """The invited and then the skipped whom `user` may see; two queries, read in batches.

    Of an anonymous survey it is told that somebody took part, and not when. The address is the one that was mailed,
    as far as a mail has gone.
    """
    is_anonymous = distribution.survey.is_anonymous
    for row in invited(distribution, user).iterator(BATCH):
        answered = "yes" if row["answered_at"] else "partly" if row["response_state"] else "no"
        yield (
            *(row[name] or "" for name in ("contact__name", "address", *PLACE)),
            row["language"],
            "invited",
            row["mail_state"] or "",
            row["mail_reason"] or "",
            row["mails_sent"],
            row["first_sent_at"],
            None if is_anonymous else row["opened_at"],
            answered,
            None if is_anonymous else row["answered_at"],
            row["unsubscribed_at"],
        )
    for row in skipped(distribution, user).iterator(BATCH):
        people = (row[name] or "" for name in ("contact__name", "contact__email", *PLACE))
        yield (*people, row["contact__language"], "skipped", "", row["reason"], 0, *[None] * 5)


def invited(distribution: Distribution, user: User) -> "QuerySet[Any]":
    last = Delivery.objects.filter(invitation=OuterRef("pk")).order_by("-number")
    opened = Visit.objects.filter(invitation=OuterRef("pk"), is_scanner=False).order_by("at")
    own = Q(lower=Lower(OuterRef("address"))) | Q(lower=Lower(OuterRef("contact__email")))
    wish = Suppression.objects.annotate(lower=Lower("email")).filter(own).about(distribution.survey).order_by("created_at")
    unsubscribed = wish.filter(reason=Suppression.Reason.UNSUBSCRIBED, created_at__gte=OuterRef("created_at"))
    sent = Q(deliveries__sent_at__isnull=False)
    found = Invitation.objects.visible_to(user).filter(distribution=distribution)
    return (
        found.annotate(
            address=Coalesce(Subquery(last.exclude(email="").values("email")[:1]), F("contact__email")),
            mail_state=Subquery(last.values("state")[:1]),
            mail_reason=Subquery(last.values("reason")[:1]),
            mails_sent=Count("deliveries", filter=sent),
            first_sent_at=Min("deliveries__sent_at"),
            opened_at=Subquery(opened.values("at")[:1]),
            unsubscribed_at=Subquery(unsubscribed.values("created_at")[:1]),
            response_state=F("response__state"),
        )
        .values(
            "contact__name",
            "address",
            *PLACE,
            "language",
            "mail_state",
            "mail_reason",
            "mails_sent",
            "first_sent_at",
            "opened_at",
            "response_state",
            "answered_at",
            "unsubscribed_at",
        )
        .order_by("contact__name", "pk")
    )


def skipped(distribution: Distribution, user: User) -> "QuerySet[Any]":
    seen = Contact.objects.visible_to(user)
    rows = Skip.objects.filter(distribution=distribution, contact__in=seen)
    return rows.values("contact__name", "contact__email", *PLACE, "contact__language", "reason").order_by("contact__name", "pk")
