"""Figures in templates: value, interval and chance in the unit of their KPI."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from analytics.linkage.figures import Figure
from analytics.reports import formats
from analytics.reports.columns import N_UNITS, in_words
from analytics.reports.links import rows_link
from analytics.reports.periods import quarter_name
from analytics.sales.kpis import KPI, KPIS

register = template.Library()


@register.filter
def kpi(key: "str | Figure") -> KPI:
    """The entry of the registry: `{{ figure|kpi }}` or `{{ "win_rate"|kpi }}`."""
    return KPIS[key.kpi if isinstance(key, Figure) else key]


@register.filter
def value_text(figure: Figure) -> str:
    return formats.of_kpi(figure.value, figure.kpi)


@register.filter
def short_text(figure: Figure) -> str:
    """The value in few characters, for a tile or a wide table."""
    return formats.short(figure.value, figure.kpi)


@register.filter
def interval_text(figure: Figure) -> str:
    """ "12.1 – 30.4", or nothing where there is no interval."""
    return _interval(figure, formats.of_kpi)


@register.filter
def short_interval_text(figure: Figure) -> str:
    return _interval(figure, formats.short)


def _interval(figure: Figure, text: Callable[[Any, str], str]) -> str:
    if figure.low is None or figure.high is None:
        return ""
    return f"{text(figure.low, figure.kpi)} – {text(figure.high, figure.kpi)}"


@register.filter
def chance(value: float | None) -> str:
    """A p- or q-value: three decimals, never "0.000"."""
    if value is None:
        return ""
    return "<0.001" if value < 0.001 else formats.number(value, 3)


@register.filter
def item(values: dict[str, Any], key: str) -> Any:
    """`values[key]`, or None."""
    return values.get(key)


@register.filter
def money(value: Any) -> SafeString:
    """An amount in the reporting currency, its sign on the left in either direction."""
    return _left_to_right(formats.money(value))


@register.filter
def number(value: Any, decimals: int = 0) -> SafeString:
    return _left_to_right(formats.number(value, decimals))


@register.filter
def percent(value: Any) -> SafeString:
    return _left_to_right(formats.percent(value))


@register.filter
def share_percent(value: Any) -> SafeString:
    """A share as a percentage: 0.125 is 12.5%."""
    return percent(None if value is None else 100 * value)


def _left_to_right(text: str) -> SafeString:
    return format_html('<bdi dir="ltr">{}</bdi>', text)


@register.filter
def unit_name(n_unit: str) -> Any:
    """What `n` counts, in the reader's language."""
    return N_UNITS.get(n_unit, n_unit)


@register.filter
def words(figure: Figure) -> str:
    return in_words(figure)


@register.filter
def quarter(day: date) -> str:
    return quarter_name(day)


@register.filter
def urlencoded(query: dict[str, Any]) -> str:
    return urlencode(query)


@register.simple_tag(takes_context=True)
def rows_url(context: template.Context, figure: str, group: str = "total", quarter: date | None = None) -> str:
    """The page with the rows behind a figure of the report that is shown."""
    return rows_link(context["query"], figure, group, quarter)
