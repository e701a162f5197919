"""What goes with a row that is deleted, told before it happens."""

from dataclasses import dataclass
from typing import Any

from django.db import models, router
from django.db.models.deletion import Collector, ProtectedError, RestrictedError


@dataclass(frozen=True)
class Consequences:
    """How many rows of each kind are deleted too, and how many stand in the way."""

    gone: list[tuple[str, int]]
    in_the_way: int = 0


def consequences_of(row: models.Model) -> Consequences:
    """Asks Django's own collector, so that kinds of rows that later folders bring are counted too."""
    collector = Collector(using=router.db_for_write(type(row)), origin=row)
    try:
        collector.collect([row])
    except (ProtectedError, RestrictedError) as error:
        blocking: Any = error.protected_objects if isinstance(error, ProtectedError) else error.restricted_objects
        return Consequences([], len(blocking))
    counts: dict[Any, int] = {}
    for model, rows in collector.data.items():
        counts[model] = counts.get(model, 0) + len(rows)
    fast: list[Any] = list(collector.fast_deletes)
    for rows_ in fast:
        counts[rows_.model] = counts.get(rows_.model, 0) + rows_.count()
    # Tables that are derived from others have no plural of their own, as nobody ever counts their rows.
    named = [
        (str(model._meta.verbose_name_plural), count)
        for model, count in counts.items()
        if count and not isinstance(row, model) and "verbose_name_plural" in model._meta.original_attrs
    ]
    return Consequences(sorted(named))
