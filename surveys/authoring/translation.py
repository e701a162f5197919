"""The texts of a version one by one, as a translator works on them: what is missing, what a translation may not lose."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.authoring.checks import BAND_TEXTS, MAIL_TEXTS, OPTIONAL_TEXTS, VERSION_TEXTS
from surveys.authoring.compare import TEXTS as QUESTION_TEXTS
from surveys.authoring.drafts import locked_draft
from surveys.authoring.kinds import kind_of
from surveys.authoring.kinds.cleaning import without_control_characters
from surveys.authoring.models import Question, SurveyVersion
from surveys.authoring.recall import placeholders
from surveys.authoring.stamps import refuse_changed, stamp_of
from surveys.customers.languages import language_name

LISTS = {"choices": gettext_lazy("Choice"), "rows": gettext_lazy("Row")}
PARAGRAPHS = {"introduction", "thanks", *BAND_TEXTS, "invitation", "reminder"}
LONGEST_LINE, LONGEST_PARAGRAPH = 300, 4000


@dataclass(frozen=True)
class Unit:
    """One text. Its id is the same in every version: `survey.title`, `q.<key>.label`, `q.<key>.choices.<choice key>`."""

    id: str
    where: Any
    source: str
    target: str
    is_needed: bool
    is_paragraph: bool = False

    @property
    def is_missing(self) -> bool:
        return not self.target.strip()

    @property
    def list_id(self) -> str:
        """The list of choices or rows that it stands in, or empty."""
        parts = self.id.split(".")
        return ".".join(parts[:3]) if len(parts) == 4 else ""

    @property
    def longest(self) -> int:
        return LONGEST_PARAGRAPH if self.is_paragraph else LONGEST_LINE


def units(version: SurveyVersion, source: str, target: str) -> list[Unit]:
    """Every text of `version` that is needed, or that there is in one of the two languages, in the order of the survey."""
    found = [*_units_of_survey(version, source, target)]
    for number, question in enumerate(version.questions.all(), start=1):
        found += _units_of_question(number, question, source, target)
    return [unit for unit in found if unit.is_needed or unit.source.strip() or unit.target.strip()]


def _units_of_survey(version: SurveyVersion, source: str, target: str) -> Iterator[Unit]:
    for name, label in (VERSION_TEXTS | OPTIONAL_TEXTS).items():
        is_needed = name in VERSION_TEXTS and not (version.survey.is_of_team and name in MAIL_TEXTS)
        words = [version.texts.get(code, {}).get(name, "") for code in (source, target)]
        yield _unit(f"survey.{name}", label, words, is_needed, name in PARAGRAPHS)


def _units_of_question(number: int, question: Question, source: str, target: str) -> Iterator[Unit]:
    kind = kind_of(question)
    for name in kind.texts:
        words = [question.texts.get(code, {}).get(name, "") for code in (source, target)]
        where = format_lazy("{} {} · {}", gettext_lazy("Question"), number, QUESTION_TEXTS[name])
        yield _unit(f"q.{question.key}.{name}", where, words, name in kind.needed)
    for name, label in LISTS.items():
        for place, row in enumerate(getattr(question, name), start=1):
            words = [row["labels"].get(code, "") for code in (source, target)]
            where = format_lazy("{} {} · {} {}", gettext_lazy("Question"), number, label, place)
            yield _unit(f"q.{question.key}.{name}.{row['key']}", where, words, True)


def _unit(id_: str, where: Any, words: list[str], is_needed: bool, is_paragraph: bool = False) -> Unit:
    """What the editor has one line for can be longer where it came from a file."""
    source, target = words
    is_long = any(len(text) > LONGEST_LINE or "\n" in text for text in words)
    return Unit(id_, where, source, target, is_needed, is_paragraph or is_long)


def as_written(text: str) -> str:
    """`text` as it is kept: without control characters, with plain line breaks, without spaces at its ends."""
    return without_control_characters(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def problems_of(unit: Unit, text: str) -> list[str]:
    """What is wrong with `text` as the translation of `unit`; nothing is wrong with an empty one."""
    found = []
    if len(text) > unit.longest:
        found.append(_("The text has %(length)s characters; at most %(limit)s fit.") % {"length": len(text), "limit": unit.longest})
    if "\n" in text and (unit.list_id or not unit.is_paragraph):
        found.append(_("This text stands on one line; take the line breaks out."))
    if text and unit.source.strip():
        found += _placeholder_problems(unit.source, text)
    return found


def _placeholder_problems(source: str, text: str) -> Iterator[str]:
    wanted, given = placeholders(source), placeholders(text)
    for name in wanted:
        if name not in given:
            yield _("“{%(name)s}” of the source text is missing; write it as it is there, in Latin letters.") % {"name": name}
    for name in given:
        if name not in wanted:
            yield _("“{%(name)s}” is not in the source text; take it out.") % {"name": name}


def problems_in(listed: list[Unit], texts: Mapping[str, str]) -> dict[str, list[str]]:
    """By id, what is wrong with those of `texts` that differ from what is stored."""
    found = {unit.id: problems_of(unit, texts[unit.id]) for unit in listed if is_changed(unit, texts)}
    for twins in _same_labels(listed, texts):
        for unit in twins:
            if is_changed(unit, texts):
                found[unit.id].append(_("Another line of the same list has this text; tell the two apart."))
    return {id_: messages for id_, messages in found.items() if messages}


def is_changed(unit: Unit, texts: Mapping[str, str]) -> bool:
    return unit.id in texts and texts[unit.id] != as_written(unit.target)


def _same_labels(listed: list[Unit], texts: Mapping[str, str]) -> list[list[Unit]]:
    """Choices of one question, or rows, that nobody could tell apart."""
    by_text = defaultdict(list)
    for unit in listed:
        text = texts.get(unit.id, unit.target).strip()
        if unit.list_id and text:
            by_text[unit.list_id, text].append(unit)
    return [twins for twins in by_text.values() if len(twins) > 1]


def stamp_of_units(listed: list[Unit]) -> str:
    return stamp_of([(unit.id, unit.source, unit.target) for unit in listed])


@transaction.atomic
def save_translation(version: SurveyVersion, source: str, target: str, texts: Mapping[str, str], seen: str | None = None) -> int:
    """Store `texts`, by id, as the `target` language of a draft; how many changed. An empty text is taken away.

    Raises FrozenVersionError; ValidationError where the texts are not as they were `seen` (a stamp) any more, and, by id,
    for what is wrong with them: nothing is stored then.
    """
    version = locked_draft(version)
    refuse_other_languages(version, source, target)
    listed = units(version, source, target)
    refuse_changed(seen, stamp_of_units(listed))
    problems = problems_in(listed, texts)
    if problems:
        raise ValidationError(problems)  # type: ignore[arg-type]
    changed = {unit.id: texts[unit.id] for unit in listed if is_changed(unit, texts)}
    write(version, target, changed)
    return len(changed)


def refuse_other_languages(version: SurveyVersion, *codes: str) -> None:
    for code in codes:
        if code not in version.languages:
            name = language_name(code)
            raise ValidationError(_("The survey is not in %(language)s; add the language to its texts first.") % {"language": name})


def write(version: SurveyVersion, language: str, texts: Mapping[str, str]) -> None:
    """Put `texts`, by id, into a locked draft. Questions that none of them is about are left alone.

    The others are saved one by one, as the audit log sees no bulk update.
    """
    own = {id_.removeprefix("survey."): text for id_, text in texts.items() if id_.startswith("survey.")}
    if own:
        version.texts = {**version.texts, language: {**version.texts.get(language, {}), **own}}
        version.save(update_fields=["texts"])
    named = {id_.split(".")[1] for id_ in texts if id_.startswith("q.")}
    for question in version.questions.filter(key__in=named):
        _write_question(question, language, texts)
        question.save(update_fields=["texts", *LISTS])


def _write_question(question: Question, language: str, texts: Mapping[str, str]) -> None:
    stem = f"q.{question.key}."
    own = {name: texts[f"{stem}{name}"] for name in QUESTION_TEXTS if f"{stem}{name}" in texts}
    question.texts = {**question.texts, language: {**question.texts.get(language, {}), **own}}
    for name in LISTS:
        rows = getattr(question, name)
        new = [{**row, "labels": {**row["labels"], **_given(texts, f"{stem}{name}.{row['key']}", language)}} for row in rows]
        setattr(question, name, new)


def _given(texts: Mapping[str, str], id_: str, language: str) -> dict[str, str]:
    return {language: texts[id_]} if id_ in texts else {}
