"""Addresses of what stands behind the figures of the reports, and of the page that a form stood on."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from analytics.linkage.figures import Figure
from analytics.linkage.theme_counts import WHOLE, Segment
from analytics.linkage.theme_filters import ThemeFilters, month_after

NO_SEGMENT = "none"  # of the list of feedback: what accounts without any said
IN_THEMES = "themes"  # there: only what the figures on themes count


def rows_link(query: dict[str, Any], figure: str, group: str = "total", quarter: date | None = None) -> str:
    """The page with the rows behind `figure` of the row `group`, or of one quarter, under the filters in `query`."""
    within = {"quarter": quarter.isoformat()} if quarter else {}
    return f"{reverse('reports:rows')}?{urlencode({'figure': figure, 'group': group, **within, **query})}"


def answers_link(
    filters: ThemeFilters, theme: int | None, segment: Segment = WHOLE, step: date | None = None, figure: Figure | None = None
) -> str:
    """The list of feedback, narrowed to the answers that the report counts for `theme` (None: for all of them).

    `segment` and `step` narrow to one segment (None: to accounts that had none) and to one month or quarter of the report.
    Behind a share negative stand the negative ones, behind a change those of the period before as well.
    """
    first, end = (step, min(month_after(step, filters.step), filters.end)) if step else (filters.first, filters.end)
    kpi = figure.kpi if figure and figure.value is not None else ""
    asked = {
        "theme": theme,
        "survey": filters.survey.pk,
        "theme_sentiment": "negative" if kpi == "theme_negative" else "",
        "first": filters.before if kpi == "theme_change" else first,
        "last": end - timedelta(days=1),
        "segment": filters.segment_id if segment == WHOLE else (segment or NO_SEGMENT),
        "region": filters.region,
        "state": "complete",
        "counted": IN_THEMES,
    }
    return f"{reverse('reports:feedback')}?{urlencode({name: value for name, value in asked.items() if value})}"


def wanted_page(request: HttpRequest, otherwise: str) -> str:
    """The page that the form stood on (its field `next`), if it is one of ours."""
    wanted = request.POST.get("next", "")
    is_own = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if is_own else otherwise
