"""The tables that the report and the feedback list hand out."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from analytics.linkage.figures import Figure
from analytics.linkage.report import Report
from analytics.reports.results import QuestionResult, Results
from analytics.sales.kpis import KPIS
from feedback_site.access.personal_data import readable, readable_person
from feedback_site.tables import Cell, Table
from surveys.collection.models import ResponseQuerySet

BATCH = 500


def simulated(row: Any) -> str:
    """The mark of a row of the simulated company."""
    return _("yes") if row.is_simulated else ""


def feedback_table(responses: ResponseQuerySet, is_masked: bool) -> Table:
    heads = [_("Date"), _("Account"), _("Segment"), _("Region"), _("Contact"), _("Survey"), _("State"), _("Score"), _("Band"), _("Text")]
    heads += [_("Sentiment"), _("Themes"), _("Revenue, last 4 full quarters"), _("Handled"), _("Note"), _("Simulated")]
    return Table(heads, _feedback_rows(responses, is_masked))


def _feedback_rows(responses: ResponseQuerySet, is_masked: bool) -> Iterator[list[Cell]]:
    for response in responses.iterator(BATCH):
        handling = getattr(response, "handling", None)
        texts: list[Any] = response.texts  # type: ignore[attr-defined]
        yield [
            response.answered_at,  # type: ignore[attr-defined]
            str(response.account or ""),
            str(response.segment or ""),
            response.region,
            readable_person(response.contact, is_masked),
            response.survey.name,
            str(response.get_state_display()),
            response.score,
            str(response.get_band_display()),
            "\n".join(readable(answer.text, is_masked) for answer in texts),
            ", ".join(str(answer.sentiment.get_label_display()) for answer in texts if hasattr(answer, "sentiment")),
            "; ".join(f"{found.theme} ({found.get_label_display()})" for answer in texts for found in answer.found_themes),
            response.trailing_revenue,  # type: ignore[attr-defined]
            handling.handled_at if handling else None,
            readable(handling.note, is_masked) if handling else "",
            simulated(response),
        ]


def report_table(report: Report) -> Table:
    """The report's rows; each figure with its interval, n, q, or the reason why it is missing."""
    heads, keys = [_("Group")], list(report.total.figures)
    for key in keys:
        name = str(KPIS[report.total.figures[key].kpi].name)
        heads += [name, *(f"{name}: {part}" for part in (_("low"), _("high"), "n", "p", "q", _("remark")))]
    is_simulated = {"all": _("yes"), "some": _("in part"), "": ""}[report.simulated]
    rows = [[cell for key in keys for cell in _figure_cells(row.figures.get(key))] for row in (*report.rows, report.total)]
    labels = [row.label for row in (*report.rows, report.total)]
    return Table([*heads, _("Simulated")], [[label, *cells, is_simulated] for label, cells in zip(labels, rows, strict=True)])


def _figure_cells(figure: Figure | None) -> list[Cell]:
    if figure is None:
        return [None] * 7
    return [figure.value, figure.low, figure.high, figure.n, figure.p, figure.q, str(figure.reason or figure.note)]


def results_table(results: Results) -> Table:
    """A survey's results: a row for each question, and one for each of its answers."""
    heads = [_("Key"), _("Question"), _("Answer"), _("Figure"), _("Value"), _("low"), _("high"), "n", _("remark")]
    return Table(heads, [row for result in results.questions for row in _result_rows(result)])


def _result_rows(result: QuestionResult) -> Iterator[list[Cell]]:
    start: list[Cell] = [result.question.key, result.label]
    yield [*start, "", *_estimated(result.figure), result.n, result.reason]
    lines: list[tuple[str, Figure | None]] = [(one.label, one.figure) for one in result.shares]
    for line in result.lines:
        if line.reason:
            yield [*start, line.label, *_estimated(None), None, line.reason]
        lines += [(line.label, line.figure)] if line.figure else [(f"{line.label}: {one.label}", one.figure) for one in line.shares]
    for label, figure in lines:
        yield [*start, label, *_estimated(figure), figure.n if figure else None, ""]


def _estimated(figure: Figure | None) -> list[Cell]:
    return [str(KPIS[figure.kpi].name), figure.value, figure.low, figure.high] if figure else ["", None, None, None]
