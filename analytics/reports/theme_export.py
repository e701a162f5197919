"""The report on themes as a table to hand out."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from analytics.linkage.figures import Figure
from analytics.linkage.theme_report import ThemeReport, ThemeRow
from analytics.sales.kpis import KPIS
from analytics.templatetags.theme_report import step_name
from analytics.text.models import Sentiment
from feedback_site.tables import Cell, Table

FIGURES = ("theme_volume", "theme_share", "theme_change", "theme_negative", "theme_impact")


def themes_table(report: ThemeReport) -> Table:
    """A row for each theme: its figures with interval, n and q, its labels, its share step by step, and its segments."""
    keys = [key for key in FIGURES if key != "theme_impact" or report.has_impact]
    heads = [_("Theme"), *(f"{KPIS[key].name}{part}" for key in keys for part in ("", *_parts_of_figures()))]
    heads += [str(label) for label in Sentiment.Label.labels]
    heads += [f"{KPIS['theme_share'].name}, {step_name(report.filters, step)}" for step in report.steps]
    shown = report.rows[0].cells if report.rows else []
    heads += [f"{KPIS[cell.figure.kpi].name}, {cell.label}{part}" for cell in shown for part in ("", *_parts_of_figures())]
    return Table(heads, (list(_cells(row, keys)) for row in report.rows))


def _parts_of_figures() -> list[str]:
    return [f": {part}" for part in (_("low"), _("high"), "n", "q", _("remark"))]


def _cells(row: ThemeRow, keys: list[str]) -> Iterator[Cell]:
    yield row.theme.name if row.theme else ""
    for key in keys:
        yield from _figure(row.figures[key])
    yield from (row.labels[label] for label in Sentiment.Label.values)
    yield from (point.value for point in row.trend)
    for cell in row.cells:
        yield from _figure(cell.figure)


def _figure(figure: Figure) -> list[Cell]:
    return [figure.value, figure.low, figure.high, figure.n, figure.q, str(figure.reason or figure.note)]
