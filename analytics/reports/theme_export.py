"""The report on themes as a table to hand out."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from analytics.linkage.figures import Figure
from analytics.linkage.theme_report import ThemeReport, ThemeRow
from analytics.sales.kpis import KPIS
from analytics.templatetags.theme_report import step_name
from analytics.text.models import Sentiment
from feedback_site.tables import Cell, Table

DECIMALS = 4  # of percent and points: more would say nothing
FIGURES = ("theme_volume", "theme_share", "theme_change", "theme_negative", "theme_impact")


def themes_table(report: ThemeReport, filters: Sequence[tuple[str, str]]) -> Table:
    """A row for each theme: its figures with interval, n and q, its labels, its share step by step, and its segments.

    `filters` are those of the report in words.
    """
    steps = [f"{KPIS['theme_share'].name}, {step_name(report.filters, step)}" for step in report.steps]
    segments = [f"{KPIS[cell.figure.kpi].name}, {cell.label}" for cell in (report.rows[0].cells if report.rows else [])]
    heads = [_("Theme"), *_with_parts(KPIS[key].name for key in FIGURES), *(str(label) for label in Sentiment.Label.labels)]
    heads += _with_parts([*steps, *segments])
    return Table(heads, (list(_cells(row)) for row in report.rows), filters)


def _with_parts(names: Iterable[object]) -> list[str]:
    """The head of each figure and those of what belongs to it; as `_figure`."""
    parts = ["", *(f": {part}" for part in (_("low"), _("high"), "n", "q", _("remark")))]
    return [f"{name}{part}" for name in names for part in parts]


def _cells(row: ThemeRow) -> Iterator[Cell]:
    yield row.theme.name if row.theme else ""
    for key in FIGURES:
        yield from _figure(row.figures[key])
    yield from (row.labels[label] for label in Sentiment.Label.values)
    for figure in (*row.trend, *(cell.figure for cell in row.cells)):
        yield from _figure(figure)


def _figure(figure: Figure) -> list[Cell]:
    return [*map(_rounded, (figure.value, figure.low, figure.high)), figure.n, figure.q, str(figure.reason or figure.note)]


def _rounded(number: float | Decimal | None) -> Cell:
    return number if number is None or isinstance(number, int) else round(float(number), DECIMALS)
