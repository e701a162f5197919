"""An import from upload to result. The row decides what happens; the queue only hints."""

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from feedback_site.access import audit
from feedback_site.imports import mapping as mappings
from feedback_site.imports import progress, registry
from feedback_site.imports.kinds import Counts
from feedback_site.imports.mapping import Mapping
from feedback_site.imports.models import ImportProblem, ImportRun
from feedback_site.imports.problems import FileProblem, MappingProblem, Problem, RowProblems
from feedback_site.imports.source import prepare
from feedback_site.imports.write import MOST_PROBLEMS, Import

logger = logging.getLogger(__name__)
State = ImportRun.State
STUCK_AFTER = timedelta(minutes=15)
STUCK = gettext_noop("The worker stopped in the middle; nothing was written. Import the file again.")
FAULT = gettext_noop("An unexpected fault stopped the import; nothing was written. An administrator finds the details in the log.")


class TakenOver(Exception):
    """The run was marked as failed while its worker was still busy."""


def enqueue(run: ImportRun, mapping: Mapping, check_only: bool) -> bool:
    """Let a worker take the run. False where somebody did so already (a second click)."""
    waiting = ImportRun.objects.filter(pk=run.pk, state=State.UPLOADED)
    return waiting.update(state=State.QUEUED, mapping=mapping.as_json(), check_only=check_only) == 1


def reopen(run: ImportRun) -> bool:
    """Back to the mapping, as long as nothing is written."""
    with transaction.atomic():
        unwritten = ImportRun.objects.filter(pk=run.pk)
        changed = unwritten.filter(state__in=[State.REFUSED, State.FAILED]) | unwritten.filter(state=State.DONE, check_only=True)
        cleared = {"problem_count": 0, "rows_checked": 0, "rows_written": 0, "created": 0, "updated": 0, "unchanged": 0}
        if changed.update(state=State.UPLOADED, fault="", rows_total=None, started_at=None, finished_at=None, **cleared) != 1:
            return False
        ImportProblem.objects.filter(run=run).delete()
    return True


def run_waiting_imports() -> int:
    """Fail what is stuck, then run everything that waits. Safe with any number of workers."""
    fail_stuck()
    done = 0
    while run := claim_next():
        perform(run)
        done += 1
    return done


def fail_stuck() -> int:
    """Runs without a sign of life: neither in their row nor, while the rows are being written, in their progress."""
    long_ago = timezone.now() - STUCK_AFTER
    silent = ImportRun.objects.filter(state=State.RUNNING, seen_at__lt=long_ago)
    stuck = [run.pk for run in silent if (progress.noted_at(run.file) or long_ago) <= long_ago]
    return silent.filter(pk__in=stuck).update(state=State.FAILED, fault=STUCK, finished_at=timezone.now())


def claim_next() -> ImportRun | None:
    while candidate := ImportRun.objects.filter(state=State.QUEUED).order_by("created_at", "pk").first():
        now = timezone.now()
        if ImportRun.objects.filter(pk=candidate.pk, state=State.QUEUED).update(state=State.RUNNING, started_at=now, seen_at=now) == 1:
            candidate.refresh_from_db()
            return candidate
    return None


def perform(run: ImportRun) -> None:
    """Check and write the file of a claimed run; whatever happens, the run says how it ended."""
    language = run.created_by.language if run.created_by else None
    with translation.override(language or translation.get_language()):
        try:
            _perform(run)
        except TakenOver:
            logger.warning("import %s was given up while it ran; it is rolled back", run.pk)
        except FileProblem as wrong:
            _finish(run, State.REFUSED, fault=str(wrong))
        except MappingProblem as wrong:
            _finish(run, State.REFUSED, fault="\n".join(wrong.messages))
        except RowProblems as late:
            _refuse(run, late.problems, len(late.problems))
        except Exception:
            logger.exception("import %s failed", run.pk)
            _finish(run, State.FAILED, fault=FAULT)
        finally:
            progress.clear(run.file)


def _perform(run: ImportRun) -> None:
    job, table, _mapping = prepare(
        registry.get(run.kind), Path(run.file.path), mappings.from_json(run.mapping), run.created_by, run.file_name
    )
    _alive(run, rows_total=table.count())
    problems, count = job.check(lambda rows: _alive(run, rows_checked=rows))
    if problems:
        _refuse(run, problems, count)
    elif run.check_only:
        _finish(run, State.DONE)
    else:
        _write(run, job)


def _write(run: ImportRun, job: Import) -> None:
    """The run becomes DONE in the transaction of its rows: either both are there, or neither."""

    def finish(counts: Counts) -> None:
        total = counts.created + counts.updated + counts.unchanged
        changes = {"created": counts.created, "updated": counts.updated, "unchanged": counts.unchanged, "rows_written": total}
        _finish(run, State.DONE, **changes)
        audit.record(run.created_by, run, {"kind": run.kind, **changes})

    job.write(lambda rows: progress.note(run.file, rows), finish)


def _alive(run: ImportRun, **changes: Any) -> None:
    if ImportRun.objects.filter(pk=run.pk, state=State.RUNNING).update(seen_at=timezone.now(), **changes) != 1:
        raise TakenOver


def _finish(run: ImportRun, state: str, **changes: Any) -> None:
    if ImportRun.objects.filter(pk=run.pk, state=State.RUNNING).update(state=state, finished_at=timezone.now(), **changes) != 1:
        raise TakenOver


@transaction.atomic
def _refuse(run: ImportRun, problems: list[Problem], count: int) -> None:
    _finish(run, State.REFUSED, problem_count=count)
    rows = [
        ImportProblem(run=run, row=p.row, field=p.field[:100], value=p.value[:200], message=p.message) for p in problems[:MOST_PROBLEMS]
    ]
    ImportProblem.objects.bulk_create(rows, batch_size=500)


def fault_text(run: ImportRun) -> str:
    """The fault in the reader's language, where it is one of the fixed ones."""
    return _(run.fault) if run.fault in (STUCK, FAULT) else run.fault
