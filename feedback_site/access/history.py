"""Entries of the audit log in words: which field, from what, to what."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from auditlog.models import LogEntry
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext, gettext_noop

LONGEST = 300  # characters of a value that the page shows
NOTHING = ("None", "", None)
# What `audit.record` notes, and fields that have no name of their own.
NOTED = [
    *(gettext_noop("invited"), gettext_noop("skipped"), gettext_noop("stopped"), gettext_noop("reminders"), gettext_noop("mail")),
    gettext_noop("set aside"),
    *(gettext_noop("published at"), gettext_noop("published by"), gettext_noop("confirmed at"), gettext_noop("created by")),
]
Related = dict[type[models.Model], set[str]]


@dataclass(frozen=True)
class Change:
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Described:
    entry: LogEntry
    kind: str
    changes: list[Change]


def described(entries: Iterable[LogEntry]) -> list[Described]:
    """The entries with the names of their fields, and of the rows that these point to: one query for each kind of row."""
    entries = list(entries)
    names = _names_of(_related(entries))
    return [Described(entry, _kind(entry), [_change(entry, name, pair, names) for name, pair in _pairs(entry)]) for entry in entries]


def _kind(entry: LogEntry) -> str:
    model = entry.content_type.model_class()
    return str(model._meta.verbose_name) if model else entry.content_type.model


def _pairs(entry: LogEntry) -> list[tuple[str, tuple[Any, Any]]]:
    """(field, (before, after)); changes of sets of rows, which are kept otherwise, are left out."""
    return [(name, tuple(pair)) for name, pair in (entry.changes or {}).items() if isinstance(pair, list) and len(pair) == 2]


def _field(entry: LogEntry, name: str) -> Any:
    model = entry.content_type.model_class()
    try:
        return model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None


def _related(entries: Iterable[LogEntry]) -> Related:
    wanted: Related = defaultdict(set)
    for entry in entries:
        for name, pair in _pairs(entry):
            field = _field(entry, name)
            if isinstance(field, models.ForeignKey):
                wanted[field.related_model] |= {str(value) for value in pair if str(value).isdecimal()}
    return wanted


def _names_of(wanted: Related) -> dict[tuple[type[models.Model], str], str]:
    return {(model, str(row.pk)): str(row) for model, keys in wanted.items() if keys for row in model._default_manager.filter(pk__in=keys)}


def _change(entry: LogEntry, name: str, pair: tuple[Any, Any], names: dict[tuple[type[models.Model], str], str]) -> Change:
    field = _field(entry, name)
    before, after = (_shown(field, value, names) for value in pair)
    return Change(gettext(str(getattr(field, "verbose_name", name))), before, after)


def _shown(field: Any, value: Any, names: dict[tuple[type[models.Model], str], str]) -> str:
    if value in NOTHING:
        return "–"
    if isinstance(field, models.ForeignKey):
        return names.get((field.related_model, str(value)), str(value))
    if isinstance(field, models.DateTimeField) and (moment := parse_datetime(str(value))):
        return formats.date_format(timezone.localtime(moment.replace(tzinfo=moment.tzinfo or UTC)), "SHORT_DATETIME_FORMAT")
    choices = dict(getattr(field, "flatchoices", ()) or ())
    text = str(choices.get(value, value))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
