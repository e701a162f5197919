"""Reads of the feedback pages."""

from typing import Any

from django.db.models import Case, DateTimeField, DecimalField, Exists, F, IntegerField, OuterRef, Prefetch, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from analytics.linkage.models import MoneyQuarter
from analytics.linkage.theme_rollup import Catalogue
from analytics.reports.periods import last_full_quarters
from analytics.text.themes.queries import mentions_in_use
from feedback_site.access.models import User
from surveys.collection.models import Answer, Band, Response, ResponseQuerySet
from surveys.customers.models import Account

MONEY = DecimalField(max_digits=18, decimal_places=2)


def feedback_for(user: User) -> ResponseQuerySet:
    """The responses that `user` may see, complete and partial, each with its moment and its account's trailing revenue."""
    return (
        Response.objects.visible_to(user)
        .annotate(
            answered_at=Coalesce("completed_at", "started_at", output_field=DateTimeField()),
            trailing_revenue=Subquery(trailing_revenue(OuterRef("account")), output_field=MONEY),
        )
        .order_by(F("answered_at").desc(), "-pk")
    )


def trailing_revenue(account: Any) -> "QuerySet[MoneyQuarter, Any]":
    """The revenue of `account` over the last four full quarters, as a subquery; no row where there was none."""
    first, last = last_full_quarters()
    rows = MoneyQuarter.objects.filter(account=account, quarter__gte=first, quarter__lte=last).order_by()
    return rows.values("account").annotate(total=Sum("revenue")).values("total")


def counted_in_themes(responses: ResponseQuerySet, scale: str = "") -> ResponseQuerySet:
    """Those that the figures on themes count: complete ones of accounts, and no text of theirs waits or can not be read.

    `scale` is that of the scores which the survey asks for; where it asks for none, answers count without a score.
    """
    texts = Answer.objects.texts().filter(response=OuterRef("pk"))
    found = responses.of_accounts().complete().filter(~Exists(Catalogue.now().unread(texts)))
    return found.scored().filter(score_type=scale) if scale else found


def band_rank() -> Case:
    """Detractors first, responses without a score last."""
    ranks = [When(band=band, then=rank) for rank, band in enumerate((Band.DETRACTOR, Band.PASSIVE, Band.PROMOTER))]
    return Case(*ranks, default=len(ranks), output_field=IntegerField())


def with_texts(responses: ResponseQuerySet) -> ResponseQuerySet:
    """All that a row of the list shows, in a constant number of queries."""
    texts = Answer.objects.texts().select_related("sentiment", "judgement__judged_by").prefetch_related(mentions_in_use())
    people = ("account__segment", "contact", "survey", "segment", "handling__handled_by", "link", "typed_by")
    return responses.select_related(*people).prefetch_related(Prefetch("answers", texts, to_attr="texts"))


def rows_of_page(page: ResponseQuerySet, user: User) -> list[Response]:
    """The few responses of `page`, in its order, with all that a row of the list shows.

    Their keys are asked for first: in one query with so many joins PostgreSQL would join all responses before it narrows them.
    """
    keys = list(page.values_list("pk", flat=True))
    rows = {row.pk: row for row in with_texts(feedback_for(user).filter(pk__in=keys))}
    return [rows[key] for key in keys if key in rows]


def response_for(user: User, pk: int) -> Response | None:
    """One response with all that its page shows, or None where `user` may not see it."""
    related = (
        "account__segment",
        "account__account_manager",
        "account__sales_representative",
        "segment",
        "account_manager",
        "sales_representative",
        "contact",
        "survey",
        "link",
        "typed_by",
        "version__survey",
        "invitation__distribution",
        "handling__handled_by",
    )
    return feedback_for(user).select_related(*related).filter(pk=pk).first()


def regions_of(user: User) -> list[str]:
    """The regions of the accounts that `user` may see, for a choice."""
    return list(Account.objects.visible_to(user).exclude(region="").order_by("region").values_list("region", flat=True).distinct())
