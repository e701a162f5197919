"""A question with its field, as the templates of its kind show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.authoring.kinds import kind_of
from surveys.authoring.kinds.choices import OTHER, split
from surveys.authoring.kinds.cleaning import without_control_characters
from surveys.authoring.kinds.written import DETAILS, longest
from surveys.authoring.models import Question
from surveys.authoring.recall import recalled

# Mouths as SVG paths, from the saddest to the happiest: drawn, as not every phone has every emoji.
MOUTHS = ("M7 17.5Q12 12.5 17 17.5", "M8 17Q12 14.5 16 17", "M8 16H16", "M8 15Q12 17.5 16 15", "M7 14.5Q12 19.5 17 14.5")


@dataclass(frozen=True)
class Option:
    """One button of a scale, or one choice."""

    value: str
    label: str
    spoken: str
    is_chosen: bool
    id: str
    mouth: str = ""


@dataclass(frozen=True)
class Line:
    """A row of a matrix, or a choice to be ranked."""

    key: str
    label: str
    options: list[Option]
    name: str


@dataclass(frozen=True)
class Detail:
    """One of the respondent's details."""

    part: str
    label: Any
    value: str
    name: str
    type: str
    autocomplete: str


INPUTS = {"name": ("text", "name"), "email": ("email", "email"), "phone": ("tel", "tel"), "company": ("text", "organization")}


@dataclass(frozen=True)
class Row:
    """A question with its field, as the template of its kind needs it.

    `seed` keeps a random order the same for one person; `known` is what its texts may recall.
    """

    question: Question
    field: forms.BoundField
    language: str
    seed: str
    known: Mapping[str, str]

    @property
    def template(self) -> str:
        return f"collection/kinds/{kind_of(self.question).template}.html"

    @property
    def is_group(self) -> bool:
        return kind_of(self.question).is_group

    @property
    def takes_answer(self) -> bool:
        return kind_of(self.question).takes_answer

    @property
    def label(self) -> str:
        return recalled(self.question.text("label", self.language), self.known)

    @property
    def help(self) -> str:
        return recalled(self.question.text("help", self.language), self.known)

    @property
    def low(self) -> str:
        return self.question.text("low", self.language)

    @property
    def high(self) -> str:
        return self.question.text("high", self.language)

    @property
    def unit(self) -> str:
        return self.question.text("unit", self.language)

    @property
    def longest(self) -> int:
        return longest(self.question)

    @property
    def text(self) -> str:
        value = self.field.value()
        text = without_control_characters(str("" if value is None else value))
        return text[: self.longest] if self.question.is_text else text

    @property
    def style(self) -> str:
        """Numbers, stars or faces."""
        return str(self.question.options.get("style") or "numbers")

    @property
    def is_chosen(self) -> bool:
        return bool(self.field.value())

    @property
    def several(self) -> bool:
        return kind_of(self.question).several

    @property
    def options(self) -> list[Option]:
        """One button or line for each choice, in the order in which this person sees them."""
        value = self.field.value()
        chosen = {str(one) for one in split(value)[0]}
        choices = [(str(key), str(label)) for key, label in self.field.field.choices]  # type: ignore[attr-defined]
        mouths = self._mouths(len(choices))
        return [
            Option(key, label, self._spoken(key), key in chosen, f"{self.field.auto_id}-{key}", mouth)
            for (key, label), mouth in zip(self._in_order(choices), mouths, strict=True)
        ]

    def _mouths(self, steps: int) -> list[str]:
        """From the saddest to the happiest, spread over the steps."""
        if self.style != "faces":
            return [""] * steps
        return [MOUTHS[round(step * (len(MOUTHS) - 1) / max(1, steps - 1))] for step in range(steps)]

    def _in_order(self, choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """As written, or at random; "other" and what excludes the others stay last."""
        if not self.question.options.get("random"):
            return choices
        last = {OTHER}
        if self.question.options.get("exclusive") and self.question.choices:
            last.add(self.question.choices[-1]["key"])
        mixed = [choice for choice in choices if choice[0] not in last]
        Random(f"{self.seed}:{self.question.key}").shuffle(mixed)  # noqa: S311 - no secret, only an order
        return mixed + [choice for choice in choices if choice[0] in last]

    @property
    def other(self) -> str:
        value = self.field.value()
        return str(value.get("other", "")) if isinstance(value, dict) else ""

    @property
    def lines(self) -> list[Line]:
        """The rows of a matrix, each with its columns."""
        given = self.field.value() or {}
        rows: Any = self.field.field
        return [Line(key, label, self._columns(key, given.get(key)), f"{self.field.html_name}.{key}") for key, label in rows.rows]

    def _columns(self, row: str, given: str | None) -> list[Option]:
        columns: Any = self.field.field
        return [Option(key, label, "", key == given, f"{self.field.auto_id}-{row}-{key}") for key, label in columns.columns]

    @property
    def places(self) -> list[Line]:
        """The choices of a ranking, each with the places that it can take."""
        given = self.field.value() or {}
        ranked: Any = self.field.field
        numbers = range(1, len(ranked.choices) + 1)
        return [
            Line(key, label, [Option(str(n), str(n), "", given.get(key) == str(n), "") for n in numbers], f"{self.field.html_name}.{key}")
            for key, label in self._in_order(ranked.choices)
        ]

    @property
    def details(self) -> list[Detail]:
        given = self.field.value() or {}
        asked: Any = self.field.field
        return [Detail(part, DETAILS[part], given.get(part, ""), f"{self.field.html_name}.{part}", *INPUTS[part]) for part in asked.asked]

    def _spoken(self, key: str) -> str:
        """What a screen reader adds to a bare number: "of 10", and the words at the ends of the scale."""
        if not key.isdecimal() or kind_of(self.question).template != "scale":
            return ""
        scale = self.question.scale
        end = self.low if int(key) == scale[0] else self.high if int(key) == scale[-1] else ""
        of = _("of %(highest)s") % {"highest": scale[-1]}
        return f"{of}, {end}" if end else str(of)
