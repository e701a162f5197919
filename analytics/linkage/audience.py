"""What the linkage knows about a contact that an audience may ask for: the revenue of the account."""

from collections.abc import Mapping
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Sum

from analytics.linkage.filters import organisation_today, quarter_of, shifted
from analytics.linkage.models import MoneyQuarter
from surveys.customers.models import Contact

QUARTERS = 4


def by_revenue(contacts: "QuerySet[Contact]", bounds: Mapping[str, Any]) -> "QuerySet[Contact]":
    """Those whose account brought between `from` and `to` (either may be missing), in the reporting currency.

    Counted are the last four full quarters; an account without any entry in them is in no such audience, as
    nothing is known of it.
    """
    running = quarter_of(organisation_today())
    rows = MoneyQuarter.objects.filter(account=OuterRef("account"), quarter__gte=shifted(running, -QUARTERS), quarter__lt=running)
    total = rows.filter(entries__gt=0).order_by().values("account").annotate(sum=Sum("revenue")).values("sum")
    known = contacts.alias(year_revenue=Subquery(total)).exclude(year_revenue=None)
    if bounds.get("from") is not None:
        known = known.filter(year_revenue__gte=bounds["from"])
    if bounds.get("to") is not None:
        known = known.filter(year_revenue__lte=bounds["to"])
    return known
