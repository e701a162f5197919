"""A version's questions as a form in one language: what the respondent fills in, and what the preview shows."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from surveys.authoring.kinds import Value, kind_of
from surveys.authoring.kinds.choices import UNKNOWN
from surveys.authoring.models import Question, SurveyVersion
from surveys.authoring.rows import Row

PREFIX = "q"
REQUIRED = _("Please answer this question.")


class Questionnaire(forms.Form):
    """Some questions of `version` in `language`. `cleaned_data` is by question key, as `save_answers` takes it."""

    def __init__(
        self,
        version: SurveyVersion,
        questions: Iterable[Question],
        language: str,
        data: Mapping[str, Any] | None = None,
        stored: Mapping[str, Value] | None = None,
        seed: str = "",
        known: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(data, prefix=PREFIX, initial=dict(stored or {}), use_required_attribute=False, label_suffix="")
        self.version, self.questions, self.language = version, list(questions), language
        self.seed, self.known = seed, known or {}
        with translation.override(language):  # the product's own words among the answers: yes, no, other
            self.fields.update({question.key: answer_field(question, language) for question in self.questions})

    @property
    def rows(self) -> Iterator[Row]:
        return (Row(question, self[question.key], self.language, self.seed, self.known) for question in self.questions)

    @property
    def mistakes(self) -> list[Row]:
        """The questions to be looked at again."""
        return [row for row in self.rows if row.field.errors]

    def clean(self) -> dict[str, Any]:
        known = {self.add_prefix(question.key) for question in self.version.questions.all()}
        if any(name.startswith(f"{PREFIX}-") and name.split(".")[0] not in known for name in self.data):
            raise ValidationError(_("This survey has no such question."), code="unknown")
        for question in self.questions:
            if not kind_of(question).takes_answer:
                self.cleaned_data.pop(question.key, None)
        return self.cleaned_data


def answer_field(question: Question, language: str) -> forms.Field:
    """The form field that takes an answer to `question`."""
    messages = {"required": REQUIRED, "invalid_choice": UNKNOWN, "invalid_list": UNKNOWN}
    required, label = question.is_required, question.text("label", language)
    return kind_of(question).field(question, language, required=required, label=label, error_messages=messages)
