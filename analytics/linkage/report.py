"""Satisfaction against money, per segment or region, for one user: `build_report(user, filters)`."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from analytics.linkage.associations import KPIS, association_figure, books_begin_warning, pooled_figures, turned_signs, with_q_values
from analytics.linkage.figures import AccountLife, AccountPoint, Figure, QuarterPoint, ReportRow
from analytics.linkage.filters import ReportFilters
from analytics.linkage.lifetime import lives_of
from analytics.linkage.money_figures import MoneyRow, money_figures, revenue_figure
from analytics.linkage.panel import NONE, AccountPanel, Panel, Scores, read_panel
from analytics.linkage.points import heard, points_of
from analytics.linkage.satisfaction_figures import satisfaction, satisfaction_figures
from analytics.linkage.spend import SpendOfRow, WindowSpend, read_spend
from feedback_site.access.models import User
from surveys.authoring.models import Question, Survey

TOTAL = "total"


@dataclass(frozen=True)
class Report:
    """`comparisons` is the number of associations that were tested on the page (what q-values correct for).

    `warnings` tell where figures mislead, `remarks` what they take for granted.
    """

    filters: ReportFilters
    score_type: str
    total: ReportRow
    rows: list[ReportRow]
    accounts: list[AccountPoint]
    quarters: list[QuarterPoint]
    lives: list[AccountLife] = field(default_factory=list)  # what the survival behind CLV is drawn from
    pooled: list[Figure] = field(default_factory=list)  # associations within the rows, pooled over them
    comparisons: int = 0
    warnings: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def simulated(self) -> str:
        """Whether "all", "some" or none ("") of its accounts belong to the simulated company."""
        marked = [point.is_simulated for point in self.accounts]
        return "all" if marked and all(marked) else "some" if any(marked) else ""


def build_report(user: User, filters: ReportFilters) -> Report:
    """The report over the accounts that `user` may see, in a constant number of queries on the rollups.

    Satisfaction is grouped by the segment and region that the account had when it answered, money and associations by the
    present ones. Accounts with fewer responses than `filters.least_responses` count in the money, not in the satisfaction.
    """
    return _Builder(user, filters).build()


def score_type_of(survey: Survey) -> str:
    """The scale that the survey asks for a score on; where it asks for none, that of NPS, whose figures then say that there are none."""
    return asked_scale(survey) or Question.Type.NPS.value


def asked_scale(survey: Survey) -> str:
    """The scale of the survey's headline question: of the published version, else of the latest. "" where it asks for no score."""
    version = survey.published or survey.versions.first()
    headline = version.headline if version else None
    return headline.type if headline else ""


class _Builder:
    def __init__(self, user: User, filters: ReportFilters) -> None:
        self.filters = filters
        self.score_type = score_type_of(filters.survey)
        self.panel: Panel = read_panel(user, filters, self.score_type)
        self.spend: WindowSpend = read_spend(user, filters)
        self.points = points_of(self.panel, filters, self.score_type)
        self.scores = [
            row for account in self.panel.accounts if heard(account) >= filters.least_responses for row in account.scores if row.in_scope
        ]

    def build(self) -> Report:
        total = self._row(TOTAL, _("All"), self.scores, self.points, self.panel.in_scope, self.spend.total)
        keys = {point.group for point in self.points} | {row.group for row in self.scores} | self._groups_of_money()
        rows = sorted((self._group(key) for key in keys), key=lambda row: (row.key == NONE, row.label))
        (total, *rows), comparisons = with_q_values([total, *rows])
        points_by_row = [[point for point in self.points if point.group == row.key] for row in rows]
        return Report(
            filters=self.filters,
            score_type=self.score_type,
            total=total,
            rows=rows,
            accounts=self.points,
            quarters=[self._quarter(quarter) for quarter in self.filters.quarters],
            lives=lives_of(self.panel.in_scope, self.filters),
            comparisons=comparisons,
            pooled=pooled_figures(points_by_row),
            warnings=self._warnings(points_by_row),
            remarks=self._remarks(),
        )

    def _groups_of_money(self) -> set[str]:
        """What belongs to no account has a row too."""
        return {
            account.group
            for account in self.panel.in_scope
            if account.account_id is None and account.money.keys() & set(self.filters.quarters)
        }

    def _group(self, key: str) -> ReportRow:
        return self._row(
            key,
            self.panel.labels[key],
            [row for row in self.scores if row.group == key],
            [point for point in self.points if point.group == key],
            [account for account in self.panel.in_scope if account.group == key],
            self.spend.of(key),
        )

    def _row(
        self,
        key: str,
        label: str,
        scores: Sequence[Scores],
        points: Sequence[AccountPoint],
        accounts: Sequence[AccountPanel],
        spend: SpendOfRow,
    ) -> ReportRow:
        money = MoneyRow(self.filters, accounts, points, spend, self._books_reach_back())
        figures = {
            **satisfaction_figures(scores, points, self.score_type),
            **money_figures(money),
            **{kpi: association_figure(kpi, points) for kpi in KPIS},
        }
        return ReportRow(key, label, figures)

    def _books_reach_back(self) -> bool:
        before = self.filters.quarters_before
        return self.panel.books_begin is not None and bool(before) and self.panel.books_begin <= before[0]

    def _quarter(self, quarter: date) -> QuarterPoint:
        scores = [row for row in self.scores if row.quarter == quarter]
        # Nothing at all in a quarter is not 0: the books begin later, or were not brought in yet.
        amounts = [account.revenue([quarter]) or None for account in self.panel.in_scope]
        revenue = revenue_figure(amounts, sum(not account.is_converted([quarter]) for account in self.panel.in_scope))
        if quarter not in self.filters.full_quarters and revenue.value is not None:
            revenue = replace(revenue, note="; ".join(filter(None, [_("still running"), revenue.note])))
        return QuarterPoint(quarter, satisfaction(scores, self.score_type), revenue)

    def _remarks(self) -> list[str]:
        assumed = _("CLV looks %(quarters)s quarters ahead and discounts by %(rate)s%% a year; its interval is that of survival.")
        remarks = [assumed % {"quarters": settings.CLV_HORIZON_QUARTERS, "rate": f"{100 * settings.ANNUAL_DISCOUNT_RATE:g}"}]
        if self.filters.full_quarters != self.filters.quarters:
            remarks.append(_("The last quarter still runs: growth compares the full quarters only, with as many before the period."))
        return remarks

    def _warnings(self, groups: list[list[AccountPoint]]) -> list[str]:
        warnings = turned_signs(self.points, groups)
        new = sum(point.is_new for point in self.points)
        begins_within = self.panel.books_begin is not None and self.filters.first <= self.panel.books_begin <= self.filters.last
        return [*warnings, books_begin_warning(new)] if begins_within and new else warnings
