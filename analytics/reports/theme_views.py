"""What customers speak of: the report on themes."""

from django.shortcuts import render
from django.views.generic import View

from analytics.linkage.models import RollupMark
from analytics.linkage.theme_report import LEAST_ANSWERS, build_theme_report, takes_long
from analytics.reports.theme_export import themes_table
from analytics.reports.theme_forms import ThemeReportForm
from analytics.sales.kpis import KPIS
from analytics.text.models import Sentiment
from analytics.text.themes.models import Catalogue, Theme
from feedback_site.access.permissions import MANAGES_SURVEYS, RoleRequiredMixin
from feedback_site.tables import sent_as


class Themes(RoleRequiredMixin, View):
    """The report over the user's own accounts; `?export=xlsx` or `csv` hands out its table.

    Where it takes seconds the page comes without figures first, and asks for them; `?figures=now` waits for them.
    """

    def get(self, request):
        form = ThemeReportForm(request.GET, request.user)
        context = {"form": form, "may_edit": request.user.has_role(*MANAGES_SURVEYS), "has_themes": Theme.objects.active().exists()}
        if not form.is_valid():
            return render(request, "reports/themes.html", context)
        filters, kind = form.filters, request.GET.get("export")
        if not (kind or request.htmx or request.GET.get("figures")) and takes_long(request.user, filters):
            return render(request, "reports/themes.html", {**context, "is_awaited": True})
        report = build_theme_report(request.user, filters)
        if kind:
            return sent_as(kind, "themes", themes_table(report, form.in_words))
        return render(request, "reports/themes.html", {**context, **report_context(report)})


def report_context(report):
    # Altair takes most of a second to import: only the process that draws pays for it.
    from analytics.reports.theme_charts import impact_chart

    shown = ("theme_volume", "theme_share", "theme_change", "theme_negative", "theme_impact")
    return {
        "report": report,
        "chart": impact_chart(report),
        "kpis": {key: KPIS[key] for key in shown},
        "least": LEAST_ANSWERS,
        "is_under_way": is_under_way(),
    }


def is_under_way():
    """Whether texts are still being searched for themes, or the figures made for the first time."""
    behind = Sentiment.objects.filter(themes_revision__lt=Catalogue.objects.values("revision")[:1])
    return behind.exists() or not RollupMark.objects.filter(refreshed_at__isnull=False).exclude(seen={}).exists()
