"""Rows from a program: the same checks and the same writing as for files, all or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from feedback_site.access.models import User
from feedback_site.imports import registry
from feedback_site.imports.kinds import OWN, Kind
from feedback_site.imports.problems import Problem, RowProblems
from feedback_site.imports.write import Import

SIMPLE = (str, int, float, Decimal, date)
__all__ = ["Problem", "UpsertResult", "upsert_rows"]


@dataclass(frozen=True)
class UpsertResult:
    """Either counts, or problems and then nothing is written."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)


def upsert_rows(kind: str, rows: Sequence[Mapping[str, Any]], user: User | None, options: Mapping[str, bool] | None = None) -> UpsertResult:
    """Create or update `rows` of `kind` (a key of the registry) by their external id; the number of a problem's row counts from 1.

    Fields are named as in the kind, dates are ISO 8601, numbers have a point. A field that is left out keeps
    its value, one that is None or empty is emptied. Accounts that `user` can not see are unknown (None sees all).
    `options` are the kind's own, as {"create_missing_segments": True}. Raises KeyError for an unknown kind.
    """
    target = registry.get(kind)
    problems = [problem for number, row in enumerate(rows, start=1) for problem in _shape(target, number, row)]
    if problems:
        return UpsertResult(problems=problems)
    job = Import(target, lambda: [(number, dict(row)) for number, row in enumerate(rows, start=1)], user=user, options=dict(options or {}))
    found, _count = job.check()
    if found:
        return UpsertResult(problems=found)
    try:
        counts = job.write()
    except RowProblems as late:
        return UpsertResult(problems=late.problems)
    return UpsertResult(counts.created, counts.updated, counts.unchanged)


def _shape(kind: Kind, number: int, row: Mapping[str, Any]) -> list[Problem]:
    """What no file can get wrong: unknown fields, values that are lists, a missing key."""
    wrong = [
        Problem(number, name, "", _("This field is needed: rows are found again by it.")) for name in kind.key_fields if name not in row
    ]
    for name, value in row.items():
        if kind.field(name) is None and not (kind.own_attributes and name.startswith(OWN) and len(name) > len(OWN)):
            wrong.append(Problem(number, str(name)[:100], "", _("Unknown field.")))
        elif value is not None and not isinstance(value, SIMPLE):
            wrong.append(Problem(number, name, "", _("A text, a number or null is needed here.")))
    return wrong
