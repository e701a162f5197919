"""A small company, reckoned by hand: two segments, known scores, known money."""

from datetime import UTC, date, datetime
from decimal import Decimal

from analytics.linkage.filters import ReportFilters
from analytics.linkage.report import build_report
from analytics.linkage.rollup import refresh_rollups
from tests import factories

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)  # the second quarter runs
Q4_25, Q1, Q2 = date(2025, 10, 1), date(2026, 1, 1), date(2026, 4, 1)


def at(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def report(survey, user=None, first=Q1, last=Q1, **filters):
    refresh_rollups()
    return build_report(user or factories.user(role="leadership"), ReportFilters(survey=survey, first=first, last=last, **filters))


def account(segment, scores=(), survey=None, before=0, now=0, after=0, cost=None, **fields):
    """An account with one contact for each score in the first quarter of 2026, and revenue in three quarters."""
    made = factories.account(segment=segment, **fields)
    for score in scores:
        factories.response(survey=survey, contact=factories.contact(made), score=score, at=at(date(2026, 2, 10)))
    for quarter, amount in ((Q4_25, before), (Q1, now), (Q2, after)):
        if amount:
            factories.revenue(made, amount, quarter, cost=None if cost is None else Decimal(amount) * Decimal(cost))
    return made
