"""The headline score of a survey over time, with the boundaries of its versions."""

from typing import Any

import altair as alt
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from analytics.reports.charts import ACCENT, LINE, TEXT, Spec, figure_numbers, figure_tooltip, finished, isolated
from analytics.reports.results import Results
from analytics.sales.kpis import KPIS

DAY = "%Y-%m-%d"


def headline_by_month(results: Results) -> Spec | None:
    """A point for each month with its interval; a dashed line where another version was published."""
    if not results.months:
        return None
    rows = [
        {
            "month": f"{month.start:{DAY}}",
            "name": isolated(date_format(month.start, "YEAR_MONTH_FORMAT")),
            **figure_numbers(month.figure),
        }
        for month in results.months
    ]
    x = alt.X("month:T", title=None, axis=alt.Axis(format="%m/%Y", labelOverlap=True, grid=False))
    scale = alt.Scale(zero=False)
    base = alt.Chart(alt.Data(values=rows)).encode(x=x, tooltip=figure_tooltip("name"))
    title = isolated(KPIS[results.months[-1].figure.kpi].name)
    line = base.mark_line(color=ACCENT, strokeWidth=2).encode(y=alt.Y("value:Q", title=title, scale=scale))
    interval = base.mark_rule(color=TEXT, opacity=0.7).encode(y=alt.Y("low:Q", scale=scale), y2="high:Q")
    point = base.mark_point(filled=True, color=ACCENT, size=50, opacity=1).encode(y=alt.Y("value:Q", scale=scale))
    return finished(alt.layer(*_boundaries(results), line, interval, point).properties(height=220))


def _boundaries(results: Results) -> list[Any]:
    """A labelled line for each version after the first."""
    later = [version for version in results.versions[1:] if version.published_at]
    rows = [
        {"month": f"{localtime(version.published_at):{DAY}}", "label": isolated(_("Version %(number)s") % {"number": version.number})}
        for version in later
    ]
    if not rows:
        return []
    base = alt.Chart(alt.Data(values=rows)).encode(x="month:T")
    rule = base.mark_rule(color=LINE, strokeDash=[4, 3], strokeWidth=1.5).encode(tooltip=[alt.Tooltip("label:N", title=" ")])
    text = base.mark_text(align="left", dx=4, dy=-2, color=TEXT, fontSize=11).encode(y=alt.value(8), text="label:N")
    return [rule, text]
