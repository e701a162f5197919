"""Satisfaction against revenue: the report, and the rows behind its figures."""

from datetime import date

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.views.generic import View

from analytics.linkage.filters import last_day
from analytics.linkage.report import build_report
from analytics.reports import behind
from analytics.reports.columns import column_groups, headlines
from analytics.reports.export import report_table
from analytics.reports.forms import ReportForm
from analytics.reports.row_tables import rows_table
from analytics.sales.kpis import KPIS
from feedback_site.access.permissions import MANAGES_SURVEYS, RoleRequiredMixin
from feedback_site.access.personal_data import is_masked_for
from feedback_site.tables import sent_as
from surveys.authoring.queries import later_versions

PAGE = 50


class SatisfactionRevenue(RoleRequiredMixin, View):
    """The report over the user's own accounts; `?export=xlsx` or `csv` hands out its table."""

    def get(self, request):
        form = ReportForm(request.GET, request.user)
        context = {"form": form, "query": form.query, "may_send": request.user.has_role(*MANAGES_SURVEYS)}
        if not form.is_valid():
            return render(request, "reports/satisfaction_revenue.html", context)
        report = build_report(request.user, form.filters)
        if kind := request.GET.get("export"):
            return sent_as(kind, "satisfaction-revenue", report_table(report))
        return render(request, "reports/satisfaction_revenue.html", {**context, **report_context(report, form.query)})


def report_context(report, query):
    # Altair takes most of a second to import: only the process that draws pays for it.
    from analytics.reports.charts import charts_of

    return {
        "report": report,
        "groups": column_groups(report),
        "headlines": headlines(report),
        "charts": charts_of(report, query, list(later_versions(report.filters.survey))),
        "has_responses": report.total.figures["responses"].n > 0,
    }


class Rows(RoleRequiredMixin, View):
    """The rows behind one figure: `?figure=win_rate&group=3`, or `&quarter=2026-01-01`, and the filters of the report."""

    def get(self, request):
        form = ReportForm(request.GET, request.user)
        if not form.is_valid():
            raise Http404
        drill = behind.rows_behind(request.user, form.filters, **asked_figure(request.GET))
        if drill is None:
            raise Http404
        if kind := request.GET.get("export"):
            return sent_as(kind, drill.figure.kpi, rows_table(drill.sections, is_masked_for(request.user, request.GET.get("mask"))))
        return render(request, "reports/rows.html", {"form": form, "query": form.query, **rows_context(drill, request.GET.get("page"))})


def asked_figure(query):
    """Which figure the address asks for; Http404 where its quarter is none."""
    try:
        quarter = date.fromisoformat(query["quarter"]) if query.get("quarter") else None
    except ValueError:
        raise Http404 from None
    return {"figure": query.get("figure", ""), "group": query.get("group", "total"), "quarter": quarter}


def rows_context(drill, page):
    filters = drill.report.filters
    sections = [
        {
            "kind": section.kind,
            "title": section.title,
            "template": section.template,
            "counts": section.counts,
            "page": Paginator(section.rows, PAGE).get_page(page),
        }
        for section in drill.sections
    ]
    return {
        "drill": drill,
        "kpi": KPIS[drill.figure.kpi],
        "filters": filters,
        "last_day": last_day(filters.last),
        "sections": sections,
        "has_texts": any(section.kind == "responses" for section in drill.sections),
        "survival": survival_chart(drill),
    }


def survival_chart(drill):
    """Beside CLV: the curve that it looks ahead by."""
    from analytics.reports.charts import survival  # as above

    lives = [life for section in drill.sections if section.kind == "lives" for life in section.rows]
    return survival(lives) if lives else None
