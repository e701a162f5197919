"""A kind of rows: its fields, how its rows are found again, checked and written. Applications subclass `Kind`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from feedback_site.access.models import User
from feedback_site.imports.fields import KEEP, Field, Words

Key = tuple[Any, ...]
OWN = "attributes."


@dataclass(frozen=True)
class Option:
    """A choice of the importer, off unless chosen."""

    name: str
    label: Words


@dataclass
class Row:
    """A checked row: `values` by field name (references are rows, or `ToCreate`), and the row that it updates."""

    number: int
    values: dict[str, Any]
    existing: models.Model | None = None

    def value(self, name: str) -> Any:
        """What the field will be after the import: of the file, else of the existing row, else None."""
        found = self.values.get(name, KEEP)
        return getattr(self.existing, name, None) if found is KEEP else found


@dataclass(frozen=True)
class ToCreate:
    """A reference to a row that the import makes."""

    field: str
    value: str


@dataclass
class Counts:
    created: int = 0
    updated: int = 0
    unchanged: int = 0

    def add(self, other: "Counts") -> None:
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged


@dataclass
class Written:
    """What became of a batch."""

    created: list[models.Model] = field(default_factory=list)
    updated: list[models.Model] = field(default_factory=list)
    unchanged: list[models.Model] = field(default_factory=list)

    @property
    def counts(self) -> Counts:
        return Counts(len(self.created), len(self.updated), len(self.unchanged))


class Kind:
    """Subclasses name `key`, `label`, `model`, `fields` and `key_fields`; the rest fits most kinds."""

    key: ClassVar[str]
    label: ClassVar[Words]
    description: ClassVar[Words] = ""
    model: ClassVar[type[models.Model]]
    fields: ClassVar[tuple[Field, ...]]
    key_fields: ClassVar[tuple[str, ...]] = ("external_id",)
    options: ClassVar[tuple[Option, ...]] = ()
    page: ClassVar[str] = ""  # the name of the page that lists the rows
    own_attributes: ClassVar[bool] = False  # takes `attributes.<name>`

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)

    def key_of(self, values: dict[str, Any]) -> Key:
        return tuple(values[name] for name in self.key_fields)

    def key_of_row(self, row: models.Model) -> Key:
        return self.key_of({name: getattr(row, name) for name in self.key_fields})

    def existing(self, keys: Sequence[Key], lock: bool = False) -> dict[Key, models.Model]:
        """The stored rows with one of `keys`; locked until the end of the transaction on request."""
        wanted = {f"{name}__in": {key[place] for key in keys} for place, name in enumerate(self.key_fields)}
        rows = self.rows().select_for_update(of=("self",)) if lock else self.rows()
        return {self.key_of_row(row): row for row in rows.filter(**wanted)}

    def rows(self) -> "models.QuerySet[Any]":
        return self.model._default_manager.all()

    def hidden(self, rows: Iterable[models.Model], user: User) -> set[Any]:
        """The primary keys of those `rows` that `user` may not see."""
        pks = {row.pk for row in rows}
        if not pks or not hasattr(self.model._default_manager, "visible_to"):
            return set()
        visible = self.model._default_manager.filter(pk__in=pks).visible_to(user)  # type: ignore[attr-defined]
        return pks - set(visible.values_list("pk", flat=True))

    def check(self, row: Row, user: User | None) -> Iterable[tuple[str, Words]]:
        """What is wrong between the fields of a row, as (field, message). `user` is None where all may be seen."""
        return ()

    def write(self, rows: Sequence[Row]) -> Written:
        """Create what is new and update what differs; what is the same is not touched."""
        done, changed = Written(), set[str]()
        for row in rows:
            if row.existing is None:
                done.created.append(self.build(row))
            elif names := self.assign(row.existing, row):
                changed |= names
                done.updated.append(row.existing)
            else:
                done.unchanged.append(row.existing)
        manager = self.model._default_manager
        manager.bulk_create(done.created)
        if done.updated:
            manager.bulk_update(done.updated, [*changed, *touch(done.updated)], batch_size=200)
        return done

    def build(self, row: Row) -> models.Model:
        new = self.model()
        self.assign(new, row)
        return new

    def assign(self, instance: models.Model, row: Row) -> set[str]:
        """Put the row's values on `instance`; the names of the fields that differ."""
        return {name for name, value in row.values.items() if value is not KEEP and put(instance, name, value)}


def put(instance: models.Model, name: str, value: Any) -> bool:
    """Set a field; True if that changed it."""
    column = instance._meta.get_field(name)
    if isinstance(column, models.ForeignKey):
        differs = getattr(instance, column.attname) != (value.pk if value is not None else None)
    else:
        differs = getattr(instance, name) != value
    if differs:
        setattr(instance, name, value)
    return bool(differs)


def touch(rows: Sequence[models.Model]) -> list[str]:
    """bulk_update leaves `auto_now` fields alone, but what looks for changed rows looks there."""
    names = [f.name for f in rows[0]._meta.fields if isinstance(f, models.DateTimeField) and f.auto_now]
    now = timezone.now()
    for row in rows:
        for name in names:
            setattr(row, name, now)
    return names
