"""Imports in the background: claimed once, all or nothing, and nothing is lost when a worker dies."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.core.files.base import ContentFile
from django.utils import timezone
from kombu.exceptions import OperationalError

from feedback_site.access.models import User
from feedback_site.imports import progress, run, tasks
from feedback_site.imports.kinds import Kind
from feedback_site.imports.models import ImportRun
from surveys.models import Account

pytestmark = pytest.mark.django_db
MAPPING = {"fields": {"external_id": "id", "name": "name"}}


def queued(rows=3, user=None, mapping=MAPPING, text="", **fields):
    text = text or "id,name\n" + "".join(f"A{n},Account {n}\n" for n in range(rows))
    return ImportRun.objects.create(
        kind="accounts",
        file=ContentFile(text.encode(), "accounts.csv"),
        file_name="accounts.csv",
        mapping=mapping,
        state="queued",
        created_by=user,
        **fields,
    )


def result(import_run):
    import_run.refresh_from_db()
    return import_run.state, import_run.created, import_run.updated, import_run.unchanged


def test_the_same_file_twice_changes_nothing():
    first, second = queued(), queued()
    assert run.run_waiting_imports() == 2
    assert (result(first), result(second)) == (("done", 3, 0, 0), ("done", 0, 0, 3))


def test_a_run_is_claimed_by_one_worker_only():
    queued()
    assert run.claim_next() is not None
    assert run.claim_next() is None


def test_a_crash_in_the_middle_of_writing_leaves_nothing_written(monkeypatch, caplog):
    monkeypatch.setattr("feedback_site.imports.write.BATCH", 2)
    original, batches = Kind.write, []

    def crash_on_the_second_batch(self, rows):
        batches.append(len(rows))
        if len(batches) == 2:
            raise RuntimeError("the disk is full")
        return original(self, rows)

    monkeypatch.setattr(Kind, "write", crash_on_the_second_batch)
    import_run = queued(rows=5)
    run.run_waiting_imports()
    assert result(import_run) == ("failed", 0, 0, 0)
    assert Account.objects.count() == 0
    assert import_run.fault == "An unexpected fault stopped the import; nothing was written. An administrator finds the details in the log."
    assert "the disk is full" in caplog.text
    assert progress.read(import_run.file) == 0


def test_the_sweep_fails_a_run_whose_worker_died_and_only_that():
    now = timezone.now()
    dead = queued(seen_at=now - timedelta(minutes=16))
    alive = queued(seen_at=now - timedelta(minutes=1))
    writing = queued(seen_at=now - timedelta(minutes=40))  # its row is locked in the transaction that writes
    progress.note(writing.file, 100_000)
    ImportRun.objects.update(state="running")
    assert run.fail_stuck() == 1
    assert (result(dead)[0], result(alive)[0], result(writing)[0]) == ("failed", "running", "running")
    assert dead.fault == "The worker stopped in the middle; nothing was written. Import the file again."


def test_a_worker_that_was_given_up_writes_nothing_when_it_wakes(monkeypatch):
    import_run = queued()
    original = Kind.write

    def sleep_too_long(self, rows):
        ImportRun.objects.filter(pk=import_run.pk).update(state="failed", fault=run.STUCK)
        return original(self, rows)

    monkeypatch.setattr(Kind, "write", sleep_too_long)
    run.run_waiting_imports()
    assert Account.objects.count() == 0


def test_rows_that_became_wrong_while_others_were_written_refuse_the_import(monkeypatch):
    import_run = queued(mapping={"fields": {**MAPPING["fields"], "segment": "name"}}, rows=1)
    monkeypatch.setattr("feedback_site.imports.write.Import.check", lambda self, progress: ([], 0))
    run.run_waiting_imports()
    assert result(import_run) == ("refused", 0, 0, 0)
    assert import_run.problems.get().field == "segment"


def test_how_far_the_writing_has_come_is_seen_from_outside_of_the_transaction(monkeypatch):
    monkeypatch.setattr("feedback_site.imports.write.BATCH", 2)
    import_run, seen = queued(rows=5), []
    original = Kind.write

    def look(self, rows):
        seen.append(progress.read(import_run.file))
        return original(self, rows)

    monkeypatch.setattr(Kind, "write", look)
    run.run_waiting_imports()
    assert seen == [0, 2, 4]


def test_what_happened_is_in_the_audit_log(survey_owner):
    import_run = queued(user=survey_owner)
    run.run_waiting_imports()
    entry = LogEntry.objects.get(object_pk=str(import_run.pk), content_type__model="importrun")
    assert (entry.actor, entry.changes["created"]) == (survey_owner, ["", "3"])


def test_problems_are_told_in_the_language_of_the_importer(survey_owner):
    User.objects.filter(pk=survey_owner.pk).update(language="he")
    import_run = queued(user=survey_owner, text="id,name\nA1,\n")
    run.run_waiting_imports()
    assert result(import_run)[0] == "refused"
    assert import_run.problems.values_list("row", "field", "value", "message").get() == (2, "name", "", "שדה זה לא יכול להיות ריק.")


def test_many_problems_are_counted_and_the_first_are_kept(monkeypatch):
    monkeypatch.setattr("feedback_site.imports.run.MOST_PROBLEMS", 10)
    import_run = queued(text="id,name\n" + "".join(f"A{n},\n" for n in range(30)))
    run.run_waiting_imports()
    import_run.refresh_from_db()
    assert (import_run.problem_count, import_run.problems.count()) == (30, 10)


def test_a_row_with_too_many_cells_is_refused():
    import_run = queued(text="id,name\nA1,Alpha, Ltd\n")
    run.run_waiting_imports()
    assert result(import_run)[0] == "refused"
    assert import_run.problems.get().message == "The row has more cells than the header; is a delimiter or a quotation mark inside a text?"


def test_a_file_that_was_replaced_by_something_else_is_refused():
    import_run = queued()
    with import_run.file.storage.open(import_run.file.name, "wb") as file:
        file.write(b"PK\x03\x04")
    run.run_waiting_imports()
    assert result(import_run)[0] == "refused"
    assert import_run.fault.startswith("The file is named like a text")


def test_a_broker_that_is_away_loses_nothing(monkeypatch, caplog):
    def away(**_options):
        raise OperationalError("no route")

    monkeypatch.setattr(tasks.run_waiting_imports, "apply_async", away)
    import_run = queued()
    tasks.hint_imports()
    assert "the next sweep runs the import" in caplog.text
    tasks.run_waiting_imports()
    assert result(import_run)[0] == "done"
