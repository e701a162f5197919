"""The errors in a spreadsheet's cells (#N/A, #REF! …), which python-calamine reads as empty ones.

An empty cell has a meaning of its own in an import, so a formula that failed must not pass for one. Office Open XML,
ECMA-376 part 1, 18.3.1.4 (c: cell) and 18.18.11 (ST_CellType: "e").
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from defusedxml.ElementTree import fromstring, iterparse

MARK = re.compile(rb"""\st\s*=\s*["']e["']""")
CHUNK, LONGEST_MARK = 1024 * 1024, 32

CellError = tuple[int, int, str]  # row and column, from 1, and what the cell shows


def error_cells(path: Path, sheet_name: str) -> Iterator[CellError]:
    """Those of one sheet, row by row. Raises KeyError or ParseError where the file is no spreadsheet."""
    with zipfile.ZipFile(path) as archive:
        name = _part_of(archive, sheet_name)
        with archive.open(name) as sheet:
            if not _has_mark(sheet):  # as nearly every file: a look at the bytes is quicker than reading the XML
                return
        with archive.open(name) as sheet:
            yield from _errors(sheet)


def _part_of(archive: zipfile.ZipFile, sheet_name: str) -> str:
    """The part of the archive that holds the sheet; names are compared without their namespaces, of which there are two."""
    book, relations = (fromstring(archive.read(part)) for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"))
    keys = {sheet.get("name"): _attribute(sheet, "id") for sheet in book.iterfind("{*}sheets/{*}sheet")}
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    return posixpath.normpath(posixpath.join("/xl", targets[keys[sheet_name]])).lstrip("/")


def _attribute(element: Any, name: str) -> str | None:
    """That of a namespace, as r:id."""
    return next((value for key, value in element.attrib.items() if key.endswith(f"}}{name}")), None)


def _has_mark(sheet: IO[bytes]) -> bool:
    rest = b""
    while chunk := sheet.read(CHUNK):
        if MARK.search(rest + chunk):
            return True
        rest = chunk[-LONGEST_MARK:]
    return False


def _errors(sheet: IO[bytes]) -> Iterator[CellError]:
    """Places are optional in the XML; without one a row or cell follows the one before."""
    row = column = 0
    rows: Any = None
    for event, element in iterparse(sheet, events=("start", "end")):
        name = element.tag.rpartition("}")[2]
        if event == "start" and name == "sheetData":
            rows = element
        elif event == "start" and name == "row":
            row, column = int(element.get("r") or row + 1), 0
        elif event == "end" and name == "c":
            column = _column(element.get("r")) or column + 1
            if element.get("t") == "e":
                yield row, column, element.findtext("{*}v") or "#?"
        elif event == "end" and name == "row":
            rows.clear()  # what is read is let go, so that a long sheet does not fill the memory


def _column(place: str | None) -> int:
    """ "AB12" is column 28; 0 where no place is given."""
    number = 0
    for letter in re.match("[A-Z]*", place or "").group():  # type: ignore[union-attr]
        number = number * 26 + ord(letter) - 64
    return number
