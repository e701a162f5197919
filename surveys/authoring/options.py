"""The settings of questions, as fields of the editor and as JSON in `Question.options`."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.authoring.kinds.written import DETAILS, MOST_DIGITS

STYLES = [("numbers", _("Numbers")), ("stars", _("Stars")), ("faces", _("Faces"))]
Maker = Callable[..., forms.Field]


def _whole(label: Any, least: int, most: int, help_text: Any = "") -> Maker:
    return lambda: forms.IntegerField(label=label, min_value=least, max_value=most, required=False, help_text=help_text)


def _yes(label: Any, help_text: Any = "") -> Maker:
    return lambda: forms.BooleanField(label=label, required=False, help_text=help_text)


def _amount(label: Any) -> Maker:
    return lambda: forms.DecimalField(label=label, required=False, max_digits=MOST_DIGITS, decimal_places=6)


def _day(label: Any) -> Maker:
    return lambda: forms.DateField(label=label, required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


FIELDS: dict[str, Maker] = {
    "style": lambda: forms.ChoiceField(label=_("Shown as"), choices=STYLES, required=False),
    "lowest": _whole(_("Lowest step"), 0, 1),
    "highest": _whole(_("Highest step"), 2, 20),
    "other": _yes(_("Offer “other”, with a line to write on")),
    "exclusive": _yes(_("The last choice excludes the others"), _("As “none of these”.")),
    "random": _yes(_("Random order"), _("Each person sees another order, and the same one again; “other” and “none of these” stay last.")),
    "least": _whole(_("Least number of answers"), 1, 100),
    "most": _whole(_("Greatest number of answers"), 1, 100),
    "least_length": _whole(_("Least length, in characters"), 1, 10_000),
    "most_length": _whole(_("Greatest length, in characters"), 1, 10_000),
    "smallest": _amount(_("Smallest number")),
    "greatest": _amount(_("Greatest number")),
    "places": _whole(_("Decimals"), 0, 6),
    "earliest": _day(_("First day")),
    "latest": _day(_("Last day")),
    "asked": lambda: forms.MultipleChoiceField(
        label=_("Asked for"), choices=list(DETAILS.items()), widget=forms.CheckboxSelectMultiple, required=False
    ),
}
DEFAULTS = {"lowest": 1, "highest": 5, "style": "numbers", "asked": list(DETAILS)}


def option_fields(names: tuple[str, ...], options: dict[str, Any]) -> dict[str, forms.Field]:
    """A field for each setting, with what is set now."""
    fields = {name: FIELDS[name]() for name in names}
    for name, field in fields.items():
        field.initial = options.get(name, DEFAULTS.get(name))
    return fields


def as_json(value: Any) -> Any:
    """A cleaned setting as JSON keeps it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value


def is_set(value: Any) -> bool:
    return value is not None and value is not False and value not in ("", [])  # 0 is a setting too
