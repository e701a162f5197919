"""What a version says in each of its languages, as the survey's page lists it."""

from dataclasses import dataclass
from typing import Any

from surveys.authoring.checks import OPTIONAL_TEXTS, VERSION_TEXTS
from surveys.authoring.kinds import kind_of
from surveys.authoring.models import Question, SurveyVersion
from surveys.customers.languages import direction, language_name


@dataclass(frozen=True)
class Wording:
    """A question in one language; empty where its text is missing."""

    code: str
    direction: str
    label: str
    help: str
    low: str
    high: str
    unit: str
    choices: list[tuple[str, str]]
    rows: list[tuple[str, str]]


def wordings(question: Question) -> list[Wording]:
    """`question` in each language of its version, never in another one instead."""
    found, kind = [], kind_of(question)
    for code in question.version.languages:
        texts = question.texts.get(code, {})
        words = {name: texts.get(name, "") if name in kind.texts else "" for name in ("label", "help", "low", "high", "unit")}
        choices, rows = ([(row["key"], row["labels"].get(code, "")) for row in rows] for rows in (question.choices, question.rows))
        found.append(Wording(code=code, direction=direction(code), choices=choices, rows=rows, **words))
    return found


def texts_of(version: SurveyVersion) -> list[tuple[str, str, str, list[tuple[Any, str]]]]:
    """Per language: its code, name and direction, and each text of the version with its label."""
    return [(code, language_name(code), direction(code), rows_of(texts)) for code in version.languages for texts in [version.texts[code]]]


def rows_of(texts: dict[str, str]) -> list[tuple[Any, str]]:
    """All that are needed, and the thanks by score and the reminder where there are some."""
    needed = [(label, texts.get(name, "")) for name, label in VERSION_TEXTS.items()]
    return needed + [(label, texts[name]) for name, label in OPTIONAL_TEXTS.items() if texts.get(name)]
