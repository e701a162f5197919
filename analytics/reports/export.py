"""Tables as files: XLSX and CSV, in which no cell of a customer's can become a formula."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from analytics.linkage.figures import Figure
from analytics.linkage.report import Report
from analytics.sales.kpis import KPIS
from surveys.collection.models import ResponseQuerySet

Cell = str | int | float | Decimal | datetime | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
BATCH = 500


@dataclass(frozen=True)
class Table:
    """Rows below their heads."""

    heads: list[str]
    rows: Iterable[list[Cell]]


def sent_as(kind: str, name: str, table: Table) -> HttpResponse:
    """`table` as a file to keep; `kind` is "xlsx" or "csv". Raises Http404 for any other kind."""
    if kind not in ("xlsx", "csv"):
        raise Http404
    content = as_xlsx(table) if kind == "xlsx" else as_csv(table)
    answer = HttpResponse(content, content_type=XLSX if kind == "xlsx" else "text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate():%Y-%m-%d}.{kind}"'
    return answer


def as_xlsx(table: Table) -> bytes:
    """A workbook of one sheet. Texts stay texts: nothing in it is read as formula or link."""
    target = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, {**options, "default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        sheet = book.add_worksheet()
        if get_language_bidi():
            sheet.right_to_left()
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, table.heads, book.add_format({"bold": True}))
        for place, row in enumerate(table.rows, start=1):
            sheet.write_row(place, 0, [_plain(cell) for cell in row])
        sheet.autofit(400)
    return target.getvalue()


def as_csv(table: Table) -> bytes:
    """UTF-8 with a byte order mark, as spreadsheets expect it."""
    target = StringIO()
    writer = csv.writer(target)
    writer.writerow(table.heads)
    writer.writerows([_harmless(_plain(cell)) for cell in row] for row in table.rows)
    return target.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> Any:
    """Times without zone in the reader's own, as spreadsheets know no zones."""
    return timezone.localtime(cell).replace(tzinfo=None) if isinstance(cell, datetime) and timezone.is_aware(cell) else cell


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(STARTS_A_FORMULA) else cell


def simulated(row: Any) -> str:
    """The mark of a row of the simulated company."""
    return _("yes") if row.is_simulated else ""


def feedback_table(responses: ResponseQuerySet) -> Table:
    heads = [_("Date"), _("Account"), _("Segment"), _("Region"), _("Contact"), _("Survey"), _("State"), _("Score"), _("Band"), _("Text")]
    heads += [_("Sentiment"), _("Revenue, last 4 full quarters"), _("Handled"), _("Note"), _("Simulated")]
    return Table(heads, _feedback_rows(responses))


def _feedback_rows(responses: ResponseQuerySet) -> Iterator[list[Cell]]:
    for response in responses.iterator(BATCH):
        handling = getattr(response, "handling", None)
        texts: list[Any] = response.texts  # type: ignore[attr-defined]
        yield [
            response.answered_at,  # type: ignore[attr-defined]
            response.account.name,
            str(response.segment or ""),
            response.region,
            str(response.contact or ""),
            response.survey.name,
            str(response.get_state_display()),
            response.score,
            str(response.get_band_display()),
            "\n".join(answer.text for answer in texts),
            ", ".join(str(answer.sentiment.get_label_display()) for answer in texts if hasattr(answer, "sentiment")),
            response.trailing_revenue,  # type: ignore[attr-defined]
            handling.handled_at if handling else None,
            handling.note if handling else "",
            simulated(response),
        ]


def report_table(report: Report) -> Table:
    """The report's rows; each figure with its interval, n, q, or the reason why it is missing."""
    heads, keys = [_("Group")], list(report.total.figures)
    for key in keys:
        name = str(KPIS[report.total.figures[key].kpi].name)
        heads += [name, *(f"{name}: {part}" for part in (_("low"), _("high"), "n", "q", _("remark")))]
    is_simulated = {"all": _("yes"), "some": _("in part"), "": ""}[report.simulated]
    rows = [[cell for key in keys for cell in _figure_cells(row.figures.get(key))] for row in (*report.rows, report.total)]
    labels = [row.label for row in (*report.rows, report.total)]
    return Table([*heads, _("Simulated")], [[label, *cells, is_simulated] for label, cells in zip(labels, rows, strict=True)])


def _figure_cells(figure: Figure | None) -> list[Cell]:
    if figure is None:
        return [None] * 6
    return [figure.value, figure.low, figure.high, figure.n, figure.q, str(figure.reason or figure.note)]
