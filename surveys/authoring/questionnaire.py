"""A version's questions as a form in one language: what the respondent fills in, and what the preview shows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from surveys.authoring.models import Question, SurveyVersion
from surveys.authoring.values import Value, without_control_characters

PREFIX = "q"
REQUIRED = _("Please answer this question.")
UNKNOWN_CHOICE = _("Please choose one of the answers shown.")


def pages_of(version: SurveyVersion) -> list[list[Question]]:
    """The headline score alone on the first page, the rest on the second; one page where one of them is missing."""
    headline = version.headline
    rest = [question for question in version.questions.all() if question != headline]
    return [page for page in ([headline] if headline else [], rest) if page]


class AnswerText(forms.CharField):
    """Text as people type and paste it: control characters are dropped, never an error."""

    default_error_messages = {
        "too_long": _(
            "Your text is longer than %(limit)s characters. Here is what fits; it is not saved yet. Please check its end and send again."
        ),
    }

    def __init__(self, longest: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.longest = longest

    def to_python(self, value: Any) -> str:
        text = super().to_python(without_control_characters(str(value or ""))) or ""
        if len(text) > self.longest:
            raise ValidationError(self.error_messages["too_long"], code="too_long", params={"limit": self.longest})
        return text


@dataclass(frozen=True)
class Option:
    """One button of a scale, or one choice."""

    value: str
    label: str
    spoken: str
    is_chosen: bool
    id: str


@dataclass(frozen=True)
class Row:
    """A question with its field, as the template needs it."""

    question: Question
    field: forms.BoundField
    language: str

    @property
    def kind(self) -> str:
        return "scale" if self.question.is_score else "choices" if self.question.has_choices else self.question.type

    @property
    def label(self) -> str:
        return self.question.text("label", self.language)

    @property
    def help(self) -> str:
        return self.question.text("help", self.language)

    @property
    def low(self) -> str:
        return self.question.text("low", self.language)

    @property
    def high(self) -> str:
        return self.question.text("high", self.language)

    @property
    def longest(self) -> int:
        return self.question.LONGEST[Question.Type(self.question.type)]

    @property
    def text(self) -> str:
        return without_control_characters(str(self.field.value() or ""))[: self.longest]

    @property
    def options(self) -> list[Option]:
        value = self.field.value()
        chosen = {str(one) for one in (value if isinstance(value, list) else [value])}
        choices = [(str(key), str(label)) for key, label in self.field.field.choices]  # type: ignore[attr-defined]
        return [Option(key, label, self._spoken(key), key in chosen, f"{self.field.auto_id}-{key}") for key, label in choices]

    def _spoken(self, key: str) -> str:
        """What a screen reader adds to a bare number: "of 10", and the words at the ends of the scale."""
        if not self.question.is_score:
            return ""
        scale = self.question.scale
        end = {scale[0]: self.low, scale[-1]: self.high}.get(int(key), "")
        of = _("of %(highest)s") % {"highest": scale[-1]}
        return f"{of}, {end}" if end else str(of)


class Questionnaire(forms.Form):
    """Some questions of `version` in `language`. `cleaned_data` is by question key, as `save_answers` takes it."""

    def __init__(
        self,
        version: SurveyVersion,
        questions: Iterable[Question],
        language: str,
        data: Mapping[str, Any] | None = None,
        stored: Mapping[str, Value] | None = None,
    ) -> None:
        super().__init__(data, prefix=PREFIX, initial=dict(stored or {}), use_required_attribute=False, label_suffix="")
        self.version, self.questions, self.language = version, list(questions), language
        self.fields.update({question.key: answer_field(question, language) for question in self.questions})

    @property
    def rows(self) -> Iterator[Row]:
        return (Row(question, self[question.key], self.language) for question in self.questions)

    @property
    def mistakes(self) -> list[Row]:
        """The questions to be looked at again."""
        return [row for row in self.rows if row.field.errors]

    def clean(self) -> dict[str, Any]:
        known = {self.add_prefix(question.key) for question in self.version.questions.all()}
        if any(name.startswith(f"{PREFIX}-") and name not in known for name in self.data):
            raise ValidationError(_("This survey has no such question."), code="unknown")
        return self.cleaned_data


def answer_field(question: Question, language: str) -> forms.Field:
    """The form field that takes an answer to `question`."""
    shared: dict[str, Any] = {"required": question.is_required, "label": question.text("label", language)}
    messages = {"required": REQUIRED, "invalid_choice": UNKNOWN_CHOICE, "invalid_list": UNKNOWN_CHOICE}
    if question.is_score:
        numbers = [(number, str(number)) for number in question.scale]
        return forms.TypedChoiceField(choices=numbers, coerce=int, empty_value=None, error_messages=messages, **shared)
    if question.is_text:
        return AnswerText(question.LONGEST[Question.Type(question.type)], error_messages={"required": REQUIRED}, **shared)
    several = question.type == Question.Type.SEVERAL_CHOICES
    field = forms.MultipleChoiceField if several else forms.ChoiceField
    return field(choices=question.choices_in(language), error_messages=messages, **shared)
