"""A translator's file into a draft: checked row by row before anything is written, then whole or not at all."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from feedback_site.imports.problems import FileProblem, Problem, RowProblems
from surveys.authoring.drafts import locked_draft
from surveys.authoring.models import SurveyVersion
from surveys.authoring.translation import Unit, as_written, is_changed, problems_in, refuse_other_languages, units, write
from surveys.authoring.translation_files import Row, Translation, read
from surveys.customers.languages import language_name


@dataclass(frozen=True)
class Change:
    """A text that was replaced, or that was missing where `before` is empty."""

    where: str
    id: str
    before: str
    after: str


@dataclass(frozen=True)
class Outcome:
    """What an import did; `left_out` are the rows that were not taken, with the reason."""

    changed: list[Change]
    unchanged: int
    left_out: list[Problem]


def import_translation(version: SurveyVersion, source: str, target: str, name: str, content: bytes) -> Outcome:
    """Take the texts of the file `name` into a draft as its `target` language; an empty one keeps what is there.

    A row whose source text is another one by now is left out, as is one that its translator marked as unsure.
    Raises FrozenVersionError; ValidationError for a language that the survey does not have; FileProblem for the whole
    file; RowProblems for rows of it. Nothing is written then.
    """
    file = read(name, content)
    _refuse_other_file(file, source, target)
    return _take(version, file, source, target)


@transaction.atomic
def _take(version: SurveyVersion, file: Translation, source: str, target: str) -> Outcome:
    version = locked_draft(version)
    refuse_other_languages(version, source, target)
    listed = {unit.id: unit for unit in units(version, source, target)}
    problems = [*file.problems, *_row_problems(file.rows, listed)]
    given = [row for row in file.rows if row.id in listed and row.text and is_changed(listed[row.id], {row.id: row.text})]
    left_out = [problem for row in given if (problem := _outdated(row, listed[row.id]))]
    numbers = {problem.row for problem in left_out}
    taken = [row for row in given if row.number not in numbers]
    texts = {row.id: row.text for row in taken}
    problems += _text_problems(taken, problems_in(list(listed.values()), texts))
    if problems:
        raise RowProblems(sorted(problems, key=lambda problem: problem.row))
    write(version, target, texts)
    changed = [Change(str(listed[id_].where), id_, listed[id_].target, text) for id_, text in texts.items()]
    return Outcome(changed, len(file.rows) - len(changed) - len(left_out), left_out)


def _refuse_other_file(file: Translation, source: str, target: str) -> None:
    if file.target != target or file.source not in ("", source):
        found = " → ".join(language_name(code) for code in (file.source, file.target) if code)
        wanted = " → ".join(language_name(code) for code in (source, target))
        message = _("The file holds %(found)s, and this page is about %(wanted)s; choose the languages of the file above, or another file.")
        raise FileProblem(message % {"found": found, "wanted": wanted})
    if not file.rows and not file.problems:
        raise FileProblem(_("The file holds no texts; export them once more to begin with such a file."))


def _row_problems(rows: list[Row], listed: dict[str, Unit]) -> Iterator[Problem]:
    """Rows that belong to no text, or two to one."""
    times = Counter(row.id for row in rows)
    for row in rows:
        if not row.id:
            yield Problem(row.number, "", row.text, _("The id is missing; write it as it was exported, or delete the row."))
        elif row.id not in listed:
            yield Problem(row.number, row.id, row.text, _("This draft has no such text; delete the row, or export the texts once more."))
        elif times[row.id] > 1:
            yield Problem(row.number, row.id, row.text, _("This id stands in the file more than once; keep one of the rows."))


def _outdated(row: Row, unit: Unit) -> Problem | None:
    """Why the row is not taken, although nothing is wrong with it."""
    if row.is_unsure:
        message = _("The translator's tool marked it as unsure (fuzzy); confirm it there, and import the file once more.")
    elif row.source != as_written(unit.source):
        message = _("The source text was changed since the export; it is now: “%(text)s”. Translate it here, or export once more.")
        message %= {"text": unit.source}
    else:
        return None
    return Problem(row.number, unit.id, row.text, message)


def _text_problems(rows: list[Row], messages: dict[str, list[str]]) -> Iterator[Problem]:
    for row in rows:
        for message in messages.get(row.id, []):
            yield Problem(row.number, row.id, row.text, message)
