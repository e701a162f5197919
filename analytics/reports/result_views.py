"""The results of a survey, question by question."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from analytics.reports.export import results_table
from analytics.reports.result_charts import headline_by_month
from analytics.reports.result_queries import surveys_with_results
from analytics.reports.results import results_of
from feedback_site.access.permissions import EVERYONE, role_required
from feedback_site.tables import sent_as


@require_GET
@role_required(*EVERYONE)
def survey_list(request):
    """Which surveys have results that the user may open."""
    return render(request, "reports/results_list.html", {"surveys": surveys_with_results(request.user).order_by("name")})


@require_GET
@role_required(*EVERYONE)
def results(request, pk):
    """One survey; `?partial=yes` counts half-answered responses too, `?export=xlsx` or `csv` hands out the figures."""
    survey = get_object_or_404(surveys_with_results(request.user), pk=pk)
    with_partial = request.GET.get("partial") == "yes" and not survey.is_anonymous
    found = results_of(survey, request.user, get_language(), with_partial)
    if kind := request.GET.get("export"):
        if kind not in ("xlsx", "csv"):
            raise Http404
        return sent_as(kind, f"results-{survey.key}", results_table(found))
    context = {
        "results": found,
        "survey": survey,
        "survey_id": str(survey.pk),
        "threshold": settings.ANONYMITY_THRESHOLD,
        "chart": headline_by_month(found),
        "with_partial": with_partial,
    }
    return render(request, "reports/results.html", context)
