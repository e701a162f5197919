"""What a field of a kind takes: the types of values, and fields made from a model's own."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, Protocol

from babel.numbers import list_currencies
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, validate_email
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from feedback_site.environment import is_time_zone
from feedback_site.imports.formats import DIRECTION_MARKS, Cell, Formats, as_day, as_moment, as_number, as_text
from feedback_site.imports.problems import Unfit

KEEP = object()  # an empty cell where the model has a default: new rows get it, existing rows keep what they have
Words = str | Promise


def refuse_long(text: str, longest: int) -> None:
    if len(text) > longest:
        raise Unfit(_("The text has %(length)s characters; at most %(longest)s are kept.") % {"length": len(text), "longest": longest})


class Type(Protocol):
    def parse(self, cell: Cell, formats: Formats) -> Any: ...


@dataclass(frozen=True)
class Text:
    longest: int

    def parse(self, cell: Cell, formats: Formats) -> str:
        text = as_text(cell)
        refuse_long(text, self.longest)
        return text


@dataclass(frozen=True)
class Identifier:
    """A text without the direction marks that right-to-left spreadsheets put around it: they are unseen, and no part of it."""

    longest: int

    def parse(self, cell: Cell, formats: Formats) -> str:
        text = as_text(cell).translate(DIRECTION_MARKS).strip()
        if not text:
            raise Unfit(_("This field must not be empty."))
        refuse_long(text, self.longest)
        return text


@dataclass(frozen=True)
class Email:
    longest: int = 254

    def parse(self, cell: Cell, formats: Formats) -> str:
        text = as_text(cell).translate(DIRECTION_MARKS)
        try:
            validate_email(text)
        except ValidationError:
            raise Unfit(_("This is no e-mail address.")) from None
        refuse_long(text, self.longest)
        return text


@dataclass(frozen=True)
class Choice:
    choices: tuple[tuple[str, Words], ...]

    def parse(self, cell: Cell, formats: Formats) -> str:
        text = as_text(cell).casefold()
        for key, label in self.choices:
            if text in (key.casefold(), str(label).casefold()):
                return key
        raise Unfit(_("Unknown value; known are: %(choices)s.") % {"choices": ", ".join(key for key, _label in self.choices)})


YES, NO = ("yes", "true", "1", "כן", "x"), ("no", "false", "0", "לא")


@dataclass(frozen=True)
class YesNo:
    def parse(self, cell: Cell, formats: Formats) -> bool:
        text = as_text(cell).casefold()
        if text not in YES + NO:
            raise Unfit(_("Write yes or no."))
        return text in YES


@dataclass(frozen=True)
class Number:
    """Kept to `places` decimals, rounded half up."""

    digits: int
    places: int
    least: Decimal | None = None

    def parse(self, cell: Cell, formats: Formats) -> Decimal:
        number = as_number(cell, formats)
        if number.adjusted() >= self.digits - self.places:
            raise Unfit(_("The number is too large."))
        number = number.quantize(Decimal(1).scaleb(-self.places), ROUND_HALF_UP)
        if self.least is not None and number < self.least:
            raise Unfit(_("The number must not be below %(least)s.") % {"least": self.least})
        return number


@dataclass(frozen=True)
class Whole:
    least: int = 0
    most: int = 2_147_483_647

    def parse(self, cell: Cell, formats: Formats) -> int:
        number = as_number(cell, formats)
        if number != number.to_integral_value():
            raise Unfit(_("This is no whole number."))
        if not self.least <= number <= self.most:
            raise Unfit(_("The number must lie between %(least)s and %(most)s.") % {"least": self.least, "most": self.most})
        return int(number)


@dataclass(frozen=True)
class Day:
    def parse(self, cell: Cell, formats: Formats) -> Any:
        return as_day(cell, formats)


@dataclass(frozen=True)
class Moment:
    def parse(self, cell: Cell, formats: Formats) -> Any:
        return as_moment(cell, formats)


@dataclass(frozen=True)
class Currency:
    def parse(self, cell: Cell, formats: Formats) -> str:
        text = as_text(cell).upper()
        if text not in list_currencies():
            raise Unfit(_("Name the currency by its three letters, as %(currency)s.") % {"currency": settings.CURRENCY})
        return text


@dataclass(frozen=True)
class Language:
    def parse(self, cell: Cell, formats: Formats) -> str:
        text = as_text(cell).replace("_", "-").lower()
        if not (2 <= len(text) <= 8 and text.split("-")[0].isascii() and text.split("-")[0].isalpha()):
            raise Unfit(_("Name the language by its code, as he or en."))
        return text


known_zone = lru_cache(maxsize=1000)(is_time_zone)  # which asks the disk each time


@dataclass(frozen=True)
class Zone:
    def parse(self, cell: Cell, formats: Formats) -> str:
        text = as_text(cell)
        if not known_zone(text):
            raise Unfit(_("Unknown time zone; name it as %(zone)s.") % {"zone": settings.TIME_ZONE})
        return text


@dataclass(frozen=True)
class Reference:
    """Another row, by the value of its field `by`.

    `create` makes the rows that are missing, where the option `create_option` of the import allows it.
    `narrow` leaves out the rows that a user may not see.
    """

    model: type[models.Model]
    by: str = "external_id"
    any_case: bool = False
    create_option: str = ""
    create: Callable[[str], models.Model] | None = None
    follow: tuple[str, ...] = ()  # select_related, where a row's own relations are needed

    def parse(self, cell: Cell, formats: Formats) -> str:
        column = self.model._meta.get_field(self.by)
        longest = getattr(column, "max_length", None) or 254
        return (Identifier(longest) if self.by == "external_id" else Text(longest)).parse(cell, formats)

    def normal(self, value: str) -> str:
        return value.casefold() if self.any_case else value


@dataclass(frozen=True)
class Field:
    """`required` fields must be there for a new row; what existing rows have may be left out of a file."""

    name: str
    label: Words
    type: Type
    required: bool = False
    help: Words = ""
    synonyms: tuple[str, ...] = ()
    blank: Any = KEEP  # what an empty cell means


def of(
    model: type[models.Model], name: str, *synonyms: str, type: Type | None = None, required: bool | None = None, help: Words = ""
) -> Field:
    """The field `name` of `model`, with its label, its limits, and what an empty cell means there."""
    column = model._meta.get_field(name)
    assert isinstance(column, models.Field)
    blank = None if column.null else "" if column.blank and isinstance(column, models.CharField) else KEEP
    needed = not (column.null or column.blank or column.has_default()) if required is None else required
    return Field(name, column.verbose_name, type or _type_of(column), needed, help or column.help_text, synonyms, blank)


def _type_of(column: "models.Field[Any, Any]") -> Type:
    if column.choices:
        return Choice(tuple((str(key), label) for key, label in column.flatchoices))
    least = next((v.limit_value for v in column.validators if isinstance(v, MinValueValidator)), None)
    if isinstance(column, models.DecimalField):
        return Number(column.max_digits, column.decimal_places, least)
    if isinstance(column, models.EmailField):
        return Email(column.max_length or 254)
    if column.name == "external_id":
        return Identifier(column.max_length or 254)
    if isinstance(column, models.CharField):
        return Text(column.max_length or 254)
    if isinstance(column, models.DateTimeField):
        return Moment()
    if isinstance(column, models.DateField):
        return Day()
    if isinstance(column, models.BooleanField):
        return YesNo()
    if isinstance(column, models.IntegerField):
        return Whole()
    raise TypeError(f"{column} needs a type of its own")
