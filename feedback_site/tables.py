"""Tables as files: XLSX and CSV, in which no cell of a customer's can become a formula (OWASP, CSV injection)."""

import csv
import re
from collections.abc import Iterable, Sequence
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

Cell = str | int | float | Decimal | datetime | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA = re.compile(r"'*[=+\-@\t\r\n]")  # with the apostrophes before it, so that what is written can be read back
LONGEST_XLSX_CELL = 32_767


@dataclass(frozen=True)
class Table:
    """Rows below their heads; `filters` name what was asked for and its value, so that a file still says it when it is passed on.

    They stand on a second sheet of a workbook. A CSV file has no second sheet, and whoever reads one takes its first line for the
    heads: there they are columns behind the others, the same in each row.
    """

    heads: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    filters: Sequence[tuple[str, Cell]] = ()


def sent_as(kind: str, name: str, table: Table) -> HttpResponse:
    """`table` as a file to keep, with the day in its name; `kind` is "xlsx" or "csv". Raises Http404 for any other kind."""
    if kind not in ("xlsx", "csv"):
        raise Http404
    content = as_xlsx(table) if kind == "xlsx" else as_csv(table)
    answer = HttpResponse(content, content_type=XLSX if kind == "xlsx" else "text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate():%Y-%m-%d}.{kind}"'
    return answer


def as_xlsx(table: Table) -> bytes:
    """A workbook of one sheet, and one of the filters where there are any.

    Texts stay texts: nothing in it is read as formula or link. What no cell can hold is cut.
    """
    target = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, {**options, "default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        sheet = book.add_worksheet()
        if get_language_bidi():
            sheet.right_to_left()
        sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        sheet.write_row(0, 0, table.heads, bold)
        for place, row in enumerate(table.rows, start=1):
            sheet.write_row(place, 0, [_short(_plain(cell)) for cell in row])
        sheet.autofit(400)
        if table.filters:
            _write_filters(book.add_worksheet(_("Filters")), table.filters, bold)
    return target.getvalue()


def _write_filters(sheet: Any, filters: Sequence[tuple[str, Cell]], bold: Any) -> None:
    if get_language_bidi():
        sheet.right_to_left()
    for place, (name, value) in enumerate(filters):
        sheet.write(place, 0, name, bold)
        sheet.write(place, 1, _short(_plain(value)))
    sheet.autofit(400)


def as_csv(table: Table) -> bytes:
    """UTF-8 with a byte order mark, as spreadsheets expect it."""
    target = StringIO()
    writer = csv.writer(target)
    names, values = [f"{_('Filter')}: {name}" for name, _value in table.filters], [value for _name, value in table.filters]
    writer.writerow([_harmless(head) for head in (*table.heads, *names)])
    writer.writerows([_harmless(_plain(cell)) for cell in (*row, *values)] for row in table.rows)
    return target.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> Any:
    """Times without zone in the reader's own, to the second; numbers without the zeros that a database may add."""
    if isinstance(cell, datetime):
        local = timezone.localtime(cell) if timezone.is_aware(cell) else cell
        return local.replace(tzinfo=None, microsecond=0)
    return Decimal(f"{cell.normalize():f}") if isinstance(cell, Decimal) and cell.is_finite() else cell


def _short(cell: Any) -> Any:
    return cell[: LONGEST_XLSX_CELL - 1] + "…" if isinstance(cell, str) and len(cell) > LONGEST_XLSX_CELL else cell


def _harmless(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula, with an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell


def as_meant(text: str) -> str:
    """A text of one of these files without the apostrophe that `_harmless` put before it."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text
