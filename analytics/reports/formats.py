"""Figures as people read them: thousands separated, units named, a true minus sign."""

from decimal import Decimal

from babel.numbers import format_compact_decimal, format_decimal, get_currency_symbol
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analytics.sales.kpis import KPIS
from surveys.collection.models import Response

Number = Decimal | float
MINUS = "\u2212"
MISSING = "–"
MUCH, MILLION = 100_000, 1_000_000
# Decimals shown for each unit; money shows cents only below 100.
DECIMALS = {"points": 1, "percent": 1, "score": 2, "correlation": 3, "count": 0}


def account_of(response: Response) -> str:
    return str(response.account or _("Somebody unknown"))


def number(value: Number | None, decimals: int = 0) -> str:
    """`value` with thousands separators and just so many decimals; an en dash where there is none."""
    if value is None:
        return MISSING
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text = format_decimal(value, format=pattern, locale=get_language() or "en")
    return plain_zero(text).replace("\u200e", "").replace("-", MINUS)


def is_shown_as_zero(value: Number, key: str) -> bool:
    """Whether a reader sees 0, as of 0.04 points."""
    return not any(digit in of_kpi(value, key) for digit in "123456789")


def plain_zero(text: str) -> str:
    """No minus before a rounded zero."""
    return text.replace("-", "") if text.strip("-\u200e0.,") == "" else text


def money(value: Number | None) -> str:
    """An amount in the reporting currency: whole units from 100 on."""
    if value is None:
        return MISSING
    text = number(value, 0 if value == 0 or not -100 < value < 100 else 2)
    sign, digits = (MINUS, text[1:]) if text.startswith(MINUS) else ("", text)
    return f"{sign}{currency_symbol()}{digits}"


def short(value: Number | None, key: str) -> str:
    """As `of_kpi`, but much money in few characters: "₪201.9M", "₪774K"."""
    if value is None or KPIS[key].unit != "money" or abs(float(value)) < MUCH:
        return of_kpi(value, key)
    text = format_compact_decimal(value, fraction_digits=int(abs(float(value)) >= MILLION), locale=get_language() or "en")
    return f"{currency_symbol()}{text}".replace("\u200f", "").replace("-", MINUS)


def currency_symbol() -> str:
    symbol = get_currency_symbol(settings.CURRENCY, locale="en")
    return f"{symbol}\u00a0" if symbol.isalpha() else symbol


def percent(value: Number | None) -> str:
    return MISSING if value is None else f"{number(value, 1)}%"


def in_unit(value: Number | None, unit: str) -> str:
    """`value` in one of the units of the KPI registry."""
    if value is None:
        return MISSING
    if unit == "money":
        return money(value)
    return number(value, DECIMALS[unit]) + ("%" if unit == "percent" else "")


def of_kpi(value: Number | None, key: str) -> str:
    return in_unit(value, KPIS[key].unit)
