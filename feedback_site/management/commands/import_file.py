"""`python manage.py import_file KIND FILE [--mapping FILE] [--check]`."""

from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from feedback_site.access import audit
from feedback_site.imports import mapping as mappings
from feedback_site.imports import registry
from feedback_site.imports.kinds import Counts
from feedback_site.imports.models import ImportRun
from feedback_site.imports.problems import FileProblem, MappingProblem, Problem, RowProblems
from feedback_site.imports.source import prepare
from feedback_site.imports.write import Import


class Command(BaseCommand):
    help = "Import a CSV or XLSX file: all of it is checked first, and all of it is written, or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=[kind.key for kind in registry.kinds()])
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", type=Path, help="a JSON file; without it, columns are found by their names")
        parser.add_argument("--check", action="store_true", help="write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["file"].is_file():
            raise CommandError(f"{options['file']}: there is no such file")
        try:
            mapping = mappings.read(options["mapping"]) if options["mapping"] else None
            job, table, mapping = prepare(registry.get(options["kind"]), options["file"], mapping)
            total = table.count()
            self._check(job, total)
            if options["check"]:
                self.stdout.write(self.style.SUCCESS(f"{options['file'].name}: {total} rows are right; nothing is written"))
            else:
                self._write(job, total, options)
        except FileProblem as wrong:
            raise CommandError(f"{options['file']}: {wrong}") from None
        except MappingProblem as wrong:
            raise CommandError("\n".join(wrong.messages)) from None
        except RowProblems as wrong:
            raise self._refusal(wrong.problems, len(wrong.problems)) from None

    def _check(self, job: Import, total: int) -> None:
        problems, count = job.check(lambda rows: self._progress("checked", rows, total))
        if problems:
            raise self._refusal(problems, count)

    def _write(self, job: Import, total: int, options: dict[str, Any]) -> None:
        name = options["file"].name

        def audited(counts: Counts) -> None:
            audit.record(None, ImportRun(kind=options["kind"], file_name=name), {"kind": options["kind"], **asdict(counts)})

        counts = job.write(lambda rows: self._progress("written", rows, total), audited)
        self.stdout.write(self.style.SUCCESS(f"{name}: {counts.created} created, {counts.updated} updated, {counts.unchanged} unchanged"))

    def _progress(self, what: str, rows: int, total: int) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{what} {rows} of {total}", ending="\n" if rows >= total else "")

    def _refusal(self, problems: list[Problem], count: int) -> CommandError:
        for problem in problems:
            value = f" {problem.value!r}" if problem.value else ""
            self.stderr.write(f"row {problem.row}, {problem.field or 'row'}{value}: {problem.message}")
        more = f", the first {len(problems)} are shown" if count > len(problems) else ""
        return CommandError(f"{count} problems{more}; nothing is written")
