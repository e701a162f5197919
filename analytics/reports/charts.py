"""The charts of the report as Vega-Lite specifications. Colours are names of CSS variables, which charts.js looks up."""

import math
import re
from collections.abc import Sequence
from typing import Any

import altair as alt
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from analytics.linkage.figures import AccountLife, AccountPoint, Figure, QuarterPoint, ReportRow
from analytics.linkage.filters import quarter_of
from analytics.linkage.lifetime import survival_of
from analytics.linkage.report import Report
from analytics.reports import formats
from analytics.reports.links import rows_link
from analytics.reports.periods import quarter_name
from analytics.sales.kpis import KPIS
from surveys.authoring.models import Question, SurveyVersion
from surveys.collection.models import Band

Spec = dict[str, Any]
Query = dict[str, Any]
Chart = Any  # one of Altair's many chart classes, or None where there is nothing to draw
BANDS = ["promoter", "passive", "detractor", "silent"]
COLOURS = [f"var(--k-{band})" for band in BANDS]
SHAPES = ["circle", "diamond", "triangle-down", "square"]
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
ACCENT = "var(--k-accent)"
TEXT = "var(--bs-body-color)"
LINE = "var(--k-line)"


def isolated(text: object) -> str:
    """`text` as its own direction wants it, in a chart that runs from left to right."""
    words = str(text)
    return f"\u2067{words}\u2069" if RIGHT_TO_LEFT.search(words) else words


def band_names() -> dict[str, str]:
    return {**{band.value: isolated(band.label) for band in Band}, "silent": isolated(_("Silent"))}


def charts_of(report: Report, query: Query, versions: Sequence[SurveyVersion] = ()) -> dict[str, Spec]:
    """The charts for which there are data, by name; `query` holds the filters that the rows behind a mark are opened with.

    Where one of the later `versions` of the survey was published, the line of quarters has a boundary.
    """
    drawn = {
        "scatter": scatter(report),
        "bars": bars(report, query),
        "quarters": satisfaction_by_quarter(report, query, versions),
        "revenue": revenue_by_quarter(report, query),
        "associations": associations(report, query),
    }
    return {name: finished(chart) for name, chart in drawn.items() if chart is not None}


def finished(chart: Chart) -> Spec:
    return chart.properties(width="container").to_dict()


# --- Accounts -------------------------------------------------------------------------------------


def scatter(report: Report) -> Chart:
    """Account score against revenue on a log axis; silent accounts stand in a strip of their own at the left."""
    drawn = [point for point in report.accounts if point.band and point.revenue is not None and point.revenue > 0]
    if not drawn:
        return None
    low, high = Question.SCALES[Question.Type(report.score_type)]
    width = high - low
    strip = low - 0.1 * width
    names = band_names()
    scale = alt.Scale(domain=[strip - 0.05 * width, high + 0.02 * width], nice=False)
    points = (
        alt.Chart(alt.Data(values=_marks(drawn, strip, width, names)))
        .mark_point(filled=True, size=46, opacity=0.62, strokeWidth=1)
        .encode(
            x=alt.X("x:Q", title=isolated(_("Account score")), scale=scale, axis=_ticks(low, high)),
            y=alt.Y("y:Q", title=isolated(_("Revenue in the period")), scale=alt.Scale(type="log"), axis=_money_axis(drawn)),
            href=alt.Href("url:N"),
            tooltip=_titled(_account_titles()),
            **_by_band(drawn, names),
        )
    )
    divider = alt.Chart(alt.Data(values=[{"x": low - 0.035 * width}])).mark_rule(strokeDash=[3, 3], color=LINE).encode(x="x:Q")
    return alt.layer(divider, points).properties(height=340)


def _marks(points: list[AccountPoint], strip: float, width: int, names: dict[str, str]) -> list[dict[str, Any]]:
    """One mark for each account; those without a score are spread over the strip so that they do not hide one another."""
    return [
        {
            "x": round(point.score, 3) if point.score is not None else round(strip + (point.account_id % 7 - 3) * 0.011 * width, 3),
            "y": float(point.revenue or 0),
            "band": names[point.band],
            "url": reverse("customers:account", args=[point.account_id]),
            "name": isolated(point.name),
            "segment": isolated(point.segment),
            "region": isolated(point.region),
            "score": formats.number(point.score, 2),
            "responses": formats.number(point.responses),
            "revenue": formats.money(point.revenue),
            "growth": formats.percent(point.growth),
        }
        for point in points
    ]


def _account_titles() -> list[tuple[str, str]]:
    names = [("name", _("Account")), ("segment", _("Segment")), ("region", _("Region")), ("score", _("Score"))]
    return [*names, ("responses", _("Responses")), ("revenue", _("Revenue")), ("growth", _("Growth"))]


def _titled(titles: list[tuple[str, str]]) -> list[alt.Tooltip]:
    return [alt.Tooltip(f"{name}:N", title=isolated(title)) for name, title in titles]


def _money_axis(points: list[AccountPoint]) -> alt.Axis:
    """Ticks of a log axis: powers of ten, with 2 and 5 between them where there are few."""
    exponents = [math.floor(math.log10(float(point.revenue or 1))) for point in points]
    low, high = min(exponents), max(exponents) + 1
    steps = (1, 2, 5) if high - low <= 3 else (1,)
    return alt.Axis(format="~s", values=[step * 10.0**exponent for exponent in range(low, high + 1) for step in steps])


def _ticks(low: int, high: int) -> alt.Axis:
    return alt.Axis(values=list(range(low, high + 1)), grid=False, format="d")


def _by_band(points: list[AccountPoint], names: dict[str, str]) -> dict[str, Any]:
    """Colour and shape of each band that occurs: never colour alone."""
    present = [band for band in BANDS if any(point.band == band for point in points)]
    domain = [names[band] for band in present]
    legend = alt.Legend(title=None, orient="top")
    return {
        "color": alt.Color("band:N", legend=legend, scale=alt.Scale(domain=domain, range=[COLOURS[BANDS.index(band)] for band in present])),
        "shape": alt.Shape("band:N", legend=legend, scale=alt.Scale(domain=domain, range=[SHAPES[BANDS.index(band)] for band in present])),
    }


# --- Segments or regions --------------------------------------------------------------------------


def bars(report: Report, query: Query) -> Chart:
    """Satisfaction of each row with its interval; rows without a value are left out."""
    rows = [_bar(row, "satisfaction", query) for row in report.rows if _has_value(row, "satisfaction")]
    if not rows:
        return None
    base = alt.Chart(alt.Data(values=rows)).encode(y=label_axis(rows), tooltip=figure_tooltip(), href="url:N")
    title = isolated(KPIS[_kpi_of(report)].name)
    bar = base.mark_bar(color=ACCENT, opacity=0.35, height={"band": 0.62}).encode(x=alt.X("value:Q", title=title))
    interval = base.mark_rule(color=TEXT, strokeWidth=1.5).encode(x="low:Q", x2="high:Q")
    point = base.mark_point(filled=True, color=ACCENT, size=55, opacity=1).encode(x="value:Q")
    return alt.layer(bar, interval, point).properties(height=28 * len(rows))


def associations(report: Report, query: Query) -> Chart:
    """ρ of each row with its interval, around the line of no association."""
    keys = ("rho_growth", "rho_revenue")
    drawn = (report.total, *(report.rows if len(report.rows) > 1 else ()))  # one row alone is the total again
    rows = [_association(row, key, query) for row in drawn for key in keys if _has_value(row, key)]
    if not rows:
        return None
    kinds = [isolated(KPIS[key].name) for key in keys]
    # One below the other: side by side they are wider than a phone.
    legend = alt.Legend(title=None, orient="top", labelLimit=260, columns=1)
    scale = alt.Scale(domain=kinds, range=["var(--k-promoter)", "var(--k-detractor)"])
    x = alt.X("value:Q", scale=alt.Scale(domain=[-1, 1]), title=isolated(_("Spearman's ρ")), axis=alt.Axis(tickCount=5, format=".1~f"))
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=label_axis(rows),
        yOffset=alt.YOffset("kind:N", sort=kinds),
        color=alt.Color("kind:N", scale=scale, legend=legend),
        tooltip=figure_tooltip(),
        href="url:N",
    )
    shape = alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=["circle", "diamond"]), legend=legend)
    none = alt.Chart(alt.Data(values=[{"x": 0}])).mark_rule(color=TEXT, strokeDash=[4, 3], opacity=0.6).encode(x="x:Q")
    interval = base.mark_rule(strokeWidth=1.8).encode(x="low:Q", x2="high:Q")
    point = base.mark_point(filled=True, size=60, opacity=1).encode(x=x, shape=shape)
    return alt.layer(none, interval, point).properties(height=20 * len(rows))


def _association(row: ReportRow, key: str, query: Query) -> dict[str, Any]:
    return {**_bar(row, key, query), "kind": isolated(KPIS[key].name)}


def label_axis(rows: list[dict[str, Any]]) -> alt.Y:
    order = list(dict.fromkeys(row["label"] for row in rows))
    return alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelLimit=170, domain=False, ticks=False))


def _has_value(row: ReportRow, key: str) -> bool:
    return key in row.figures and row.figures[key].value is not None


def _bar(row: ReportRow, key: str, query: Query) -> dict[str, Any]:
    return {"label": isolated(row.label), "url": rows_link(query, key, row.key), **figure_numbers(row.figures[key])}


def figure_numbers(figure: Figure) -> dict[str, Any]:
    """A figure's numbers to draw, and its texts to read."""
    value = None if figure.value is None else float(figure.value)
    shown = formats.of_kpi(figure.value, figure.kpi)
    has_interval = figure.low is not None and figure.high is not None
    interval = f"{formats.of_kpi(figure.low, figure.kpi)} – {formats.of_kpi(figure.high, figure.kpi)}" if has_interval else formats.MISSING
    return {"value": value, "low": figure.low, "high": figure.high, "shown": shown, "interval": interval, "n": formats.number(figure.n)}


def figure_tooltip(first: str = "label") -> list[alt.Tooltip]:
    titles = [(first, " "), ("shown", _("Value")), ("interval", _("Confidence interval (95%)")), ("n", "n")]
    return _titled(titles)


def _kpi_of(report: Report) -> str:
    figure = report.total.figures.get("satisfaction")
    return figure.kpi if figure else "satisfaction"


# --- Quarters -------------------------------------------------------------------------------------


def satisfaction_by_quarter(report: Report, query: Query, versions: Sequence[SurveyVersion]) -> Chart:
    rows = [_of_quarter(point, "satisfaction", query) for point in report.quarters]
    if not any(row["value"] is not None for row in rows):
        return None
    base = alt.Chart(alt.Data(values=rows)).encode(x=_quarter_axis(rows), tooltip=figure_tooltip("quarter"), href="url:N")
    scale = alt.Scale(zero=False)
    line = base.mark_line(color=ACCENT, strokeWidth=2).encode(y=alt.Y("value:Q", title=isolated(KPIS[_kpi_of(report)].name), scale=scale))
    interval = base.mark_rule(color=TEXT, opacity=0.7).encode(y=alt.Y("low:Q", scale=scale), y2="high:Q")
    point = base.mark_point(filled=True, color=ACCENT, size=50, opacity=1).encode(y=alt.Y("value:Q", scale=scale))
    return alt.layer(*_version_boundaries(versions, rows), line, interval, point).properties(height=190)


def _version_boundaries(versions: Sequence[SurveyVersion], rows: list[dict[str, Any]]) -> list[Chart]:
    """A dashed line in each quarter in which another version of the survey was published."""
    published = [(one, quarter_name(quarter_of(localdate(one.published_at)))) for one in versions]
    shown = {row["quarter"] for row in rows}
    marks = [
        {"quarter": quarter, "label": isolated(_("Version %(number)s") % {"number": version.number})}
        for version, quarter in published
        if quarter in shown
    ]
    if not marks:
        return []
    base = alt.Chart(alt.Data(values=marks)).encode(x=_quarter_axis(rows))
    rule = base.mark_rule(color=LINE, strokeDash=[4, 3], strokeWidth=1.5).encode(tooltip=[alt.Tooltip("label:N", title=" ")])
    text = base.mark_text(align="left", dx=4, color=TEXT, fontSize=11).encode(y=alt.value(8), text="label:N")
    return [rule, text]


def _of_quarter(point: QuarterPoint, key: str, query: Query) -> dict[str, Any]:
    url = rows_link(query, key, quarter=point.quarter)
    return {"quarter": quarter_name(point.quarter), "url": url, **figure_numbers(getattr(point, key))}


def revenue_by_quarter(report: Report, query: Query) -> Chart:
    rows = [_of_quarter(point, "revenue", query) for point in report.quarters]
    if not any(row["value"] for row in rows):
        return None
    tooltip = [alt.Tooltip("quarter:N", title=" "), alt.Tooltip("shown:N", title=isolated(_("Revenue")))]
    amount = alt.Y("value:Q", title=isolated(_("Revenue")), axis=alt.Axis(format="~s", tickCount=4))
    bar = alt.Chart(alt.Data(values=rows)).mark_bar(color=ACCENT, opacity=0.55)
    return bar.encode(x=_quarter_axis(rows), y=amount, tooltip=tooltip, href="url:N").properties(height=140)


def _quarter_axis(rows: list[dict[str, Any]]) -> alt.X:
    return alt.X("quarter:N", title=None, sort=[row["quarter"] for row in rows], axis=alt.Axis(labelAngle=0, labelOverlap=True, grid=False))


# --- Lives ----------------------------------------------------------------------------------------


def survival(lives: list[AccountLife]) -> Spec:
    """The curve behind CLV, with its pointwise interval, in percent. Raises ValueError without any life."""
    curve = survival_of(lives)
    steps = zip(curve.times, curve.survival, curve.low, curve.high, strict=True)
    rows = [
        {
            "quarters": float(time),
            "value": 100 * float(share),
            "low": None if math.isnan(low) else 100 * float(low),
            "high": None if math.isnan(high) else 100 * float(high),
            "shown": formats.percent(100 * float(share)),
        }
        for time, share, low, high in steps
    ]
    titles = _titled([("quarters", _("Quarters since the first payment")), ("shown", _("Still customers"))])
    quarters = alt.X("quarters:Q", title=isolated(_("Quarters since the first payment")), axis=alt.Axis(format="d", tickMinStep=1))
    base = alt.Chart(alt.Data(values=rows)).encode(x=quarters)
    scale = alt.Scale(domain=[0, 100])
    band = base.mark_area(color=ACCENT, opacity=0.18, interpolate="step-after").encode(y=alt.Y("low:Q", scale=scale), y2="high:Q")
    line = base.mark_line(color=ACCENT, strokeWidth=2, interpolate="step-after").encode(
        y=alt.Y("value:Q", scale=scale, title=isolated(_("Still customers, %")))
    )
    points = base.mark_point(filled=True, color=ACCENT, size=30, opacity=1).encode(y=alt.Y("value:Q", scale=scale), tooltip=titles)
    return finished(alt.layer(band, line, points).properties(height=190))
