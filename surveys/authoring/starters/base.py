"""What a ready-made survey is, and how its questions are written down."""

from dataclasses import dataclass
from typing import Any

from surveys.authoring.models import Question, Survey

Type = Question.Type
Words = tuple[str, str]  # Hebrew, English


@dataclass(frozen=True)
class Starter:
    """A survey that can be published as it is. `name` becomes the survey's name, in the user's language."""

    key: str
    name: Any
    purpose: Any
    texts: dict[str, dict[str, str]]
    questions: list[dict[str, Any]]
    audience: str = Survey.Audience.CUSTOMERS
    is_anonymous: bool = False


def scores(key: str, type_: str, he: tuple[str, str, str], en: tuple[str, str, str]) -> dict[str, Any]:
    texts = {code: dict(zip(("label", "low", "high"), words, strict=True)) for code, words in (("he", he), ("en", en))}
    return {"key": key, "type": type_, "is_required": True, "texts": texts, "choices": []}


def text(key: str, he: str, en: str) -> dict[str, Any]:
    return {"key": key, "type": Type.LONG_TEXT, "is_required": False, "texts": {"he": {"label": he}, "en": {"label": en}}, "choices": []}


def choices(key: str, type_: str, he: str, en: str, choices: list[tuple[str, str, str]]) -> dict[str, Any]:
    labels = [{"key": choice, "labels": {"he": in_hebrew, "en": in_english}} for choice, in_hebrew, in_english in choices]
    return {"key": key, "type": type_, "is_required": False, "texts": {"he": {"label": he}, "en": {"label": en}}, "choices": labels}


def yes_no(key: str, he: str, en: str) -> dict[str, Any]:
    return {**text(key, he, en), "type": Type.YES_NO}


def shown_if(question: dict[str, Any], subject: str, comparison: str, value: str) -> dict[str, Any]:
    """The question, for whom an earlier answer fits."""
    return {**question, "shown_if": [[{"subject": f"q.{subject}", "is": comparison, "value": value}]]}


def texts(title: Words, introduction: Words, thanks: Words, subject: Words, invitation: Words) -> dict[str, dict[str, str]]:
    named = {"title": title, "introduction": introduction, "thanks": thanks, "subject": subject, "invitation": invitation}
    return {code: {name: words[place] for name, words in named.items()} for place, code in enumerate(("he", "en"))}
