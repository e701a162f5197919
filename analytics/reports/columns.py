"""Which figures stand in the report, in which order, and in words."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.linkage.figures import Figure
from analytics.linkage.report import Report
from analytics.sales.kpis import KPI, KPIS

SURE_BELOW = 0.05
COUNTS = ("accounts", "responses")
GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (gettext_lazy("Satisfaction"), ("accounts", "responses", "satisfaction", "account_nps", "easy", "mean_score", "silent")),
    (gettext_lazy("Associated with the score (Spearman's ρ)"), ("rho_growth", "rho_revenue")),
    (gettext_lazy("Money"), ("revenue", "growth", "win_rate", "cac", "clv", "campaign_roi")),
)
HEADLINES = ("satisfaction", "account_nps", "revenue", "growth", "win_rate", "rho_growth", "rho_revenue")
N_UNITS = {
    "responses": gettext_lazy("responses"),
    "accounts": gettext_lazy("accounts"),
    "opportunities": gettext_lazy("opportunities"),
    "customers": gettext_lazy("new customers"),
    "new customers": gettext_lazy("new customers"),
    "campaigns": gettext_lazy("campaigns"),
    "entries": gettext_lazy("entries"),
    "quarters": gettext_lazy("quarters"),
    "commented": gettext_lazy("responses with a comment"),
}


@dataclass(frozen=True)
class Column:
    """One figure of every row. `kpi` is what it measures: NPS, CSAT or CES in the column "satisfaction"."""

    key: str
    kpi: KPI


@dataclass(frozen=True)
class ColumnGroup:
    name: Any
    columns: list[Column]


def column_groups(report: Report) -> list[ColumnGroup]:
    """The columns that this report has figures for, in their groups: beside NPS the account-level one, beside CSAT the mean,
    beside CES, which is a mean, the share that found it easy."""
    figures = report.total.figures
    shown = [key for key in figures if not (key == "mean_score" and ("account_nps" in figures or "easy" in figures))]
    groups = [ColumnGroup(name, [column_of(report, key) for key in keys if key in shown]) for name, keys in GROUPS]
    return [group for group in groups if group.columns]


def column_of(report: Report, key: str) -> Column:
    return Column(key, KPIS[report.total.figures[key].kpi])


def headlines(report: Report) -> list[Column]:
    return [column_of(report, key) for key in HEADLINES if key in report.total.figures]


def in_words(figure: Figure) -> str:
    """What an association says; never that one causes the other."""
    if figure.value is None or figure.kpi not in ("rho_growth", "rho_revenue"):
        return ""
    chance = figure.q if figure.q is not None else figure.p
    if chance is None or chance >= SURE_BELOW:
        return _("no association found")
    return _("higher scores are associated with more") if figure.value > 0 else _("higher scores are associated with less")
