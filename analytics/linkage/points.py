"""Accounts of the panel as points of the report."""

from datetime import date
from decimal import Decimal

import numpy as np
from django.conf import settings

from analytics.linkage.figures import AccountPoint
from analytics.linkage.filters import ReportFilters, organisation_today, shifted
from analytics.linkage.panel import AccountPanel, Panel, account_score, by_quarter
from analytics.statistics.growth import midpoint_growth
from surveys.authoring.models import Question
from surveys.collection.bands import band_of
from surveys.collection.models import Band

SILENT = "silent"


def points_of(panel: Panel, filters: ReportFilters, score_type: str) -> list[AccountPoint]:
    """The chosen accounts with an answer, revenue or a closed opportunity in the window or revenue in the one before, by name."""
    found = [
        point(account, filters, score_type)
        for account in panel.in_scope
        if account.account_id is not None and has_business(account, filters)
    ]
    return sorted(found, key=lambda point: (point.name, point.account_id))


def has_business(account: AccountPanel, filters: ReportFilters) -> bool:
    return bool(account.scores) or any(quarter in account.money for quarter in (*filters.quarters, *filters.quarters_before))


def point(account: AccountPanel, filters: ReportFilters, score_type: str) -> AccountPoint:
    assert account.account_id is not None
    responses = heard(account)
    score = account_score(account.scores) if responses >= filters.least_responses else None
    before, now = compared_revenue(account, filters)
    growth_score, next_growth = growth_after(account, filters) if score is not None else (None, None)
    return AccountPoint(
        account_id=account.account_id,
        name=account.name,
        segment=account.segment,
        region=account.region,
        score=score,
        responses=responses,
        revenue=known_revenue(account, filters),
        growth=100 * float((now - before) / before) if now is not None and before else None,
        band=band_of_account(score, score_type, responses),
        group=account.group,
        before=before,
        now=now,
        is_converted=account.is_converted(filters.quarters),
        profit=account.profit(filters.quarters),
        growth_score=growth_score,
        next_growth=next_growth,
        is_new=is_new(account, filters),
        is_simulated=account.is_simulated,
        campaign=account.campaign if is_new(account, filters) else None,
    )


def is_new(account: AccountPanel, filters: ReportFilters) -> bool:
    """Whether its first business, revenue or a won opportunity, falls in the window."""
    return account.first_business is not None and filters.first <= account.first_business <= filters.last


def heard(account: AccountPanel) -> int:
    """How many scored responses came in the window, whatever the account's segment was then."""
    return sum(row.responses for row in account.scores)


def known_revenue(account: AccountPanel, filters: ReportFilters) -> Decimal | None:
    """The revenue of the window; unknown, not 0, where none was ever entered or nothing of it has an exchange rate."""
    known = account.revenue(filters.quarters)
    has_books = any(row.revenue or row.unconverted for row in account.money.values())
    return known if known or (has_books and account.is_converted(filters.quarters)) else None


def compared_revenue(account: AccountPanel, filters: ReportFilters) -> tuple[Decimal, Decimal] | tuple[None, None]:
    """The revenue of the window before and of this one, as far as its quarters are over; None where it can not be compared."""
    before, now = account.revenue(filters.quarters_before), account.revenue(filters.full_quarters)
    is_converted = account.is_converted([*filters.quarters_before, *filters.full_quarters])
    return (before, now) if is_converted and (before or now) else (None, None)


def band_of_account(score: float | None, score_type: str, responses: int) -> str:
    """The band of an account score; with the cut-offs of the settings for NPS, of the nearest answer for CSAT and CES."""
    if score is None:
        return "" if responses else SILENT
    if score_type != Question.Type.NPS:
        return band_of(score_type, int(score + 0.5)).value
    if score >= settings.ACCOUNT_PROMOTER_FROM:
        return Band.PROMOTER.value
    return Band.DETRACTOR.value if score < settings.ACCOUNT_DETRACTOR_BELOW else Band.PASSIVE.value


def growth_after(account: AccountPanel, filters: ReportFilters) -> tuple[float | None, float | None]:
    """The account's mean score, and its mean growth from that quarter to the next, over the quarters that have both.

    A next quarter that has not ended yet is left out: its revenue is still coming in.
    """
    today = organisation_today()
    scores = {quarter: account_score(rows) for quarter, rows in by_quarter(account.scores).items() if shifted(quarter, 2) <= today}
    pairs = [
        (score, growth) for quarter, score in scores.items() if (growth := _growth(account, quarter)) is not None and score is not None
    ]
    if not pairs:
        return None, None
    means = np.mean(pairs, axis=0)
    return float(means[0]), float(means[1])


def _growth(account: AccountPanel, quarter: date) -> float | None:
    both = (quarter, shifted(quarter, 1))
    if not account.is_converted(both):
        return None
    amounts = [account.revenue([one]) for one in both]
    growth = float(midpoint_growth(float(amounts[0]), float(amounts[1])))
    return None if np.isnan(growth) else growth
