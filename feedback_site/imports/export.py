"""Tables as CSV and XLSX files that a spreadsheet opens without running what a cell says."""

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from django.http import Http404, HttpResponse

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_XLSX_CELL = 32_767
Table = Iterable[Sequence[Any]]


def download(name: str, format_: str, rows: Table) -> HttpResponse:
    """`rows`, header first, as the file `name` in "csv" or "xlsx"."""
    if format_ not in ("csv", "xlsx"):
        raise Http404
    content, kind = (as_csv(rows), "text/csv; charset=utf-8") if format_ == "csv" else (as_xlsx(rows), XLSX)
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}.{format_}"'})


def as_csv(rows: Table) -> bytes:
    """With a byte order mark, by which Excel knows UTF-8."""
    text = StringIO()
    csv.writer(text).writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Table) -> bytes:
    """Texts stay texts: no formula, no link."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(number, place, cell)
                else:
                    sheet.write_string(number, place, str(cell)[:LONGEST_XLSX_CELL])
    return file.getvalue()


def harmless(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula, with an apostrophe before it (OWASP, CSV injection)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
