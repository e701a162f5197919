"""How the columns of a file map to the fields of a kind, as JSON: kept with each import, and read from a file.

{"kind": "revenue",
 "fields": {"external_id": "Line", "account": "Customer no.", "amount": "Sum", "recognised_on": "Date"},
 "constants": {"currency": "BRL"},             the same for every row
 "defaults": {"product": "other"},             where the cell is empty
 "translations": {"product": {"A1": "Chair"}}, values of the file, and what they mean
 "dates": "day_first",                         or "month_first", "iso"
 "decimal": "comma",                           or "point"; left out, numbers with a comma are refused
 "time_zone": "America/Sao_Paulo",             of times that name none
 "encoding": "", "delimiter": "",              found out where they are left out
 "options": {"create_missing_segments": true}}
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from feedback_site.defaults import organisation_time_zone
from feedback_site.environment import is_time_zone
from feedback_site.imports.formats import Cell, Formats, as_text, is_empty
from feedback_site.imports.kinds import OWN, Kind
from feedback_site.imports.problems import FileProblem, MappingProblem, Unfit

DATES = ("iso", "day_first", "month_first")
DECIMALS = ("", "point", "comma")


@dataclass(frozen=True)
class Mapping:
    """`fields`: the column of each field; a constant wins over a column."""

    kind: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)
    translations: dict[str, dict[str, Any]] = field(default_factory=dict)
    dates: str = "iso"
    decimal: str = ""
    time_zone: str = ""
    encoding: str = ""
    delimiter: str = ""
    options: dict[str, bool] = field(default_factory=dict)

    @property
    def formats(self) -> Formats:
        return Formats(self.dates, self.decimal, ZoneInfo(self.time_zone or organisation_time_zone()))

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def cell(self, name: str, row: dict[str, Cell]) -> Cell:
        """What the row says about the field `name`, before it is read as a value."""
        if name in self.constants:
            return self.constants[name]
        cell = row.get(self.fields[name]) if name in self.fields else None
        known = self.translations.get(name)
        if known and not is_empty(cell):
            cell = known.get(_word(cell), cell)
        return self.defaults.get(name) if is_empty(cell) else cell

    def named(self) -> list[str]:
        """The fields that the file says something about."""
        return list(dict.fromkeys([*self.fields, *self.constants, *self.defaults]))


def _word(cell: Cell) -> str:
    try:
        return as_text(cell)
    except Unfit:
        return ""


def from_json(data: Any) -> Mapping:
    """Raises MappingProblem, with everything that is wrong with the form of `data`."""
    if not isinstance(data, dict):
        raise MappingProblem([_("A mapping is a JSON object.")])
    types = {name: type(value) for name, value in asdict(Mapping()).items()}
    inner = {"fields": str, "translations": dict, "options": bool}
    wrong = []
    for name, value in data.items():
        if name not in types:
            wrong.append(_("The mapping has an unknown entry “%(name)s”.") % {"name": name})
        elif not isinstance(value, types[name]) or (name in inner and not all(isinstance(entry, inner[name]) for entry in value.values())):
            wrong.append(_("The entry “%(name)s” of the mapping has the wrong form.") % {"name": name})
    if wrong:
        raise MappingProblem(wrong)
    return Mapping(**data)


def read(path: Path) -> Mapping:
    """The mapping in the JSON file at `path`. Raises FileProblem or MappingProblem."""
    try:
        return parse(path.read_bytes())
    except OSError:
        raise FileProblem(_("The mapping file can not be read.")) from None


def parse(content: bytes) -> Mapping:
    try:
        return from_json(json.loads(content.decode("utf-8-sig")))
    except ValueError as error:
        if isinstance(error, MappingProblem):
            raise
        raise FileProblem(_("The mapping file is no JSON: %(error)s") % {"error": error}) from None


def check(mapping: Mapping, kind: Kind, header: list[str]) -> None:
    """Raises MappingProblem, with all that does not fit the kind or the columns of the file."""
    wrong = [*_wrong_formats(mapping), *_wrong_fields(mapping, kind, header), *_wrong_options(mapping, kind)]
    if mapping.kind and mapping.kind != kind.key:
        wrong.insert(0, _("The mapping is for “%(kind)s”.") % {"kind": mapping.kind})
    if wrong:
        raise MappingProblem(wrong)


def _wrong_fields(mapping: Mapping, kind: Kind, header: list[str]) -> Iterator[str]:
    for name in dict.fromkeys([*mapping.named(), *mapping.translations]):
        if not takes(kind, name):
            yield _("“%(kind)s” has no field “%(field)s”.") % {"kind": kind.label, "field": name}
    for name, column in mapping.fields.items():
        if column not in header:
            yield _("The file has no column “%(column)s” (for the field “%(field)s”).") % {"column": column, "field": name}
    for name in kind.key_fields:
        if name not in mapping.named():
            label = getattr(kind.field(name), "label", name)
            yield _("Choose the column of “%(field)s”: rows are found again by it.") % {"field": label}


def _wrong_options(mapping: Mapping, kind: Kind) -> Iterator[str]:
    known = {option.name for option in kind.options}
    for name in mapping.options:
        if name not in known:
            yield _("“%(kind)s” has no option “%(option)s”.") % {"kind": kind.label, "option": name}


def _wrong_formats(mapping: Mapping) -> Iterator[str]:
    if mapping.dates not in DATES:
        yield _("The order of dates must be iso, day_first or month_first.")
    if mapping.decimal not in DECIMALS:
        yield _("The decimal mark must be point or comma.")
    if len(mapping.delimiter) > 1:
        yield _("The delimiter must be one character.")
    if mapping.time_zone and not is_time_zone(mapping.time_zone):
        yield _("Unknown time zone “%(zone)s”.") % {"zone": mapping.time_zone}


def takes(kind: Kind, name: str) -> bool:
    """Whether the kind has the field `name`, or keeps it as an own attribute."""
    return kind.field(name) is not None or (kind.own_attributes and name.startswith(OWN) and len(name) > len(OWN))


def suggest(kind: Kind, header: list[str]) -> Mapping:
    """Fields whose name, label or synonym is the name of a column, whatever its case, spaces and signs; each column once."""
    columns = {_plain(column): column for column in reversed(header)}
    taken: dict[str, str] = {}
    for rank in range(2):
        for field_ in kind.fields:
            names = (field_.name, str(field_.label), *field_.synonyms)
            for name in names[: 1 if rank == 0 else None]:
                column = columns.get(_plain(name))
                if column and field_.name not in taken and column not in taken.values():
                    taken[field_.name] = column
    return Mapping(kind=kind.key, fields=taken)


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())
