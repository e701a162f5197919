"""The account × quarter panel that reports are computed from, read from the rollups in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from analytics.linkage.filters import ReportFilters
from analytics.linkage.models import MoneyQuarter, SatisfactionQuarter
from analytics.sales.models import Opportunity
from feedback_site.access.models import User
from surveys.customers.models import Account

NONE = "none"  # the key of those without a segment or region
ZERO = Decimal(0)


@dataclass(frozen=True)
class Scores:
    """Sums over the responses of one contact (or of nameless respondents) in one quarter."""

    quarter: date
    contact_id: int | None
    group: str
    in_scope: bool  # of the chosen segment and region, as the account was then
    responses: int
    promoters: int
    detractors: int
    score_sum: int
    score_squares: int
    latest_score: int
    latest_at: Any


@dataclass(frozen=True)
class Money:
    """The money of one account in one quarter; `cost` None where it is not known."""

    revenue: Decimal = ZERO
    cost: Decimal | None = ZERO
    won: int = 0
    lost: int = 0
    unconverted: int = 0


@dataclass
class AccountPanel:
    """One account (None: what belongs to no account), all its quarters, and its group in the report as it is now."""

    account_id: int | None
    name: str
    segment: str
    region: str
    group: str
    in_scope: bool
    is_simulated: bool = False
    inactivity_days: int = 180
    ended_on: date | None = None
    scores: list[Scores] = field(default_factory=list)
    money: dict[date, Money] = field(default_factory=dict)
    campaign: tuple[int, str] | None = None  # key and name, that of its first won opportunity

    def revenue(self, quarters: Iterable[date]) -> Decimal:
        """What is known of it: entries without an exchange rate are left out, see `is_converted`."""
        return sum((self.money[quarter].revenue for quarter in quarters if quarter in self.money), ZERO)

    def is_converted(self, quarters: Iterable[date]) -> bool:
        """Whether all that was entered for `quarters` could be brought into the reporting currency."""
        return not any(self.money[quarter].unconverted for quarter in quarters if quarter in self.money)

    def profit(self, quarters: Iterable[date]) -> Decimal | None:
        """Revenue less cost; None where the cost of one entry is not known."""
        rows = [self.money[quarter] for quarter in quarters if quarter in self.money]
        return None if any(row.cost is None for row in rows) else sum((row.revenue - (row.cost or ZERO) for row in rows), ZERO)

    @property
    def paid_quarters(self) -> list[date]:
        """Those with revenue, in order; revenue in a currency without exchange rate was paid too."""
        return sorted(quarter for quarter, row in self.money.items() if row.revenue > 0 or row.unconverted)

    @property
    def first_business(self) -> date | None:
        """The quarter of the first revenue or won opportunity, whichever came first."""
        won = [quarter for quarter, row in self.money.items() if row.won]
        return min([*self.paid_quarters[:1], *won], default=None)


@dataclass(frozen=True)
class Panel:
    """All accounts that the user sees, with their quarters up to the one after the window.

    `books_begin` is the first quarter with revenue; `labels` are the names of the groups by their keys.
    """

    accounts: list[AccountPanel]
    labels: dict[str, str]
    books_begin: date | None

    @property
    def in_scope(self) -> list[AccountPanel]:
        return [account for account in self.accounts if account.in_scope]


def read_panel(user: User, filters: ReportFilters, score_type: str) -> Panel:
    """The panel of the accounts that `user` may see."""
    reader = _Reader(filters)
    for row in Account.objects.visible_to(user).values(
        "pk", "name", "segment_id", "segment__name", "segment__inactivity_days", "region", "ended_on", "is_simulated"
    ):
        reader.add_account(dict(row))
    reader.add_satisfaction(user, score_type)
    reader.add_money(user)
    reader.add_campaigns(user)
    begin = min((quarter for account in reader.accounts.values() for quarter in account.paid_quarters[:1]), default=None)
    return Panel(list(reader.accounts.values()), reader.labels, begin)


class _Reader:
    def __init__(self, filters: ReportFilters) -> None:
        self.filters = filters
        self.labels: dict[str, str] = {}
        self.nameless = {"segment": str(_("no segment")), "region": str(_("no region"))}
        self.accounts: dict[int | None, AccountPanel] = {}

    def group(self, segment_id: int | None, segment: str | None, region: str) -> str:
        """The key of the row, whose label is kept."""
        key, label = (region or NONE, region) if self.filters.by == "region" else (str(segment_id or NONE), segment)
        self.labels[key] = label or self.nameless[self.filters.by]
        return key

    def wanted(self, segment_id: int | None, region: str) -> bool:
        return self.filters.segment_id in (None, segment_id) and self.filters.region in ("", region)

    def add_account(self, row: dict[str, Any]) -> None:
        self.accounts[row["pk"]] = AccountPanel(
            account_id=row["pk"],
            name=row["name"],
            segment=row["segment__name"] or self.nameless["segment"],
            region=row["region"] or self.nameless["region"],
            group=self.group(row["segment_id"], row["segment__name"], row["region"]),
            in_scope=self.wanted(row["segment_id"], row["region"]),
            is_simulated=row["is_simulated"],
            inactivity_days=row["segment__inactivity_days"] or 180,
            ended_on=row["ended_on"],
        )

    def add_satisfaction(self, user: User, score_type: str) -> None:
        window = Q(quarter__gte=self.filters.first, quarter__lte=self.filters.last)
        rows = SatisfactionQuarter.objects.visible_to(user).filter(window, survey=self.filters.survey, score_type=score_type)
        keys = ("quarter", "contact_id", "responses", "promoters", "detractors", "score_sum", "score_squares", "latest_score", "latest_at")
        for row in rows.values("account_id", "segment_id", "segment__name", "region", *keys):
            scores = Scores(
                group=self.group(row["segment_id"], row["segment__name"], row["region"]),
                in_scope=self.wanted(row["segment_id"], row["region"]),
                **{key: row[key] for key in keys},
            )
            if row["account_id"] in self.accounts:
                self.accounts[row["account_id"]].scores.append(scores)

    def add_money(self, user: User) -> None:
        """All quarters up to the one after the window: growth looks ahead, new customers and survival look back."""
        rows = MoneyQuarter.objects.visible_to(user).filter(quarter__lte=self.filters.end)
        for account, quarter, *amounts in rows.values_list("account_id", "quarter", "revenue", "cost", "won", "lost", "unconverted"):
            if account is None and None not in self.accounts:
                self.accounts[None] = self._belonging_to_none()
            if account in self.accounts:
                self.accounts[account].money[quarter] = Money(*amounts)

    def _belonging_to_none(self) -> AccountPanel:
        names = (str(_("no account")), self.nameless["segment"], self.nameless["region"])
        return AccountPanel(None, *names, group=self.group(None, None, ""), in_scope=self.wanted(None, ""))

    def add_campaigns(self, user: User) -> None:
        """The campaign of each account's first won opportunity (first touch)."""
        won = Opportunity.objects.visible_to(user).filter(
            stage=Opportunity.Stage.WON, account__isnull=False, closed_on__lt=self.filters.end
        )
        first: dict[int | None, tuple[int, str] | None] = {}
        for account, key, name in won.order_by("closed_on", "pk").values_list("account_id", "campaign_id", "campaign__name"):
            first.setdefault(account, (key, name or "") if key else None)
        for account in first.keys() & self.accounts.keys():
            self.accounts[account].campaign = first[account]


def account_score(rows: list[Scores]) -> float | None:
    """The mean of each contact's latest score; a response without a contact counts by itself. None without any."""
    latest: dict[int, Scores] = {}
    nameless_sum, nameless = 0, 0
    for row in rows:
        if row.contact_id is None:
            nameless_sum, nameless = nameless_sum + row.score_sum, nameless + row.responses
        elif row.contact_id not in latest or latest[row.contact_id].latest_at < row.latest_at:
            latest[row.contact_id] = row
    voices = len(latest) + nameless
    return (sum(row.latest_score for row in latest.values()) + nameless_sum) / voices if voices else None


def by_quarter(rows: list[Scores]) -> dict[date, list[Scores]]:
    found: dict[date, list[Scores]] = defaultdict(list)
    for row in rows:
        found[row.quarter].append(row)
    return found
