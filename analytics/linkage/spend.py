"""What was spent in the window, for each row of the report."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.linkage.filters import ReportFilters
from analytics.linkage.panel import NONE
from analytics.sales.models import Spend
from analytics.sales.money import NOTHING, Total, totals
from feedback_site.access.models import User
from feedback_site.access.visibility import sees_every_account


@dataclass(frozen=True)
class SpendOfRow:
    """Acquisition spend, spend on campaigns, and on which (keys); `reason` says why a row has none of them."""

    acquisition: Total = NOTHING
    campaigns: Total = NOTHING
    campaigns_with_spend: frozenset[int] = frozenset()
    reason: str = ""

    @staticmethod
    def left_out(spent: Total) -> str:
        n = spent.unconverted
        return (ngettext("%(n)s entry left out: no exchange rate", "%(n)s entries left out: no exchange rate", n) % {"n": n}) if n else ""


@dataclass(frozen=True)
class WindowSpend:
    """By segment, and all together. Spend is entered for segments, not for regions."""

    total: SpendOfRow
    by_segment: dict[str, SpendOfRow]
    reason_of_rows: str = ""

    def of(self, key: str) -> SpendOfRow:
        return SpendOfRow(reason=self.reason_of_rows) if self.reason_of_rows else self.by_segment.get(key, SpendOfRow())


def read_spend(user: User, filters: ReportFilters) -> WindowSpend:
    """What `user` may see of it: spend belongs to no account, so only those who see every account see it."""
    by_region = _("spend is not entered by region")
    if not sees_every_account(user):
        hidden = _("spend is shown only to those who see every account")
        return WindowSpend(SpendOfRow(reason=hidden), {}, hidden)
    if filters.region:
        return WindowSpend(SpendOfRow(reason=by_region), {}, by_region)
    spent = Spend.objects.visible_to(user).filter(spent_on__gte=filters.first, spent_on__lt=filters.end).order_by()
    if filters.segment_id:
        spent = spent.filter(segment=filters.segment_id)
    on_campaigns = spent.filter(campaign__isnull=False)
    acquisition = totals(spent.filter(kind=Spend.Kind.ACQUISITION), "amount", "spent_on", "segment")
    campaigns = totals(on_campaigns, "amount", "spent_on", "segment")
    which: dict[int | None, set[int]] = defaultdict(set)
    for segment, campaign in on_campaigns.values_list("segment", "campaign").distinct():
        which[segment].add(campaign)
    rows = {
        str(key or NONE): SpendOfRow(acquisition.get(key, NOTHING), campaigns.get(key, NOTHING), frozenset(which[key]))
        for key in acquisition.keys() | campaigns.keys()
    }
    total = SpendOfRow(
        sum(acquisition.values(), start=NOTHING),
        sum(campaigns.values(), start=NOTHING),
        frozenset().union(*which.values()),
    )
    return WindowSpend(total, rows, by_region if filters.by == "region" else "")
