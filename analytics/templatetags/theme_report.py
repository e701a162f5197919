"""Drawings and links in the table of themes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.linkage.figures import Figure
from analytics.linkage.filters import organisation_today
from analytics.linkage.theme_counts import spoken_of
from analytics.linkage.theme_filters import QUARTER, ThemeFilters, month_after
from analytics.linkage.theme_report import SCORED, ThemeReport, ThemeRow, negative
from analytics.reports import formats
from analytics.reports.links import answers_link
from analytics.reports.periods import quarter_name
from analytics.text.models import Sentiment
from analytics.text.themes.queries import COUNTED_DAYS
from analytics.text.themes.suggestion_models import ThemeSuggestion
from surveys.customers.models import Account

register = template.Library()
WIDTH, HEIGHT, MARGIN = 100.0, 24.0, 2.0
MUCH = 5.0  # points of impact from which a cell is drawn stronger
YEAR = 12  # months
SHARES = (20.0, 40.0, 60.0)  # percent negative, likewise


@dataclass(frozen=True)
class Point:
    """A point of a small line; `x` and `y` in the units of its drawing."""

    x: float
    y: float


@dataclass(frozen=True)
class Part:
    """A part of a bar of `WIDTH`."""

    label: str
    name: Any
    count: int
    x: float
    width: float


@register.filter
def lines(trend: Sequence[Figure]) -> list[list[Point]]:
    """The trend as lines from its lowest to its highest possible, broken where nothing is known."""
    top = max((float(point.value) for point in trend if point.value is not None), default=0) or 1
    between = (WIDTH - 2 * MARGIN) / max(len(trend) - 1, 1)
    found: list[list[Point]] = [[]]
    for number, figure in enumerate(trend):
        if figure.value is None:
            found.append([])
        else:
            height = (HEIGHT - 2 * MARGIN) * float(figure.value) / top
            found[-1].append(Point(round(MARGIN + number * between, 2), round(HEIGHT - MARGIN - height, 2)))
    return [line for line in found if line]


@register.filter
def parts(labels: dict[str, int]) -> list[Part]:
    """The scored labels as parts of one bar, the good ones first."""
    return list(_parts(labels, sum(labels[label] for label in SCORED)))


def _parts(labels: dict[str, int], whole: int) -> Iterator[Part]:
    begun = 0.0
    for label in SCORED:
        if labels[label]:
            width = WIDTH * labels[label] / whole
            yield Part(label, Sentiment.Label(label).label, labels[label], round(begun, 2), round(width, 2))
            begun += width


@register.filter
def heat(figure: Figure) -> str:
    """The class of a cell of the table of segments: its ground, as strong as its figure; none where that may be chance.

    An interval that ends at 0 as it is printed leaves out 0 in no reader's eyes: by less than a printed digit nothing is coloured.
    """
    if figure.value is None:
        return ""
    if figure.kpi == "theme_negative":
        value = float(figure.value)
        return f"k-heat-bad-{sum(value >= step for step in SHARES)}"
    if figure.low is None or figure.high is None or figure.low <= 0 <= figure.high:
        return ""
    if any(formats.is_shown_as_zero(end, figure.kpi) for end in (figure.low, figure.high)):
        return ""
    return f"k-heat-{'good' if figure.value > 0 else 'bad'}-{2 if abs(float(figure.value)) >= MUCH else 1}"


@register.filter
def at(values: Sequence[Any], place: int) -> Any:
    return values[place]


@register.filter
def signed_text(figure: Figure) -> str:
    """The value with its sign: "+4.1"."""
    text = formats.of_kpi(figure.value, figure.kpi)
    return f"+{text}" if figure.value is not None and figure.value > 0 else text


@register.filter
def negative_share(suggestion: ThemeSuggestion) -> Figure:
    """Of the texts of a suggested theme that could be scored."""
    scored, others = suggestion.scored - suggestion.negative, suggestion.n - suggestion.scored
    return negative(Counter({"negative": suggestion.negative, "positive": scored, "not_scored": others}))


@register.simple_tag
def answers_url(report: ThemeReport, theme: int | None = None, **which: Any) -> str:
    """The answers behind a figure of the report."""
    return answers_link(report.filters, theme, **which)


@register.simple_tag
def counted_since() -> str:
    """The day from which the list of themes counts answers."""
    return (organisation_today() - timedelta(days=COUNTED_DAYS)).isoformat()


@register.simple_tag
def step_name(filters: ThemeFilters, step: date) -> str:
    return quarter_name(step) if filters.step == QUARTER else date_format(step, "YEAR_MONTH_FORMAT")


@register.simple_tag
def span_of(report: ThemeReport) -> SafeString:
    """The first and the last step, in few characters: "Dec 2025 – Nov 2026"; as the lines run from left to right in every language."""
    names = [quarter_name(step) if report.filters.step == QUARTER else date_format(step, "M Y") for step in report.steps]
    ends = format_html_join(" – ", "<bdi>{}</bdi>", ((name,) for name in dict.fromkeys((names[0], names[-1]))))
    return format_html('<span class="k-n" dir="ltr">{}</span>', ends)


@register.simple_tag
def trend_text(report: ThemeReport, row: ThemeRow) -> str:
    """A small line in words: its first and its last point, each with how many comments mention the theme, of how many."""
    points = [(step, figure) for step, figure in zip(report.steps, row.trend, strict=True) if figure.value is not None]
    ends = dict([*points[:1], *points[-1:]])
    return ". ".join(f"{step_name(report.filters, step)}: {_mentions(figure)}" for step, figure in ends.items()) or str(_("no comments"))


def _mentions(figure: Figure) -> str:
    mentions = round(float(figure.value or 0) * figure.n / 100)
    return ngettext("%(n)s of %(all)s comment", "%(n)s of %(all)s comments", figure.n) % {
        "n": formats.number(mentions),
        "all": formats.number(figure.n),
    }


@register.inclusion_tag("reports/themes_of_account.html", takes_context=True)
def themes_of(context: template.Context, account: Account) -> dict[str, Any]:
    """What an account has spoken of in the last twelve months."""
    since = month_after(organisation_today().replace(day=1), 1 - YEAR)
    return {"account": account, "since": since, "spoken": spoken_of(context["request"].user, account.pk, since)}
