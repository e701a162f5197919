"""Consent, a text that only says something, and an early end."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from surveys.authoring.kinds.base import NOTHING, Columns, Kind, Value
from surveys.authoring.models import Question


class Consent(Kind):
    """A box to tick. What is agreed to is the label of the version that was answered, which never changes."""

    template = "consent"
    is_group = False

    def field(self, question: Question, language: str, **shared: Any) -> forms.Field:
        return forms.BooleanField(**shared)

    def fits(self, question: Question, value: Value) -> bool:
        return value is True

    def columns(self, question: Question, value: Value) -> Columns:
        return {**NOTHING, "data": True}

    def value(self, answer: Any) -> Value:
        return answer.data is True

    def in_words(self, question: Question, answer: Any, language: str) -> list[str]:
        return [_("Agreed")]


class Statement(Kind):
    """No question: a text between questions."""

    template = "statement"
    takes_answer = False

    def seconds(self, question: Question) -> float:
        return 0

    def field(self, question: Question, language: str, **shared: Any) -> forms.Field:
        return forms.CharField(**{**shared, "required": False, "disabled": True})

    def fits(self, question: Question, value: Value) -> bool:
        return False


class End(Statement):
    """Where the survey ends for whom its rules fit; its wording is for the editor only."""

    needed = ()
