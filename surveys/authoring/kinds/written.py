"""What is written: short and long text, a number with its unit, a date, and the respondent's details."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.authoring.kinds.base import NOTHING, Columns, Kind, PartsWidget, Value
from surveys.authoring.kinds.cleaning import refuse_long, without_control_characters
from surveys.authoring.models import Question

MOST_DIGITS = 15


class Text(Kind):
    """Text as people type and paste it: control characters are dropped, never an error."""

    is_group = False
    options = ("least_length", "most_length")

    def field(self, question: Question, language: str, **shared: Any) -> forms.Field:
        return TextField(question, **shared)

    def fits(self, question: Question, value: Value) -> bool:
        return isinstance(value, str) and len(value) <= longest(question)

    def columns(self, question: Question, value: Value) -> Columns:
        return {**NOTHING, "text": without_control_characters(value).strip()}

    def value(self, answer: Any) -> Value:
        return answer.text

    def in_words(self, question: Question, answer: Any, language: str) -> list[str]:
        return [answer.text]

    def problems(self, question: Question) -> list[Any]:
        fits = (question.options.get("least_length") or 0) <= longest(question)
        return [] if fits else [gettext_lazy("the least length exceeds the greatest.")]


class ShortText(Text):
    template = "short_text"

    def seconds(self, question: Question) -> float:
        return 15


class LongText(Text):
    template = "long_text"

    def seconds(self, question: Question) -> float:
        return 40


def longest(question: Question) -> int:
    limit = question.LONGEST[Question.Type(question.type)]
    return min(limit, question.options.get("most_length") or limit)


class TextField(forms.CharField):
    def __init__(self, question: Question, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.question = question

    def to_python(self, value: Any) -> str:
        text = super().to_python(without_control_characters(str(value or ""))) or ""
        refuse_long(text, longest(self.question))
        least = self.question.options.get("least_length")
        if text and least and len(text) < least:
            raise ValidationError(_("Please write at least %(n)s characters.") % {"n": least}, code="too_short")
        return text


class Number(Kind):
    """A number with its unit, kept as text so that no decimal is lost."""

    template = "number"
    is_group = False
    texts = ("label", "help", "unit")
    options = ("smallest", "greatest", "places")

    def seconds(self, question: Question) -> float:
        return 8

    def field(self, question: Question, language: str, **shared: Any) -> forms.Field:
        return NumberField(question, **shared)

    def fits(self, question: Question, value: Value) -> bool:
        number = as_number(value)
        return number is not None and not wrong_amount(question, number)

    def columns(self, question: Question, value: Value) -> Columns:
        return {**NOTHING, "data": str(value)}

    def value(self, answer: Any) -> Value:
        return answer.data

    def in_words(self, question: Question, answer: Any, language: str) -> list[str]:
        return [f"{answer.data} {question.text('unit', language)}".strip()]

    def signature(self, question: Question) -> list[Any]:
        return [question.text("unit", question.version.default_language)]

    def problems(self, question: Question) -> list[Any]:
        least, most = question.options.get("smallest"), question.options.get("greatest")
        return (
            [gettext_lazy("the smallest number exceeds the greatest.")] if least is not None and most is not None and least > most else []
        )


class NumberField(forms.Field):
    def __init__(self, question: Question, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.question = question

    def clean(self, value: Any) -> Value:
        text = without_control_characters(str(value or "")).strip().replace("\u2212", "-")
        if not text:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        number = as_number(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
        if number is None:
            raise ValidationError(_("Please write a number in digits, as 1250 or 12.5."), code="invalid")
        if wrong := wrong_amount(self.question, number):
            raise ValidationError(wrong, code="number")
        return str(number)


def as_number(value: Any) -> Decimal | None:
    """The finite number that `value` writes, or None."""
    try:
        number = Decimal(value) if isinstance(value, str) else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() and len(number.as_tuple().digits) <= MOST_DIGITS else None


def wrong_amount(question: Question, number: Decimal) -> str:
    """What is wrong with the size of a number; empty where nothing is."""
    least, most, places = (question.options.get(name) for name in ("smallest", "greatest", "places"))
    if least is not None and number < least:
        return _("Please write a number from %(least)s on.") % {"least": least}
    if most is not None and number > most:
        return _("Please write a number up to %(most)s.") % {"most": most}
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and (-exponent > (places or 0) or exponent > MOST_DIGITS):
        return _("Please write at most %(n)s decimals.") % {"n": places} if places else _("Please write a whole number.")
    return ""


class Date(Kind):
    template = "date"
    is_group = False
    options = ("earliest", "latest")

    def seconds(self, question: Question) -> float:
        return 8

    def field(self, question: Question, language: str, **shared: Any) -> forms.Field:
        return DateField(question, **shared)

    def fits(self, question: Question, value: Value) -> bool:
        day = as_day(value)
        return day is not None and not wrong_day(question, day)

    def columns(self, question: Question, value: Value) -> Columns:
        return {**NOTHING, "data": value}

    def value(self, answer: Any) -> Value:
        return answer.data

    def in_words(self, question: Question, answer: Any, language: str) -> list[str]:
        day = as_day(answer.data)
        return [date_format(day, "SHORT_DATE_FORMAT") if day else str(answer.data)]

    def problems(self, question: Question) -> list[Any]:
        first, last = question.options.get("earliest"), question.options.get("latest")
        return [gettext_lazy("the first day lies after the last.")] if first and last and first > last else []


class DateField(forms.DateField):
    """Browsers send ISO dates from their own picker, whatever they show."""

    def __init__(self, question: Question, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.question = question
        self.error_messages["invalid"] = _("Please choose a day, or write it as 2026-12-31.")

    def clean(self, value: Any) -> Value:
        day = super().clean(value)
        if day is None:
            return None
        if wrong := wrong_day(self.question, day):
            raise ValidationError(wrong, code="day")
        return day.isoformat()


def as_day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def wrong_day(question: Question, day: date) -> str:
    first, last = as_day(question.options.get("earliest")), as_day(question.options.get("latest"))
    if first and day < first:
        return _("Please choose a day from %(first)s on.") % {"first": date_format(first, "SHORT_DATE_FORMAT")}
    if last and day > last:
        return _("Please choose a day up to %(last)s.") % {"last": date_format(last, "SHORT_DATE_FORMAT")}
    return ""


DETAILS = {
    "name": gettext_lazy("Name"),
    "email": gettext_lazy("E-mail address"),
    "phone": gettext_lazy("Telephone"),
    "company": gettext_lazy("Company"),
}
LONGEST_DETAIL = 200


class ContactDetails(Kind):
    """Who answers, where the person wants to say so; kept as {part: text}."""

    template = "contact_details"
    options = ("asked",)

    def seconds(self, question: Question) -> float:
        return 7 * len(self.asked(question))

    def asked(self, question: Question) -> list[str]:
        return [part for part in DETAILS if part in (question.options.get("asked") or DETAILS)]

    def field(self, question: Question, language: str, **shared: Any) -> forms.Field:
        return DetailsField(self.asked(question), **shared)

    def fits(self, question: Question, value: Value) -> bool:
        is_text = isinstance(value, dict) and all(isinstance(text, str) and len(text) <= LONGEST_DETAIL for text in value.values())
        return is_text and value.keys() <= set(self.asked(question))

    def columns(self, question: Question, value: Value) -> Columns:
        return {**NOTHING, "data": {part: without_control_characters(text).strip() for part, text in value.items()}}

    def value(self, answer: Any) -> Value:
        return answer.data

    def in_words(self, question: Question, answer: Any, language: str) -> list[str]:
        given = answer.data or {}
        return [f"{label}: {given[part]}" for part, label in DETAILS.items() if part in given]


class DetailsField(forms.Field):
    def __init__(self, asked: list[str], **kwargs: Any) -> None:
        super().__init__(widget=PartsWidget(asked), **kwargs)
        self.asked = asked

    def clean(self, value: Any) -> Value:
        given = {part: without_control_characters(text).strip() for part, text in (value or {}).items()}
        given = {part: text for part, text in given.items() if text}
        if self.required and not given:
            raise ValidationError(self.error_messages["required"], code="required")
        if given.get("email"):
            try:
                validate_email(given["email"])
            except ValidationError:
                raise ValidationError(_("Please check the e-mail address."), code="email") from None
        for text in given.values():
            refuse_long(text, LONGEST_DETAIL)
        return given
