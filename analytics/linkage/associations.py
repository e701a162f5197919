"""Score against money, account by account: the associations of a report, and the price of trying many."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.linkage.figures import AccountPoint, Figure, ReportRow, missing
from analytics.statistics.association import Association, pooled, q_values, signs_differ, spearman

KPIS = ("rho_growth", "rho_revenue")


def pairs(kpi: str, points: Sequence[AccountPoint]) -> list[tuple[float, float]]:
    """(score, outcome) of the accounts that have both; revenue that lacks an exchange rate somewhere is no outcome."""
    if kpi == "rho_growth":
        both: list[tuple[Any, Any]] = [(point.growth_score, point.next_growth) for point in points]
    else:
        both = [(point.score, point.revenue) for point in points if point.is_converted]
    return [(float(score), float(outcome)) for score, outcome in both if score is not None and outcome is not None]


def association(kpi: str, points: Sequence[AccountPoint]) -> Association:
    cells = pairs(kpi, points)
    return spearman([score for score, _outcome in cells], [outcome for _score, outcome in cells])


def association_figure(kpi: str, points: Sequence[AccountPoint]) -> Figure:
    """ρ with its interval, or "too few accounts"; the q-value comes when the whole page is known."""
    n = len(pairs(kpi, points))
    if n < settings.LEAST_ACCOUNTS:
        return missing(kpi, n, "accounts", _("too few accounts: %(n)s of %(least)s needed") % {"n": n, "least": settings.LEAST_ACCOUNTS})
    found = association(kpi, points)
    if found.value is None:
        return missing(kpi, n, "accounts", _("all accounts are alike in score or in outcome"))
    return Figure(kpi, found.value, n, "accounts", low=found.low, high=found.high, p=found.p)


def with_q_values(rows: list[ReportRow]) -> tuple[list[ReportRow], int]:
    """`rows`, the first of all accounts together, with q-values over all associations on the page, and how many there are.

    A single row beside the first is the same once more: it is tested once.
    """
    if len(rows) == 2 and all(rows[0].figures[kpi].n == rows[1].figures[kpi].n for kpi in KPIS):
        [first], count = with_q_values(rows[:1])
        same = {kpi: replace(rows[1].figures[kpi], q=first.figures[kpi].q) for kpi in KPIS}
        return [first, replace(rows[1], figures={**rows[1].figures, **same})], count
    places = [(number, kpi) for number, row in enumerate(rows) for kpi in KPIS]
    chances = q_values([rows[number].figures[kpi].p for number, kpi in places])
    found = [replace(row, figures=dict(row.figures)) for row in rows]
    for (number, kpi), q in zip(places, chances, strict=True):
        found[number].figures[kpi] = replace(found[number].figures[kpi], q=q)
    return found, sum(q is not None for q in chances)


def within_groups(kpi: str, groups: Sequence[Sequence[AccountPoint]]) -> Association:
    """The associations within the groups that have enough accounts, pooled."""
    return pooled(association(kpi, group) for group in groups if len(pairs(kpi, group)) >= settings.LEAST_ACCOUNTS)


def pooled_figures(groups: Sequence[Sequence[AccountPoint]]) -> list[Figure]:
    """One figure for each outcome that is known in more than one group."""
    found = {kpi: within_groups(kpi, groups) for kpi in KPIS}
    return [Figure(kpi, one.value, one.n, "accounts", low=one.low, high=one.high) for kpi, one in found.items() if one.groups > 1]


def turned_signs(points: Sequence[AccountPoint], groups: Sequence[Sequence[AccountPoint]]) -> list[str]:
    """A warning for each outcome where all accounts together point one way, and those within the groups the other."""
    names = {"rho_growth": _("score and next quarter's growth"), "rho_revenue": _("score and revenue")}
    turned = [kpi for kpi in KPIS if signs_differ(association(kpi, points), within_groups(kpi, groups))]
    text = _(
        "Simpson's paradox, %(what)s: over all accounts together the association has one sign, within the groups the other. "
        "Trust the rows, not the total."
    )
    return [text % {"what": names[kpi]} for kpi in turned]


def books_begin_warning(new_customers: int) -> str:
    """Said where the window holds the first quarter of the books."""
    return ngettext(
        "The books begin in this period: the %(n)s account that counts as a new customer may be an older one.",
        "The books begin in this period: among the %(n)s accounts that count as new customers may be older ones.",
        new_customers,
    ) % {"n": new_customers}
