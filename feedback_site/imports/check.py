"""Checking rows: each field, duplicates within the file, references, and what the rows update. Reads, never writes."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from feedback_site.access.models import User
from feedback_site.access.visibility import sees_every_account
from feedback_site.imports.fields import KEEP, Field, Reference, Text
from feedback_site.imports.formats import Cell, Formats, SheetError, is_empty
from feedback_site.imports.kinds import Key, Kind, Row, ToCreate
from feedback_site.imports.problems import Problem, Unfit

LONGEST_SHOWN = 200
LONGEST_ATTRIBUTE = 1000
MOST_REMEMBERED = 20_000  # references, so that a long file does not fill the memory
Raw = tuple[int, dict[str, Cell]]  # row number, cells by field name


class Checker:
    """Checks one file, batch by batch: it remembers the keys that it has met, and the references that it has found."""

    def __init__(
        self, kind: Kind, formats: Formats, user: User | None = None, options: dict[str, bool] | None = None, lock: bool = False
    ) -> None:
        """With `lock`, inside a transaction, nobody else changes the rows until it ends."""
        self.kind, self.formats, self.options, self.lock = kind, formats, options or {}, lock
        self.user = None if user is None or sees_every_account(user) else user
        self._first_row: dict[Key, int] = {}
        self._found: dict[str, dict[str, models.Model | None]] = {}

    def check(self, batch: Sequence[Raw]) -> tuple[list[Row], list[Problem]]:
        """The rows that are right, and everything that is wrong with the others."""
        problems: list[Problem] = []
        parsed = [Row(number, self._parse(number, cells, problems)) for number, cells in batch]
        raw = dict(batch)
        self._refer(parsed, problems)
        wrong = {problem.row for problem in problems}
        keyed = [row for row in parsed if self._has_key(row)]
        rows = self._without_duplicates(keyed, raw, problems)
        self._attach_existing(rows, raw, problems)
        for row in rows:
            self._check_row(row, raw[row.number], problems, complete=row.number not in wrong)
        wrong = {problem.row for problem in problems}
        return [row for row in rows if row.number not in wrong], problems

    def _parse(self, number: int, cells: dict[str, Cell], problems: list[Problem]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if "" in cells:
            problems.append(
                Problem(number, "", "", _("The row has more cells than the header; is a delimiter or a quotation mark inside a text?"))
            )
        for name, cell in cells.items():
            field = self.kind.field(name) or (Field(name, name, Text(LONGEST_ATTRIBUTE), blank="") if name else None)
            if field is None:
                continue
            try:
                values[name] = self._value(field, cell)
            except Unfit as wrong:
                problems.append(Problem(number, name, shown(cell), str(wrong)))
        return values

    def _value(self, field: Field, cell: Cell) -> Any:
        if isinstance(cell, SheetError):
            raise Unfit(_("The spreadsheet shows an error here; correct its formula, or empty the cell."))
        if not is_empty(cell):
            return field.type.parse(cell, self.formats)
        if field.required or field.name in self.kind.key_fields:
            raise Unfit(_("This field must not be empty."))
        return field.blank

    def _has_key(self, row: Row) -> bool:
        return all(row.values.get(name, KEEP) is not KEEP for name in self.kind.key_fields)

    def _without_duplicates(self, rows: list[Row], raw: dict[int, dict[str, Cell]], problems: list[Problem]) -> list[Row]:
        kept = []
        for row in rows:
            first = self._first_row.setdefault(self.kind.key_of(row.values), row.number)
            if first == row.number:
                kept.append(row)
            else:
                name = self.kind.key_fields[0]
                message = _("The same key stands in row %(row)s already; keep one of the two.") % {"row": first}
                problems.append(Problem(row.number, name, shown(raw[row.number].get(name)), message))
        return kept

    # --- References -----------------------------------------------------------------------------

    def _refer(self, rows: list[Row], problems: list[Problem]) -> None:
        for field in self.kind.fields:
            if isinstance(field.type, Reference):
                named = [row for row in rows if isinstance(row.values.get(field.name), str)]
                self._look_up(field, {row.values[field.name] for row in named})
                for row in named:
                    self._point(row, field, problems)

    def _point(self, row: Row, field: Field, problems: list[Problem]) -> None:
        assert isinstance(field.type, Reference)
        value = row.values[field.name]
        found = self._found[field.name].get(field.type.normal(value))
        if found is not None:
            row.values[field.name] = found
        elif field.type.create and self.options.get(field.type.create_option):
            row.values[field.name] = ToCreate(field.name, value)
        else:
            del row.values[field.name]
            problems.append(Problem(row.number, field.name, shown(value), self._unknown(field)))

    def _unknown(self, field: Field) -> str:
        assert isinstance(field.type, Reference)
        words = {"name": field.label}
        if field.type.create:
            return _("Unknown %(name)s; correct it, import it first, or let the import create missing ones.") % words
        return _("Unknown %(name)s; correct it, or import it first.") % words

    def _look_up(self, field: Field, values: set[str]) -> None:
        """Read the rows that `values` name, and remember also those that do not exist."""
        reference = field.type
        assert isinstance(reference, Reference)
        known = self._found.setdefault(field.name, {})
        if len(known) > MOST_REMEMBERED:
            known.clear()
        missing = {reference.normal(value) for value in values} - known.keys()
        if not missing:
            return
        rows: models.QuerySet[Any] = reference.model._default_manager.select_related(*reference.follow)
        if self.user is not None and hasattr(rows, "visible_to"):
            rows = rows.visible_to(self.user)
        if reference.any_case:
            known.update({reference.normal(getattr(row, reference.by)): row for row in _any_case(rows, reference, missing)})
        else:
            known.update({getattr(row, reference.by): row for row in rows.filter(**{f"{reference.by}__in": missing})})
        known.update({value: None for value in missing - known.keys()})

    def created(self, field: Field, value: str, row: models.Model) -> None:
        """Remember a row that the import has made for a reference."""
        assert isinstance(field.type, Reference)
        self._found[field.name][field.type.normal(value)] = row

    def made(self, to_create: ToCreate) -> models.Model | None:
        field = self.kind.field(to_create.field)
        assert field is not None and isinstance(field.type, Reference)
        return self._found[field.name].get(field.type.normal(to_create.value))

    # --- What the row updates ---------------------------------------------------------------------

    def _attach_existing(self, rows: list[Row], raw: dict[int, dict[str, Cell]], problems: list[Problem]) -> None:
        existing = self.kind.existing([self.kind.key_of(row.values) for row in rows], self.lock)
        hidden = self.kind.hidden(existing.values(), self.user) if self.user else set()
        for row in rows:
            row.existing = existing.get(self.kind.key_of(row.values))
            if row.existing is not None and row.existing.pk in hidden:
                name = self.kind.key_fields[0]
                problems.append(Problem(row.number, name, shown(raw[row.number].get(name)), _("Unknown row; correct the key.")))

    def _check_row(self, row: Row, cells: dict[str, Cell], problems: list[Problem], complete: bool) -> None:
        if row.existing is None:
            for field in self.kind.fields:
                if field.required and field.name not in cells:
                    problems.append(Problem(row.number, field.name, "", _("This field is needed for a new row; map a column to it.")))
        if complete:
            for name, message in self.kind.check(row, self.user):
                problems.append(Problem(row.number, name, shown(cells.get(name)), str(message)))


def _any_case(rows: "models.QuerySet[Any]", reference: Reference, values: set[str]) -> Iterable[models.Model]:
    """E-mail addresses are compared by the database; other names in Python, as SQLite's lower() knows ASCII only."""
    try:
        is_email = isinstance(reference.model._meta.get_field(reference.by), models.EmailField)
    except FieldDoesNotExist:
        is_email = False
    if is_email:
        return list(rows.annotate(_lower=Lower(reference.by)).filter(_lower__in=values))
    return [row for row in rows if reference.normal(getattr(row, reference.by)) in values]


def shown(cell: Cell) -> str:
    """The cell as an error table shows it."""
    return "" if cell is None else str(cell).replace("\0", "␀")[:LONGEST_SHOWN]


def batches(rows: Iterable[Raw], size: int) -> Iterable[list[Raw]]:
    batch: list[Raw] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
