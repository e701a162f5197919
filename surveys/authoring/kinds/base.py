"""What a kind of question is: how it is asked, what answers it, and in which columns the answer is kept."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from surveys.authoring.models import Question, in_language

Value = Any  # int, str, list or dict, as JSON knows them; None or empty where there is no answer
Columns = dict[str, Any]
NOTHING: Columns = {"number": None, "text": "", "choices": [], "data": None}


class Kind:
    """Subclasses name what the editor asks for; `template` is the partial in templates/collection/kinds.

    `texts` are the names of its texts in each language, `needed` those without which it can not be published.
    `options` are the names of its settings, which stand in `Question.options`.
    """

    template: ClassVar[str]
    texts: ClassVar[tuple[str, ...]] = ("label", "help")
    needed: ClassVar[tuple[str, ...]] = ("label",)
    options: ClassVar[tuple[str, ...]] = ()
    has_choices: ClassVar[bool] = False
    has_rows: ClassVar[bool] = False
    takes_answer: ClassVar[bool] = True
    several: ClassVar[bool] = False  # more than one choice at once
    is_group: ClassVar[bool] = True  # several inputs below one question: a fieldset with a legend

    def field(self, question: Question, language: str, **shared: Any) -> forms.Field:
        """The form field that takes an answer in `language`; `shared` holds required, label and messages."""
        raise NotImplementedError

    def fits(self, question: Question, value: Value) -> bool:
        """Whether `value`, which is not empty, is an answer."""
        raise NotImplementedError

    def columns(self, question: Question, value: Value) -> Columns:
        """The columns of `Answer` that keep `value`, which fits and is not empty."""
        raise NotImplementedError

    def value(self, answer: Any) -> Value:
        """The value back from the columns of `answer`."""
        raise NotImplementedError

    def in_words(self, question: Question, answer: Any, language: str) -> list[str]:
        """The answer as people read it, a line for each part."""
        raise NotImplementedError

    def seconds(self, question: Question) -> float:
        """How long answering takes, once it is read."""
        return 6

    def signature(self, question: Question) -> list[Any]:
        """What may not change under the same key, so that no figure mixes two scales."""
        return []

    def problems(self, question: Question) -> list[Any]:
        """What its settings lack before it can be published."""
        return []


def labels_of(rows: list[dict[str, Any]], language: str, default: str) -> dict[str, str]:
    """The labels of choices, or of the rows of a matrix, by their keys."""
    return {row["key"]: in_language(row["labels"], language, default) for row in rows}


class PartsWidget(forms.Widget):
    """Several inputs for one answer, named `<name>.<part>`; the value is a dict of the parts that were sent."""

    def __init__(self, parts: list[str]) -> None:
        super().__init__()
        self.parts = parts

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, str]:
        return {part: str(data[f"{name}.{part}"]) for part in self.parts if data.get(f"{name}.{part}")}

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(f"{name}.{part}" in data for part in self.parts)
