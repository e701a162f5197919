"""Scales of whole numbers: NPS, CSAT, CES, and a rating of one's own range."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.authoring.kinds.base import NOTHING, Columns, Kind, Value
from surveys.authoring.models import Question


class Scale(Kind):
    template = "scale"
    texts: ClassVar[tuple[str, ...]] = ("label", "help", "low", "high")
    needed: ClassVar[tuple[str, ...]] = ("label", "low", "high")

    def field(self, question: Question, language: str, **shared: Any) -> forms.Field:
        numbers = [(number, str(number)) for number in question.scale]
        return forms.TypedChoiceField(choices=numbers, coerce=int, empty_value=None, **shared)

    def fits(self, question: Question, value: Value) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and value in question.scale

    def columns(self, question: Question, value: Value) -> Columns:
        return {**NOTHING, "number": value}

    def value(self, answer: Any) -> Value:
        return answer.number

    def in_words(self, question: Question, answer: Any, language: str) -> list[str]:
        return [str(_("%(score)s of %(highest)s") % {"score": answer.number, "highest": question.scale[-1]})]


class Satisfaction(Scale):
    """CSAT, as numbers, stars or faces: the same five steps, so that the style may change."""

    options = ("style",)


class Rating(Scale):
    """A range of one's own. It is no headline score: nobody else's figures use it."""

    options = ("lowest", "highest", "style")
    needed = ("label",)

    def signature(self, question: Question) -> list[Any]:
        return [question.scale[0], question.scale[-1]]

    def problems(self, question: Question) -> list[Any]:
        return [] if 2 <= len(question.scale) <= 21 else [_("the scale needs from 2 to 21 steps.")]
