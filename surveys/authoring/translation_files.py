"""Texts for a translator as a file: a spreadsheet, or PO, the format of gettext and of most translators' tools."""

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, PoFileParser, write_po
from django.utils.translation import gettext as _

from feedback_site.imports.formats import DIRECTION_MARKS, Cell, SheetError, as_text
from feedback_site.imports.problems import FileProblem, Problem, Unfit
from feedback_site.imports.reader import OLE, ZIP, Table, open_table
from feedback_site.tables import Table as Sheet
from feedback_site.tables import as_xlsx
from surveys.authoring.models import SurveyVersion
from surveys.authoring.translation import Unit, as_written

KINDS = ("xlsx", "po")
LARGEST_FILE = 2 * 1024 * 1024
LARGEST_UNPACKED = 50 * 1024 * 1024
SOURCE_HEAD = re.compile(r"\[([a-z0-9-]+)\]$")
TRANSLATION_HEAD = re.compile(r"\[([a-z0-9-]+)>([a-z0-9-]+)\]$")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
ID = "id"


@dataclass(frozen=True)
class Row:
    """One text of a translator's file; `number` is its row, or its line, from 1."""

    number: int
    id: str
    source: str
    text: str
    is_unsure: bool = False


@dataclass(frozen=True)
class Translation:
    """What a translator's file holds; `source` is empty where the file does not name the language it was translated from."""

    source: str
    target: str
    rows: list[Row]
    problems: list[Problem] = field(default_factory=list)


def written(kind: str, version: SurveyVersion, listed: list[Unit], source: str, target: str) -> bytes:
    """The units that have a source text, as a file of `kind`: "xlsx" or "po"."""
    listed = [unit for unit in listed if unit.source.strip()]
    return as_xlsx(_sheet(listed, source, target)) if kind == "xlsx" else _as_po(version, listed, source, target)


def _sheet(listed: list[Unit], source: str, target: str) -> Sheet:
    """The codes in the heads tell the import what is what, in whichever language the heads are."""
    heads = [ID, _("Where"), f"{_('Source text')} [{source}]", f"{_('Translation')} [{source}>{target}]"]
    return Sheet(heads, [(unit.id, str(unit.where), as_written(unit.source), as_written(unit.target)) for unit in listed])


def _as_po(version: SurveyVersion, listed: list[Unit], source: str, target: str) -> bytes:
    """The project's name ends in the languages, as `survey 3 [he>en]`."""
    catalog = Catalog(project=f"{version.survey.key} {version.number}", version=f"[{source}>{target}]", fuzzy=False, charset="utf-8")
    catalog.header_comment = f"# {version.survey.name}".replace("\n", " ")
    catalog.locale = _po_locale(target)
    for unit in listed:
        comments = [" ".join(str(unit.where).split())]
        message = catalog.add(as_written(unit.source), as_written(unit.target), auto_comments=comments, context=unit.id)
        message.flags.clear()  # "100% sure" is no format of Python
    file = BytesIO()
    write_po(file, catalog)
    return file.getvalue()


def _po_locale(code: str) -> Locale | str:
    try:
        return Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return code


def read(name: str, content: bytes) -> Translation:
    """The translations in a file of that name. Raises FileProblem with a remedy where it can not be read at all."""
    suffix = Path(name).suffix.lower().removeprefix(".")
    if suffix not in KINDS:
        raise FileProblem(_("Only XLSX and PO files can be imported; export the texts once more to begin with one."))
    if not content.strip():
        raise FileProblem(_("The file is empty."))
    if len(content) > LARGEST_FILE:
        raise FileProblem(_("The file is larger than %(size)s MB.") % {"size": LARGEST_FILE // 1024**2})
    return _from_xlsx(name, content) if suffix == "xlsx" else _from_po(content)


def _from_xlsx(name: str, content: bytes) -> Translation:
    if not content.startswith((ZIP, OLE)):
        raise FileProblem(_("The file is named XLSX, but it is no spreadsheet; save the table as XLSX, or name it .po if it is PO."))
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(content)
        file.flush()
        return _from_table(open_table(Path(file.name), name, unpacked=LARGEST_UNPACKED))


def _from_table(table: Table) -> Translation:
    heads = (TRANSLATION_HEAD.search(head.translate(DIRECTION_MARKS).strip()) for head in table.header)
    translated = next((found for found in heads if found), None)
    if translated is None:
        raise FileProblem(_("No column is headed “… [he>en]”, with the two languages; leave the heads as they were exported."))
    source, target = translated.groups()
    columns = _columns(table, source)
    rows: list[Row] = []
    problems: list[Problem] = []
    for number, cells in table.rows():
        texts, unfit = _texts(number, {name: (head, cells.get(head)) for name, head in columns.items()})
        problems += unfit
        if not unfit and any((texts[ID], texts["text"])):
            rows.append(Row(number, texts[ID].translate(DIRECTION_MARKS).strip(), texts["source"], texts["text"]))
    return Translation(source, target, rows, problems)


def _texts(number: int, cells: dict[str, tuple[str, Cell]]) -> tuple[dict[str, str], list[Problem]]:
    """The cells of one row as texts, and what can not be read of them, by the heads of their columns."""
    texts, problems = {}, []
    for name, (head, cell) in cells.items():
        try:
            texts[name] = _text(cell)
        except Unfit as error:
            problems.append(Problem(number, texts.get(ID, ""), str(cell).replace("\0", ""), f"{head}: {error}"))
    return texts, problems


def _columns(table: Table, source: str) -> dict[str, str]:
    """The heads of the fields of a row. Raises FileProblem where one is missing."""
    columns: dict[str, str] = {}
    for head in table.header:
        plain = head.translate(DIRECTION_MARKS).strip()
        found = SOURCE_HEAD.search(plain)
        name = "text" if TRANSLATION_HEAD.search(plain) else "source" if found and found[1] == source else plain.lower()
        columns.setdefault(name, head)
    if ID not in columns or "source" not in columns:
        message = _("The columns “id” and “… [%(language)s]” are needed; leave the heads as they were exported.")
        raise FileProblem(message % {"language": source})
    return {name: columns[name] for name in (ID, "source", "text")}


def _text(cell: Cell) -> str:
    if isinstance(cell, SheetError):
        raise Unfit(_("A formula failed (%(error)s); write the text itself.") % {"error": cell})
    return as_written(as_text(cell))


class _Entries(Catalog):
    """A catalog that keeps every entry, also the second of two that are the same, so that none is lost silently."""

    def __init__(self, **about: Any) -> None:
        self.entries: list[Message] = []
        super().__init__(**about)

    def __setitem__(self, id: Any, message: Message) -> None:
        if id:
            self.entries.append(message)
        else:
            super().__setitem__(id, message)


def _from_po(content: bytes) -> Translation:
    content = content.removeprefix(BYTE_ORDER_MARK)
    if b"\0" in content or content.startswith((ZIP, OLE)):
        raise FileProblem(_("The file is named PO, but it is no text; name it as what it is, or export the texts once more."))
    if b"\nmsgid_plural" in content:  # its header could ask for any number of forms
        raise FileProblem(_("The file has texts with plural forms; surveys have none. Take a file that was exported here."))
    catalog = _Entries(charset="utf-8")
    try:
        PoFileParser(catalog, ignore_obsolete=True, abort_invalid=True).parse(BytesIO(content))
    except PoFileError as error:
        message = _("The PO file is damaged at line %(line)s; mend it there, or save it again in the translator's tool.")
        raise FileProblem(message % {"line": error.lineno + 1}) from None
    except (ValueError, LookupError, AttributeError, TypeError, AssertionError):
        raise FileProblem(_("The PO file can not be read; save it as UTF-8 in the translator's tool.")) from None
    if not catalog.locale_identifier:
        raise FileProblem(_("The header of the PO file names no language; write it there, as “Language: en”."))
    source, target = _languages_of(catalog)
    return Translation(source, target, list(_entries(catalog)))


def _languages_of(catalog: Catalog) -> tuple[str, str]:
    """As the export named them. A tool that names another language means it; one that says en-US for en does not."""
    named = str(catalog.locale_identifier).replace("_", "-").lower()
    exported = TRANSLATION_HEAD.search(catalog.version or "")
    if exported and _base(exported[2]) == _base(named):
        return exported[1], exported[2]
    return "", named


def _base(code: str) -> str:
    return str(_po_locale(code)).partition("_")[0]


def _entries(catalog: _Entries) -> Iterator[Row]:
    for message in catalog.entries:
        source, text = (as_written(str(words)) for words in (message.id, message.string))
        yield Row(message.lineno or 0, (message.context or "").strip(), source, text, is_unsure=message.fuzzy)
