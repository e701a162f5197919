"""What differs between two versions of a survey, question by question. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from surveys.authoring.checks import OPTIONAL_TEXTS, VERSION_TEXTS
from surveys.authoring.models import Question, SurveyVersion
from surveys.customers.languages import language_name

FIELDS = {
    "type": _("Type"),
    "is_required": _("required"),
    "starts_page": _("begins a new page"),
    "options": _("Settings"),
    "shown_if": _("shown if"),
}
TEXTS = {"label": _("Wording"), "help": _("Help under the question"), "low": _("Low end"), "high": _("High end"), "unit": _("Unit")}


@dataclass(frozen=True)
class Difference:
    """One thing that changed, with what it was and what it is; empty where it was not there."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class QuestionChange:
    """A question that was added, removed, moved or changed."""

    key: str
    label: str
    state: str  # "added", "removed" or "changed"
    differences: list[Difference] = field(default_factory=list)


def changed_texts(before: SurveyVersion, after: SurveyVersion) -> list[Difference]:
    """The texts of the versions themselves."""
    names = VERSION_TEXTS | OPTIONAL_TEXTS
    return list(_texts(before.texts, after.texts, names))


def changed_questions(before: SurveyVersion, after: SurveyVersion) -> list[QuestionChange]:
    """By key, in the order of the later version; what was removed stands at the end."""
    old, new = ({question.key: question for question in version.questions.all()} for version in (before, after))
    order = {key: place for place, key in enumerate(key for key in old if key in new)}
    found = []
    for place, key in enumerate(key for key in new if key in old):
        differences = [*_fields(old[key], new[key]), *([_moved(order[key], place)] if order[key] != place else [])]
        if differences:
            found.append(QuestionChange(key, str(new[key]), "changed", differences))
    added = [QuestionChange(key, str(question), "added") for key, question in new.items() if key not in old]
    removed = [QuestionChange(key, str(question), "removed") for key, question in old.items() if key not in new]
    places = {key: place for place, key in enumerate(new)}
    return [*sorted([*found, *added], key=lambda change: places[change.key]), *removed]


def _moved(before: int, after: int) -> Difference:
    return Difference(str(_("Place")), str(before + 1), str(after + 1))


def _fields(before: Question, after: Question) -> Iterable[Difference]:
    for name, label in FIELDS.items():
        if getattr(before, name) != getattr(after, name):
            yield Difference(str(label), _shown(before, name), _shown(after, name))
    yield from _texts(before.texts, after.texts, TEXTS)
    for name, label in (("choices", _("Choices")), ("rows", _("Rows"))):
        yield from _labels(getattr(before, name), getattr(after, name), label)


def _shown(question: Question, name: str) -> str:
    if name == "type":
        return str(question.get_type_display())
    value = getattr(question, name)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {one}" for key, one in sorted(value.items()))
    return str(len(value)) if value else ""


def _texts(before: dict[str, Any], after: dict[str, Any], names: dict[str, Any]) -> Iterable[Difference]:
    for code in sorted(before.keys() | after.keys()):
        for name, label in names.items():
            old, new = (texts.get(code, {}).get(name, "") for texts in (before, after))
            if old != new:
                yield Difference(f"{label} ({language_name(code)})", old, new)


def _labels(before: list[dict[str, Any]], after: list[dict[str, Any]], label: Any) -> Iterable[Difference]:
    codes = sorted({code for row in (*before, *after) for code in row["labels"]})
    for code in codes:
        old, new = ([row["labels"].get(code, "") for row in rows] for rows in (before, after))
        if old != new:
            yield Difference(f"{label} ({language_name(code)})", "\n".join(old), "\n".join(new))
