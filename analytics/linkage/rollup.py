"""Rebuild the rollups that reports read: `refresh_rollups()`."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.utils import timezone

from analytics.linkage import money_rollup, satisfaction_rollup, theme_rollup
from analytics.linkage.models import MoneyQuarter, RollupMark, SatisfactionQuarter, ThemeMonth
from analytics.sales.models import ExchangeRate, Opportunity, RevenueEntry
from surveys.collection.models import Response

BATCH = 500  # accounts replaced in one transaction
# A long transaction commits rows whose time of change lies before the last run: look back so far.
OVERLAP = timedelta(hours=1)
LOGIC = 4  # to be raised whenever rows come to be made otherwise: then all are made anew
Accounts = set[int | None]


def refresh_rollups(force: bool = False) -> bool:
    """Do again the rows of every account whose responses, texts, revenue or opportunities have changed; `force` does all.

    Whether there was anything to do. A run that dies on the way leaves whole rows and is done again by the next.
    """
    mark, _created = RollupMark.objects.get_or_create(name="rollups")
    begun = timezone.now()
    now_seen = fingerprint()
    if not force and mark.seen.get("fingerprint") == now_seen and mark.seen.get("rolled_up") == rolled_up():
        return False
    accounts = every_account() if force or mark.seen.get("rules") != rules() else changed_accounts(mark)
    for batch in in_batches(accounts):
        replace(batch)
    RollupMark.objects.filter(pk=mark.pk).update(
        seen={"fingerprint": now_seen, "rolled_up": rolled_up(), "rules": rules(), "at": begun.isoformat()}, refreshed_at=timezone.now()
    )
    return True


@transaction.atomic
def replace(accounts: Accounts) -> None:
    """Throw away the rows of `accounts` and make them anew."""
    RollupMark.objects.select_for_update().get(name="rollups")
    known = {account for account in accounts if account is not None}
    whose = Q(account__in=known) | Q(account=None) if None in accounts else Q(account__in=known)
    SatisfactionQuarter.objects.filter(whose).delete()
    MoneyQuarter.objects.filter(whose).delete()
    ThemeMonth.objects.filter(whose).delete()
    SatisfactionQuarter.objects.bulk_create(satisfaction_rollup.rows(scored_responses().filter(whose)), batch_size=BATCH)
    ThemeMonth.objects.bulk_create(theme_rollup.rows(complete_responses().filter(whose)), batch_size=BATCH)
    MoneyQuarter.objects.bulk_create(
        money_rollup.rows(RevenueEntry.objects.filter(whose), closed_opportunities().filter(whose)), batch_size=BATCH
    )


# --- What has changed -----------------------------------------------------------------------------


def rules() -> list[Any]:
    """What all rows depend on: this code, currency, time zone, exchange rates, and how themes are arranged."""
    rates = ExchangeRate.objects.aggregate(n=Count("pk"), last=Max("updated_at"))
    return [LOGIC, settings.CURRENCY, settings.TIME_ZONE, rates["n"], str(rates["last"]), *theme_rollup.rules()]


def fingerprint() -> list[Any]:
    """Changes whenever a row that the rollups are made of is added, changed or deleted."""
    found = [
        rows.aggregate(n=Count("pk"), top=Max("pk"), last=Max("updated_at"))
        for rows in (complete_responses(), RevenueEntry.objects.order_by(), closed_opportunities())
    ]
    return [*rules(), *([row["n"], row["top"], str(row["last"])] for row in found), theme_rollup.fingerprint()]


def rolled_up() -> list[int | None]:
    """What the rollups hold: a deleted contact takes its rows along, although its responses stay."""
    responses = SatisfactionQuarter.objects.aggregate(n=Sum("responses"))["n"]
    themes = every_response_of_themes().aggregate(n=Sum(F("responses") + F("unread")))["n"]
    return [responses, themes, MoneyQuarter.objects.aggregate(n=Sum("entries"))["n"]]


def every_response_of_themes() -> "QuerySet[ThemeMonth]":
    return ThemeMonth.objects.filter(theme=None).order_by()


def complete_responses() -> "QuerySet[Response]":
    """What the figures on themes are made of: texts count without a score too."""
    return Response.objects.of_accounts().complete().order_by()


def scored_responses() -> "QuerySet[Response]":
    return Response.objects.of_accounts().scored().order_by()


def closed_opportunities() -> "QuerySet[Opportunity]":
    return Opportunity.objects.exclude(stage=Opportunity.Stage.OPEN).order_by()


def every_account() -> Accounts:
    """All accounts that have rows to be made or to be thrown away."""
    sources: list[QuerySet[Any]] = [
        complete_responses(),
        RevenueEntry.objects.order_by(),
        closed_opportunities(),
        SatisfactionQuarter.objects.order_by(),
        MoneyQuarter.objects.order_by(),
        ThemeMonth.objects.order_by(),
    ]
    return {account for rows in sources for account in rows.values_list("account", flat=True).distinct()}


def changed_accounts(mark: RollupMark) -> Accounts:
    """Those with rows that changed since the last run, and those whose rows are more or fewer than were rolled up.

    The second finds what leaves no time of change behind: rows deleted, or moved to another account.
    """
    since = datetime.fromisoformat(mark.seen["at"]) - OVERLAP
    found: Accounts = set()
    sources: list[QuerySet[Any]] = [complete_responses(), RevenueEntry.objects.order_by(), closed_opportunities()]
    for rows in sources:
        found |= set(rows.filter(updated_at__gte=since).values_list("account", flat=True).distinct())
    found |= differing(counted(scored_responses(), Count("pk")), counted(SatisfactionQuarter.objects.order_by(), Sum("responses")))
    found |= differing(counted(RevenueEntry.objects.order_by(), Count("pk")), counted(MoneyQuarter.objects.order_by(), Sum("entries")))
    found |= differing(counted(closed_opportunities(), Count("pk")), counted(MoneyQuarter.objects.order_by(), Sum(F("won") + F("lost"))))
    return found | with_other_themes(since)


def with_other_themes(since: datetime) -> Accounts:
    """The same for what texts say: their signature changes with each search for themes and each other label.

    While all texts are searched anew, nearly every account changes from one run to the next: they are done once, after it.
    """
    responses, rolled = complete_responses(), every_response_of_themes()
    found = differing(counted(responses, Count("pk")), counted(rolled, Sum(F("responses") + F("unread"))))
    found |= theme_rollup.touched(responses, since)
    if theme_rollup.is_searched_anew():
        return found
    now = counted(theme_rollup.sentiments(responses), theme_rollup.signature(), "answer__response__account")
    return found | differing(now, counted(rolled, Sum("signature")))


def counted(rows: "QuerySet[Any]", how: models.Aggregate, to_account: str = "account") -> dict[int | None, int]:
    return {account: n for account, n in rows.values_list(to_account).annotate(n=how) if n}


def differing(now: dict[int | None, int], then: dict[int | None, int]) -> Accounts:
    return {account for account in now.keys() | then.keys() if now.get(account) != then.get(account)}


def in_batches(accounts: Iterable[int | None]) -> Iterator[Accounts]:
    ordered = iter(sorted(accounts, key=lambda account: account or 0))
    while batch := set(islice(ordered, BATCH)):
        yield batch
