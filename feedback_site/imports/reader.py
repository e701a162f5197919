"""Reading CSV and XLSX row by row, after a look at whether the file is what its name says."""

import csv
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from feedback_site.imports.formats import Cell, SheetError, is_empty
from feedback_site.imports.problems import FileProblem
from feedback_site.imports.sheet_errors import CellError, error_cells

LARGEST_FILE = 200 * 1024 * 1024
LARGEST_UNPACKED = 1024 * 1024 * 1024
LARGEST_CELL = 8 * 1024 * 1024
DELIMITERS = (",", ";", "\t", "|")
TEXT_SUFFIXES, SPREADSHEET_SUFFIXES = (".csv", ".tsv", ".txt"), (".xlsx",)
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
csv.field_size_limit(LARGEST_CELL)

Record = tuple[int, dict[str, Cell]]


@dataclass(frozen=True)
class Table:
    """An opened file. Row numbers are those a spreadsheet shows: the header is row 1."""

    path: Path
    header: list[str]
    encoding: str = ""
    delimiter: str = ""

    @property
    def is_text(self) -> bool:
        return bool(self.encoding)

    def rows(self) -> Iterator[Record]:
        """Every row that is not empty, by column. Too many cells are kept under the name ""."""
        records = _text_records(self.path, self.encoding, self.delimiter) if self.is_text else _sheet_records(self.path)
        for number, cells in enumerate(records, start=1):
            if number > 1 and not all(is_empty(cell) for cell in cells):
                row = dict(zip(self.header, cells, strict=False))
                if any(not is_empty(cell) for cell in cells[len(self.header) :]):
                    row[""] = len(cells)
                yield number, row

    def sample(self, size: int = 5) -> list[Record]:
        return list(islice(self.rows(), size))

    def count(self) -> int:
        return sum(1 for _row in self.rows())


def open_table(path: Path, name: str = "", encoding: str = "", delimiter: str = "", unpacked: int = LARGEST_UNPACKED) -> Table:
    """The table in the file at `path`; `name` is what its owner calls it, `unpacked` how large a spreadsheet may grow.

    Raises FileProblem with a remedy.
    """
    suffix = Path(name or path.name).suffix.lower()
    with path.open("rb") as file:
        head = file.read(4096)
    if suffix not in (*TEXT_SUFFIXES, *SPREADSHEET_SUFFIXES):
        raise FileProblem(_("Only CSV and XLSX files can be imported; save the table as one of them."))
    if not head.strip():
        raise FileProblem(_("The file is empty."))
    if path.stat().st_size > LARGEST_FILE:
        raise FileProblem(_("The file is larger than %(size)s MB; split it.") % {"size": LARGEST_FILE // 1024**2})
    return _open_sheet(path, head, unpacked) if suffix in SPREADSHEET_SUFFIXES else _open_text(path, head, encoding, delimiter)


def _open_text(path: Path, head: bytes, encoding: str, delimiter: str) -> Table:
    _refuse_other_content(head)
    encoding = encoding or _encoding_of(path, head)
    if len(delimiter) > 1 or "\0" in encoding:
        raise FileProblem(_("The delimiter must be one character, and the encoding the name of one."))
    try:
        delimiter = delimiter or _delimiter_of(path, encoding)
        first: list[Cell] = next(_text_records(path, encoding, delimiter), [])
    except (LookupError, UnicodeError):
        raise FileProblem(_("The encoding %(encoding)s is unknown.") % {"encoding": encoding}) from None
    return Table(path, _header(first), encoding, delimiter)


def _refuse_other_content(head: bytes) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((ZIP, OLE)):
        raise FileProblem(_("The file is named like a text, but it is a spreadsheet; name it .xlsx, or save it as CSV."))
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"%pdf", b"\x89png", b"\x1f\x8b", b"\xff\xd8\xff")):
        raise FileProblem(_("The file is named CSV, but it is something else (a web page, a PDF, a picture or an archive)."))
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileProblem(_("The file is named CSV, but it is not text; save the table as CSV (UTF-8)."))


def _encoding_of(path: Path, head: bytes) -> str:
    """UTF-8, or UTF-16 as Excel's "Unicode text", or Windows Hebrew."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for encoding in ("utf-8-sig", "cp1255"):
        try:
            with path.open(encoding=encoding, newline="") as file:
                while file.read(1024 * 1024):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise FileProblem(_("The text is neither UTF-8 nor Windows Hebrew; save the table as CSV (UTF-8)."))


def _delimiter_of(path: Path, encoding: str) -> str:
    """The delimiter that gives the most columns, and the same number in most rows."""

    def fitness(delimiter: str) -> tuple[int, int]:
        widths = [len(cells) for cells in islice(_text_records(path, encoding, delimiter), 20)]
        if not widths or widths[0] < 2:
            return (0, 0)
        return (sum(width == widths[0] for width in widths), widths[0])

    return max(DELIMITERS, key=fitness)


def _text_records(path: Path, encoding: str, delimiter: str) -> Iterator[list[Cell]]:
    try:
        with path.open(encoding=encoding, newline="") as file:
            for cells in csv.reader(file, delimiter=delimiter):
                yield list(cells)
    except UnicodeError:  # UTF-16 without its mark is no UnicodeDecodeError
        raise FileProblem(_("The text is not %(encoding)s; save the table as CSV (UTF-8).") % {"encoding": encoding}) from None
    except csv.Error as error:
        raise FileProblem(_("The CSV can not be read: %(error)s. Is a quotation mark left open?") % {"error": error}) from None


def _open_sheet(path: Path, head: bytes, unpacked: int) -> Table:
    if head.startswith(OLE):
        raise FileProblem(_("The file is an old or encrypted spreadsheet; save it as XLSX without a password."))
    if not head.startswith(ZIP):
        raise FileProblem(_("The file is named XLSX, but it is no spreadsheet; save the table as XLSX, or name it .csv if it is text."))
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > unpacked:
                raise FileProblem(_("The spreadsheet is too large once unpacked; split it."))
        first: list[Cell] = next(_sheet_records(path), [])
    except zipfile.BadZipFile:
        raise FileProblem(_("The spreadsheet is damaged; save it again as XLSX.")) from None
    return Table(path, _header(first))


def _sheet_records(path: Path) -> Iterator[list[Cell]]:
    """The first sheet, from its first row on."""
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            sheet = book.get_sheet_by_index(0)
            empty, first_column = sheet.start or (0, 0)
            yield from ([] for _row in range(empty))
            yield from _with_errors(sheet.iter_rows(), error_cells(path, sheet.name), empty, first_column)
    except (CalamineError, IndexError, KeyError, ParseError, DefusedXmlException):
        raise FileProblem(_("The spreadsheet is damaged, or it has no sheet; save it again as XLSX.")) from None


def _with_errors(rows: Iterable[list[Any]], errors: Iterator[CellError], first_row: int, first_column: int) -> Iterator[list[Cell]]:
    """The rows with what a spreadsheet shows where a formula failed."""
    error = next(errors, None)
    for number, cells in enumerate(rows, start=first_row + 1):
        while error and error[0] <= number:
            if error[0] == number:
                cells[error[1] - first_column - 1] = SheetError(error[2])
            error = next(errors, None)
        yield cells


def _header(cells: list[Cell]) -> list[str]:
    """The names of the columns; one without a name is called by its number."""
    names = [str(cell if cell is not None else "").strip() or f"#{place}" for place, cell in enumerate(cells, start=1)]
    if all(is_empty(cell) for cell in cells):
        raise FileProblem(_("The first row must hold the names of the columns; it is empty."))
    if any("\0" in name for name in names):
        raise FileProblem(_("The file is named CSV, but it is not text; save the table as CSV (UTF-8)."))
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise FileProblem(_("Two columns are named “%(name)s”; give each a name of its own.") % {"name": twice[0]})
    return names
