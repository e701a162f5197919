"""The rows behind each figure of the report, chosen as the figure was computed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from analytics.linkage.associations import pairs
from analytics.linkage.figures import AccountPoint, Figure, ReportRow
from analytics.linkage.filters import ReportFilters, shifted
from analytics.linkage.report import Report, build_report
from analytics.reports import queries
from analytics.reports.periods import start_of
from analytics.sales.models import Opportunity, Spend
from feedback_site.access.models import User
from feedback_site.access.visibility import visible_rows
from feedback_site.numbers import whole_number


@dataclass(frozen=True)
class Section:
    """Rows of one kind; `kind` names the template that shows them. `counts` tells that they are what n counts."""

    kind: str
    title: str
    rows: Any
    counts: bool = True

    @property
    def template(self) -> str:
        return f"reports/rows_{self.kind}.html"


@dataclass(frozen=True)
class Drill:
    """One figure of one row of the report, and the rows behind it."""

    figure: Figure
    row: ReportRow
    report: Report
    sections: list[Section]
    quarter: date | None = None  # where the figure is that of one quarter


@dataclass(frozen=True)
class Question:
    """What is drilled into."""

    user: User
    report: Report
    row: ReportRow
    figure: str
    quarter: date | None = None

    @property
    def filters(self) -> ReportFilters:
        return self.report.filters

    @property
    def is_total(self) -> bool:
        return self.row.key == self.report.total.key


def rows_behind(user: User, filters: ReportFilters, figure: str, group: str, quarter: date | None = None) -> Drill | None:
    """The rows behind `figure` of the row `group`, or of one quarter; None where the report has no such figure."""
    if quarter is not None:
        return rows_behind_quarter(user, filters, figure, quarter)
    report = build_report(user, filters)
    row = next((row for row in (report.total, *report.rows) if row.key == group), None)
    if row is None or figure not in row.figures or figure not in SECTIONS:
        return None
    return Drill(row.figures[figure], row, report, SECTIONS[figure](Question(user, report, row, figure)))


def rows_behind_quarter(user: User, filters: ReportFilters, figure: str, quarter: date) -> Drill | None:
    """The same for one quarter of the time lines, which are those of the whole report."""
    report = build_report(user, filters)
    point = next((point for point in report.quarters if point.quarter == quarter), None)
    if point is None or figure not in ("satisfaction", "revenue"):
        return None
    if figure == "revenue":
        report = build_report(user, replace(filters, first=quarter, last=quarter))
    sections = SECTIONS[figure](Question(user, report, report.total, figure, quarter))
    return Drill(getattr(point, figure), report.total, report, sections, quarter)


# --- Accounts -------------------------------------------------------------------------------------


def points_of(question: Question) -> list[AccountPoint]:
    """The accounts of the row."""
    if question.is_total:
        return question.report.accounts
    return [point for point in question.report.accounts if point.group == question.row.key]


def accounts(question: Question) -> list[Section]:
    return [Section("accounts", _("Accounts"), points_of(question))]


def scored_accounts(question: Question) -> list[Section]:
    return [Section("accounts", _("Accounts with an answer"), [point for point in points_of(question) if point.score is not None])]


def associated_accounts(question: Question) -> list[Section]:
    """Those with a score and the outcome that it is held against."""
    kpi = question.figure
    kind = "growth_after" if kpi == "rho_growth" else "accounts"
    return [Section(kind, _("Accounts with a score and an outcome"), [point for point in points_of(question) if pairs(kpi, [point])])]


def paying_accounts(question: Question) -> list[Section]:
    return [Section("accounts", _("Accounts with revenue"), [point for point in points_of(question) if point.revenue])]


def growing_accounts(question: Question) -> list[Section]:
    return [
        Section("accounts", _("Accounts with revenue now or before"), [point for point in points_of(question) if point.before is not None])
    ]


# --- Responses ------------------------------------------------------------------------------------


def responses(question: Question) -> list[Section]:
    """The responses of the period, by the account's segment and region when it answered."""
    filters = question.filters
    period = answered_between(filters.first, filters.end)
    scale = Q(survey=filters.survey, score_type=question.report.score_type)
    found = queries.feedback_for(question.user).of_accounts().scored().filter(period, scale)
    if filters.least_responses > 1:
        heard = found.order_by().values("account").annotate(n=Count("pk")).filter(n__gte=filters.least_responses)
        found = found.filter(account__in=heard.values("account"))
    if question.quarter:  # only now: the least number of responses is that of the whole period
        found = found.filter(answered_between(question.quarter, shifted(question.quarter, 1)))
    return [Section("responses", _("Responses"), queries.with_texts(found.filter(narrowed(question))))]


def answered_between(first: date, end: date) -> Q:
    """Completed on or after `first` and before `end`."""
    return Q(completed_at__gte=start_of(first), completed_at__lt=start_of(end))


def narrowed(question: Question, path: str = "") -> Q:
    """Of the chosen segment and region, and of the row: `path` leads to the fields."""
    filters = question.filters
    wanted = Q()
    if filters.segment_id:
        wanted &= Q(**{f"{path}segment": filters.segment_id})
    if filters.region:
        wanted &= Q(**{f"{path}region": filters.region})
    if question.is_total:
        return wanted
    key = question.row.key
    if filters.by == "region":
        without = Q(**{f"{path}region": ""}) | (Q(account__isnull=True) if path else Q())
        return wanted & (without if key == "none" else Q(**{f"{path}region": key}))
    return wanted & (Q(**{f"{path}segment": key}) if whole_number(key) is not None else Q(**{f"{path}segment__isnull": True}))


# --- Money ----------------------------------------------------------------------------------------


def opportunities(question: Question) -> list[Section]:
    seen = visible_rows(question.user, "account")  # as in the report: not those of others' accounts that sales see as their own
    closed = Opportunity.objects.filter(seen, in_period(question, "closed_on")).exclude(stage=Opportunity.Stage.OPEN)
    rows = closed.filter(narrowed(question, "account__")).select_related("account", "representative", "campaign")
    return [Section("opportunities", _("Opportunities closed in the period"), rows)]


def spend_rows(question: Question) -> "QuerySet[Spend]":
    if question.filters.region or (question.filters.by == "region" and not question.is_total):
        return Spend.objects.none()  # spend is not entered by region
    spent = Spend.objects.visible_to(question.user).filter(in_period(question, "spent_on"))
    return spent.filter(narrowed(question)).select_related("campaign", "segment")


def acquisition(question: Question) -> list[Section]:
    spent = spend_rows(question).filter(kind=Spend.Kind.ACQUISITION)
    new = [point for point in points_of(question) if point.is_new]
    return [Section("accounts", _("New customers"), new), Section("spend", _("Acquisition spend in the period"), spent, counts=False)]


def campaigns(question: Question) -> list[Section]:
    spent = spend_rows(question).exclude(campaign=None)
    with_spend = set(spent.order_by().values_list("campaign", flat=True))
    won = [point for point in points_of(question) if point.campaign and point.campaign[0] in with_spend]
    return [
        Section("campaign_accounts", _("Accounts won through campaigns in the period"), won, counts=False),
        Section("spend", _("Spend on campaigns in the period"), spent, counts=False),
    ]


def lives(question: Question) -> list[Section]:
    """The lives that survival is drawn from, and the accounts whose margin counts."""
    key = question.row.key
    watched = [life for life in question.report.lives if question.is_total or life.group == key]
    earning = [point for point in points_of(question) if point.revenue]
    return [
        Section("lives", _("Accounts that ever paid, from which survival is estimated"), watched),
        Section("accounts", _("Accounts with revenue"), earning, counts=False),
    ]


def in_period(question: Question, day: str) -> Q:
    return Q(**{f"{day}__gte": question.filters.first, f"{day}__lt": question.filters.end})


SECTIONS: dict[str, Callable[[Question], list[Section]]] = {
    "accounts": accounts,
    "account_nps": scored_accounts,
    "responses": responses,
    "satisfaction": responses,
    "easy": responses,
    "mean_score": responses,
    "revenue": paying_accounts,
    "growth": growing_accounts,
    "win_rate": opportunities,
    "cac": acquisition,
    "clv": lives,
    "campaign_roi": campaigns,
    "silent": paying_accounts,
    "rho_growth": associated_accounts,
    "rho_revenue": associated_accounts,
}
