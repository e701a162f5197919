"""What customers speak of: each theme's volume, trend, sentiment, and impact on NPS, for one user."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.translation import gettext as _

from analytics.linkage.figures import Figure, missing
from analytics.linkage.report import asked_scale
from analytics.linkage.satisfaction_figures import in_percent, of_estimate
from analytics.linkage.theme_counts import WHOLE, Read, Segment, Sums
from analytics.linkage.theme_filters import ThemeFilters
from analytics.linkage.theme_kept import is_large
from analytics.statistics.association import q_values
from analytics.statistics.differences import difference
from analytics.statistics.estimate import Estimate
from analytics.statistics.impact import LEAST_ACCOUNTS
from analytics.statistics.nps import nps
from analytics.statistics.proportions import proportion
from analytics.text.themes.models import Theme
from feedback_site.access.models import User
from surveys.authoring.models import Question

LEAST_ANSWERS = 10  # that speak of a theme; with fewer no impact and no change is told
SURE_BELOW = 0.05
SCORED = ("positive", "neutral", "mixed", "negative")


@dataclass(frozen=True)
class Cell:
    """A theme in one segment (None: accounts that had none)."""

    segment_id: int | None
    label: str
    figure: Figure


@dataclass(frozen=True)
class ThemeRow:
    """One theme, or all comments (`theme` None). `labels` count its answers by sentiment, `trend` is its share step by step."""

    theme: Theme | None
    figures: dict[str, Figure]
    labels: dict[str, int]
    trend: list[Figure] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)

    @property
    def direction(self) -> int:
        """1 where its share has risen for sure, −1 where it has fallen, 0 where that is not known."""
        change = self.figures.get("theme_change")
        is_sure = change is not None and change.value is not None and change.q is not None and change.q < SURE_BELOW
        return 0 if not is_sure or not change else (1 if (change.value or 0) > 0 else -1)


@dataclass(frozen=True)
class ThemeReport:
    """`score_type` is "" where the survey asks for no score.

    `unread` responses are left out everywhere: their texts wait, or are of a language that no theme has terms in.
    """

    filters: ThemeFilters
    score_type: str
    rows: list[ThemeRow]
    total: ThemeRow
    steps: list[date]
    segments: list[tuple[int | None, str]]
    unread: int
    comparisons: int

    @property
    def has_impact(self) -> bool:
        return self.score_type == Question.Type.NPS

    @property
    def rows_by_segment(self) -> list[ThemeRow]:
        """Those that some segment has a figure of."""
        return [row for row in self.rows if any(cell.figure.value is not None for cell in row.cells)]


def build_theme_report(user: User, filters: ThemeFilters) -> ThemeReport:
    """The report over the accounts that `user` may see, in a constant number of queries on the rollup.

    Those most spoken of come first. One that has fallen silent since the period before stays: that is the surest fall, and which
    changes are tested together must not hang on what they show. Themes that neither period speaks of are left out.
    """
    return _Builder(user, filters).build()


def takes_long(user: User, filters: ThemeFilters) -> bool:
    """Whether the report takes seconds: its survey has many answers, and nobody has asked for these figures since they changed."""
    return is_large(filters.survey) and not Read(user, filters, asked_scale(filters.survey)).is_kept


class _Builder:
    def __init__(self, user: User, filters: ThemeFilters) -> None:
        self.filters = filters
        self.score_type = asked_scale(filters.survey)
        self.has_impact = self.score_type == Question.Type.NPS
        self.read = Read(user, filters, self.score_type)
        self.all = self.read.total(None)
        known = sorted(self.read.segments.items(), key=lambda item: (item[0] is None, item[1]))
        self.segments = [(key, name or str(_("no segment"))) for key, name in known]

    def build(self) -> ThemeReport:
        impact = self._impacts(WHOLE)
        cells = [self._cells(key, label) for key, label in self.segments] if len(self.segments) > 1 else []
        rows = [self._row(number, theme, impact, cells) for number, theme in enumerate(self.read.themes) if self._is_spoken_of(theme)]
        rows.sort(key=lambda row: -row.figures["theme_volume"].n)
        rows, comparisons = with_q_values(rows)
        steps = self.filters.steps
        return ThemeReport(self.filters, self.score_type, rows, self._all_row(), steps, self.segments, self.all["unread"], comparisons)

    def _is_spoken_of(self, theme: Theme) -> bool:
        """In the period or in the one before."""
        return bool(self.read.total(theme.pk)["responses"] or self.read.before(theme.pk)["responses"])

    def _row(self, number: int, theme: Theme, impact: Sequence[Figure], cells: Sequence[Sequence[Cell]]) -> ThemeRow:
        counts = self.read.total(theme.pk)
        figures = {
            "theme_volume": volume(counts["responses"]),
            "theme_share": share(counts["responses"], self.all["commented"]),
            "theme_change": change(counts, self.all, self.read.before(theme.pk), self.read.before(None)),
            "theme_negative": negative(counts),
            "theme_impact": impact[number] if impact else self._no_nps("theme_impact", counts),
        }
        return ThemeRow(theme, figures, labels_of(counts), self._trend(theme.pk), [column[number] for column in cells])

    def _all_row(self) -> ThemeRow:
        of_all = nps(self.all["promoters"], self.all["detractors"], self.all["responses"])
        figures = {
            "theme_volume": volume(self.all["commented"]),
            "theme_negative": negative(self.all),
            "nps": of_estimate("nps", of_all, "responses") if self.has_impact else self._no_nps("nps", self.all),
        }
        return ThemeRow(None, figures, labels_of(self.all))

    def _no_nps(self, kpi: str, counts: Sums) -> Figure:
        reason = _("the survey asks no NPS") if self.score_type else _("the survey asks for no score")
        return missing(kpi, counts["responses"], "responses", reason)

    def _trend(self, theme: int) -> list[Figure]:
        found = [(self.read.step(theme, step), self.read.step(None, step)) for step in self.filters.steps]
        return [share(mine["responses"], everything["commented"]) for mine, everything in found]

    def _impacts(self, segment: Segment) -> list[Figure]:
        return [impact_figure(one) for one in self.read.impacts(segment)] if self.has_impact else []

    def _cells(self, segment: int | None, label: str) -> list[Cell]:
        """One for each theme: what is asked of it in this segment."""
        if self.filters.measure == "impact" and self.has_impact:
            return [Cell(segment, label, figure) for figure in self._impacts(segment)]
        return [Cell(segment, label, negative(self.read.total(theme.pk, segment), LEAST_ANSWERS)) for theme in self.read.themes]


# --- Figures --------------------------------------------------------------------------------------


def volume(n: int) -> Figure:
    return Figure("theme_volume", n, n, "responses")


def share(n: int, commented: int) -> Figure:
    return of_estimate("theme_share", in_percent(proportion(n, commented)), "commented", _("no comments"))


def change(now: Sums, all_now: Sums, before: Sums, all_before: Sums) -> Figure:
    """The share less that of the period before, in percentage points; `n` counts the commented answers of both."""
    spoken, n = now["responses"] + before["responses"], all_now["commented"] + all_before["commented"]
    if not all_before["commented"]:
        return missing("theme_change", n, "commented", _("no comments in the period before"))
    if spoken < LEAST_ANSWERS:
        return missing("theme_change", n, "commented", too_few(spoken))
    found = difference(now["responses"], all_now["commented"], before["responses"], all_before["commented"])
    if found.value is None or found.low is None or found.high is None:
        return missing("theme_change", n, "commented", _("no comments"))
    return Figure("theme_change", 100 * found.value, n, "commented", low=100 * found.low, high=100 * found.high, p=found.p)


def negative(counts: Sums, least: int = 1) -> Figure:
    """The share of those that an engine understood."""
    n = sum(counts[label] for label in SCORED)
    if 0 < n < least:
        return missing("theme_negative", n, "responses", too_few(n))
    nothing = _("not scored") if counts["not_scored"] else _("no responses")
    return of_estimate("theme_negative", in_percent(proportion(counts["negative"], n)), "responses", nothing)


def impact_figure(found: Estimate) -> Figure:
    if found.n < LEAST_ANSWERS:
        return missing("theme_impact", found.n, "responses", too_few(found.n))
    if found.value is None:
        return missing("theme_impact", found.n, "responses", _("no answer without it"))
    note = _("no interval: fewer than %(n)s accounts, or hardly any answer without it") % {"n": LEAST_ACCOUNTS}
    return Figure("theme_impact", found.value, found.n, "responses", low=found.low, high=found.high, note=note if found.low is None else "")


def too_few(n: int) -> str:
    return _("too few answers: %(n)s of %(least)s needed") % {"n": n, "least": LEAST_ANSWERS}


def labels_of(counts: Sums) -> dict[str, int]:
    return {label: counts[label] for label in (*SCORED, "not_scored")}


def with_q_values(rows: list[ThemeRow]) -> tuple[list[ThemeRow], int]:
    """`rows` with q-values over the changes of all themes on the page, and how many were tested."""
    chances = q_values([row.figures["theme_change"].p for row in rows])
    found = [
        replace(row, figures={**row.figures, "theme_change": replace(row.figures["theme_change"], q=q)})
        for row, q in zip(rows, chances, strict=True)
    ]
    return found, sum(q is not None for q in chances)
