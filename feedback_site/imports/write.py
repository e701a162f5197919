"""All or nothing: every row is checked before the first is written, and all are written in one transaction."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import IntegrityError, models, transaction

from feedback_site.access.models import User
from feedback_site.imports.check import Checker, Raw, batches
from feedback_site.imports.fields import Reference
from feedback_site.imports.formats import Formats
from feedback_site.imports.kinds import Counts, Kind, Row, ToCreate
from feedback_site.imports.problems import Problem, RowProblems

BATCH = 500
MOST_PROBLEMS = 2000  # kept; all are counted
Rows = Callable[[], Iterable[Raw]]


def ignore(_rows: int) -> None:
    """For callers who do not watch the progress."""


@dataclass
class Import:
    """Rows on their way in. `rows` gives them anew each time, so that no file is ever held in memory."""

    kind: Kind
    rows: Rows
    formats: Formats = field(default_factory=Formats)
    user: User | None = None
    options: dict[str, bool] = field(default_factory=dict)

    def check(self, progress: Callable[[int], None] = ignore) -> tuple[list[Problem], int]:
        """Check every row; the first problems, and how many there are."""
        checker, problems, count, done = self._checker(), list[Problem](), 0, 0
        for batch in batches(self.rows(), BATCH):
            _rows, found = checker.check(batch)
            problems += found[: MOST_PROBLEMS - len(problems)]
            count += len(found)
            done += len(batch)
            progress(done)
        return problems, count

    def write(self, progress: Callable[[int], None] = ignore, last: Callable[[Counts], None] = lambda _counts: None) -> Counts:
        """Write every row; `last` runs inside the transaction and may still refuse.

        Raises RowProblems, with nothing written, where a row does not pass its checks (any more). Where
        somebody else created the same rows meanwhile, all is done again, and those are updated.
        """
        try:
            return self._write(progress, last)
        except IntegrityError:
            return self._write(progress, last)

    @transaction.atomic
    def _write(self, progress: Callable[[int], None], last: Callable[[Counts], None]) -> Counts:
        checker, counts, done = self._checker(lock=True), Counts(), 0
        for batch in batches(self.rows(), BATCH):
            rows, problems = checker.check(batch)
            if problems:
                raise RowProblems(problems)
            _create_missing(checker, rows)
            counts.add(self.kind.write(rows).counts)
            done += len(batch)
            progress(done)
        last(counts)
        return counts

    def _checker(self, lock: bool = False) -> Checker:
        return Checker(self.kind, self.formats, self.user, self.options, lock)


def _create_missing(checker: Checker, rows: Iterable[Row]) -> None:
    """Make the rows that the importer allowed to be made, and point to them."""
    for row in rows:
        for name, value in row.values.items():
            if isinstance(value, ToCreate):
                row.values[name] = checker.made(value) or _create(checker, value)


def _create(checker: Checker, wanted: ToCreate) -> models.Model:
    target = checker.kind.field(wanted.field)
    assert target is not None and isinstance(target.type, Reference) and target.type.create is not None
    row = target.type.create(wanted.value)
    row.save(force_insert=True)
    checker.created(target, wanted.value, row)
    return row
