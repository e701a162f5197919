"""The impact of themes as a Vega-Lite specification."""

from typing import Any

import altair as alt
from django.utils.translation import gettext as _

from analytics.linkage.theme_report import ThemeReport, ThemeRow
from analytics.reports.charts import TEXT, Spec, figure_numbers, figure_tooltip, finished, isolated, label_axis
from analytics.reports.links import answers_link
from analytics.sales.kpis import KPIS


def impact_chart(report: ThemeReport) -> Spec | None:
    """A point for each theme with its interval, around 0: the most harmful first. None without any."""
    rows = sorted((_mark(report, row) for row in report.rows if _impact(row) is not None), key=lambda mark: mark["value"])
    if not rows:
        return None
    kinds = [isolated(_("with lower scores")), isolated(_("with higher scores"))]
    # One below the other: side by side they are wider than a phone.
    legend = alt.Legend(title=None, orient="top", labelLimit=260, columns=1)
    colour = alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=["var(--k-detractor)", "var(--k-promoter)"]), legend=legend)
    shape = alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=["triangle-down", "circle"]), legend=legend)
    x = alt.X("value:Q", title=isolated(KPIS["theme_impact"].name), axis=alt.Axis(tickCount=6))
    base = alt.Chart(alt.Data(values=rows)).encode(y=label_axis(rows), color=colour, tooltip=figure_tooltip(), href="url:N")
    none = alt.Chart(alt.Data(values=[{"x": 0}])).mark_rule(color=TEXT, strokeDash=[4, 3], opacity=0.6).encode(x="x:Q")
    interval = base.mark_rule(strokeWidth=1.8).encode(x="low:Q", x2="high:Q")
    point = base.mark_point(filled=True, size=60, opacity=1).encode(x=x, shape=shape)
    return finished(alt.layer(none, interval, point).properties(height=26 * len(rows)))


def _impact(row: ThemeRow) -> float | None:
    value = row.figures["theme_impact"].value if "theme_impact" in row.figures else None
    return None if value is None else float(value)


def _mark(report: ThemeReport, row: ThemeRow) -> dict[str, Any]:
    assert row.theme is not None
    kind = _("with lower scores") if (_impact(row) or 0) < 0 else _("with higher scores")
    url = answers_link(report.filters, row.theme.pk)
    return {"label": isolated(row.theme.name), "kind": isolated(kind), "url": url, **figure_numbers(row.figures["theme_impact"])}
