"""Choosing: one or several of a list, from a drop-down, yes or no, in order, and a matrix of rows and columns."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.authoring.kinds.base import NOTHING, Columns, Kind, PartsWidget, Value, labels_of
from surveys.authoring.kinds.cleaning import refuse_long, without_control_characters
from surveys.authoring.models import Question

OTHER = "other"
LONGEST_OTHER = 300
UNKNOWN = gettext_lazy("Please choose one of the answers shown.")


class Choosing(Kind):
    """Keys of choices. Where "other" is offered and written, the value is {"chosen": [keys], "other": text}."""

    template = "choices"
    has_choices = True

    def keys(self, question: Question) -> list[str]:
        return [choice["key"] for choice in question.choices]

    def known(self, question: Question) -> set[str]:
        """The keys that an answer may hold."""
        return {*self.keys(question), *([OTHER] if question.options.get(OTHER) else [])}

    def field(self, question: Question, language: str, **shared: Any) -> forms.Field:
        choices = question.choices_in(language)
        if question.options.get(OTHER):
            return OtherField(question, [*choices, (OTHER, _("Other"))], self.several, **shared)
        return self.plain_field(question, choices, **shared)

    def plain_field(self, question: Question, choices: list[tuple[str, str]], **shared: Any) -> forms.Field:
        return forms.ChoiceField(choices=choices, **shared)

    def fits(self, question: Question, value: Value) -> bool:
        chosen, other = split(value)
        as_asked = isinstance(value, (dict, list) if self.several else (dict, str))
        is_right = all(isinstance(key, str) for key in chosen) and set(chosen) <= self.known(question) and len(set(chosen)) == len(chosen)
        written = (OTHER in chosen) == bool(other) and len(other) <= LONGEST_OTHER
        return as_asked and is_right and written and (self.several or len(chosen) == 1) and not wrong_number(question, chosen, {})

    def columns(self, question: Question, value: Value) -> Columns:
        chosen, other = split(value)
        return {**NOTHING, "choices": chosen, "text": without_control_characters(other).strip()}

    def value(self, answer: Any) -> Value:
        if OTHER in answer.choices and answer.text:
            return {"chosen": answer.choices, "other": answer.text}
        return answer.choices if self.several else (answer.choices or [None])[0]

    def in_words(self, question: Question, answer: Any, language: str) -> list[str]:
        labels = {OTHER: _("Other"), **labels_of(question.choices, language, question.version.default_language)}
        return [f"{labels[key]}: {answer.text}" if key == OTHER and answer.text else labels.get(key, key) for key in answer.choices]

    def problems(self, question: Question) -> list[Any]:
        return [] if len(question.choices) >= 2 else [gettext_lazy("at least two choices are needed.")]


def split(value: Value) -> tuple[list[str], str]:
    """The chosen keys, and what was written beside "other"."""
    if isinstance(value, dict):
        return list(value.get("chosen", [])), str(value.get("other", ""))
    return (value if isinstance(value, list) else [value]), ""


def wrong_number(question: Question, chosen: list[str], labels: dict[str, str]) -> str:
    """What is wrong with how many were chosen, or with which together; empty where nothing is."""
    least, most = question.options.get("least"), question.options.get("most")
    exclusive = question.choices[-1]["key"] if question.options.get("exclusive") and question.choices else None
    if exclusive in chosen:
        return (
            ""
            if len(chosen) == 1
            else _("“%(choice)s” can not be chosen together with another answer.") % {"choice": labels.get(exclusive, exclusive)}
        )
    if least and len(chosen) < least:
        return _("Please choose at least %(n)s.") % {"n": least}
    if most and len(chosen) > most:
        return _("Please choose at most %(n)s.") % {"n": most}
    return ""


class OneChoice(Choosing):
    options = (OTHER, "random")


class DropDown(Choosing):
    template = "drop_down"
    is_group = False

    def plain_field(self, question: Question, choices: list[tuple[str, str]], **shared: Any) -> forms.Field:
        return forms.ChoiceField(choices=[("", ""), *choices], **shared)


class YesNo(Choosing):
    has_choices = False

    def keys(self, question: Question) -> list[str]:
        return ["yes", "no"]

    def field(self, question: Question, language: str, **shared: Any) -> forms.Field:
        return forms.ChoiceField(choices=[("yes", _("Yes")), ("no", _("No"))], **shared)

    def in_words(self, question: Question, answer: Any, language: str) -> list[str]:
        return [{"yes": _("Yes"), "no": _("No")}.get(key, key) for key in answer.choices]

    def problems(self, question: Question) -> list[Any]:
        return []


class SeveralChoices(Choosing):
    several = True
    options = (OTHER, "exclusive", "random", "least", "most")

    def seconds(self, question: Question) -> float:
        return 9

    def plain_field(self, question: Question, choices: list[tuple[str, str]], **shared: Any) -> forms.Field:
        return SeveralField(question, choices=choices, **shared)

    def problems(self, question: Question) -> list[Any]:
        least, most = question.options.get("least") or 0, question.options.get("most") or len(question.choices)
        fits = least <= most and least <= len(question.choices)
        return super().problems(question) + ([] if fits else [gettext_lazy("more answers are required than can be given.")])


class SeveralField(forms.MultipleChoiceField):
    def __init__(self, question: Question, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.question = question

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        choices: Any = self.choices
        refuse_number(self.question, value, dict(choices))


def refuse_number(question: Question, chosen: list[str], labels: dict[str, str]) -> None:
    if chosen and (wrong := wrong_number(question, chosen, labels)):
        raise ValidationError(wrong, code="number")


class OtherWidget(forms.Widget):
    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, Any]:
        chosen = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return {"chosen": [chosen] if isinstance(chosen, str) else list(chosen), "other": str(data.get(f"{name}.{OTHER}", ""))}


class OtherField(forms.Field):
    """A choice with "other": who writes a text has chosen it, and who chooses it writes one."""

    widget = OtherWidget

    def __init__(self, question: Question, choices: list[tuple[str, str]], several: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.question, self.choices, self.several = question, choices, several

    def clean(self, value: Any) -> Value:
        chosen, other = split(value or {})
        other = without_control_characters(other).strip()
        chosen = list(dict.fromkeys(key for key in chosen if key))
        if other and OTHER not in chosen:
            chosen = [*chosen, OTHER] if self.several else [OTHER]
        if not set(chosen) <= {key for key, _label in self.choices} or (len(chosen) > 1 and not self.several):
            raise ValidationError(self.error_messages.get("invalid_choice", UNKNOWN), code="invalid_choice")
        if not chosen and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        refuse_number(self.question, chosen, dict(self.choices))
        if OTHER in chosen and not other:
            raise ValidationError(_("Please write what you mean by “other”."), code="other")
        refuse_long(other, LONGEST_OTHER)
        if OTHER in chosen:
            return {"chosen": chosen, "other": other}
        return chosen if self.several else (chosen or [""])[0]


class Ranking(Kind):
    """All choices in order, best first. Each gets its place from a list, so that no pointer and no script is needed."""

    template = "ranking"
    has_choices = True
    options = ("random",)

    def seconds(self, question: Question) -> float:
        return 5 * len(question.choices)

    def field(self, question: Question, language: str, **shared: Any) -> forms.Field:
        return RankingField(question.choices_in(language), **shared)

    def fits(self, question: Question, value: Value) -> bool:
        return isinstance(value, list) and sorted(value) == sorted(choice["key"] for choice in question.choices)

    def columns(self, question: Question, value: Value) -> Columns:
        return {**NOTHING, "choices": value}

    def value(self, answer: Any) -> Value:
        return answer.choices

    def in_words(self, question: Question, answer: Any, language: str) -> list[str]:
        labels = labels_of(question.choices, language, question.version.default_language)
        return [f"{place}. {labels.get(key, key)}" for place, key in enumerate(answer.choices, start=1)]

    def problems(self, question: Question) -> list[Any]:
        return [] if len(question.choices) >= 2 else [gettext_lazy("at least two choices are needed.")]


class RankingField(forms.Field):
    def __init__(self, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(widget=PartsWidget([key for key, _label in choices]), **kwargs)
        self.choices = choices

    def prepare_value(self, value: Any) -> dict[str, str]:
        """Places by key, as the page shows them: from an order that was stored, or as they were sent."""
        return {key: str(place) for place, key in enumerate(value, start=1)} if isinstance(value, list) else value or {}

    def clean(self, value: Any) -> Value:
        places = value or {}
        if not places:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return []
        if sorted(places.values()) != sorted(str(place) for place in range(1, len(self.choices) + 1)):
            raise ValidationError(_("Please give each answer a place of its own, from 1 to %(last)s.") % {"last": len(self.choices)})
        return sorted(places, key=lambda key: int(places[key]))


class Matrix(Kind):
    """Several rows, each answered by one of the same columns; kept as {row: column}."""

    template = "matrix"
    has_choices = True
    has_rows = True

    def seconds(self, question: Question) -> float:
        return 3 * len(question.rows)

    def field(self, question: Question, language: str, **shared: Any) -> forms.Field:
        return MatrixField(question.rows_in(language), question.choices_in(language), **shared)

    def fits(self, question: Question, value: Value) -> bool:
        rows, columns = {row["key"] for row in question.rows}, {choice["key"] for choice in question.choices}
        return isinstance(value, dict) and value.keys() <= rows and set(value.values()) <= columns

    def columns(self, question: Question, value: Value) -> Columns:
        return {**NOTHING, "data": value}

    def value(self, answer: Any) -> Value:
        return answer.data

    def in_words(self, question: Question, answer: Any, language: str) -> list[str]:
        default = question.version.default_language
        rows, columns = labels_of(question.rows, language, default), labels_of(question.choices, language, default)
        given: Mapping[str, str] = answer.data or {}
        # In the order of the rows: a JSON column of PostgreSQL keeps none of its own.
        return [f"{label}: {columns.get(given[row], given[row])}" for row, label in rows.items() if row in given]

    def problems(self, question: Question) -> list[Any]:
        found = [] if len(question.choices) >= 2 else [gettext_lazy("at least two choices are needed.")]
        return found + ([] if question.rows else [gettext_lazy("at least one row is needed.")])


class MatrixField(forms.Field):
    def __init__(self, rows: list[tuple[str, str]], columns: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(widget=PartsWidget([key for key, _label in rows]), **kwargs)
        self.rows, self.columns = rows, columns

    def clean(self, value: Any) -> Value:
        given = value or {}
        if not set(given.values()) <= {key for key, _label in self.columns}:
            raise ValidationError(self.error_messages.get("invalid_choice", UNKNOWN), code="invalid_choice")
        if self.required and len(given) < len(self.rows):
            raise ValidationError(_("Please answer every row."), code="required")
        return given
