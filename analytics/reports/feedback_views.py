"""What customers say: the list, and one response."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django_filters.views import FilterView

from analytics.reports import queries
from analytics.reports.answers import account_then_and_now, answers_of
from analytics.reports.export import feedback_table
from analytics.reports.filters import FeedbackFilter
from analytics.reports.timeline import events_of
from analytics.text.judging import disagree
from analytics.text.search.query import without_prefixes
from feedback_site.access.permissions import EVERYONE, HANDLES_FEEDBACK, RoleRequiredMixin, role_required
from feedback_site.access.personal_data import is_masked_for
from feedback_site.tables import sent_as
from surveys.collection.models import Response, ResponseQuerySet


class Feedback(RoleRequiredMixin, FilterView):
    """The responses of the user's own accounts; `?export=xlsx` or `csv` hands out all that match."""

    filterset_class = FeedbackFilter
    template_name = "reports/feedback.html"
    paginate_by = 25

    def get_queryset(self) -> ResponseQuerySet:
        return queries.feedback_for(self.request.user)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if kind := request.GET.get("export"):
            matching = FeedbackFilter(request.GET, self.get_queryset(), request=request)
            rows = matching.qs if matching.is_valid() else matching.qs.none()  # as on the page: a filter that fails finds nothing
            return sent_as(kind, "feedback", feedback_table(queries.with_texts(rows), is_masked_for(request.user, request.GET.get("mask"))))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        user = self.request.user
        context["page_obj"].object_list = queries.rows_of_page(context["page_obj"].object_list, user)
        return {
            **context,
            "may_handle": user.has_role(*HANDLES_FEEDBACK),
            "account": _chosen(context["filter"], "account"),
            "search": _chosen(context["filter"], "search"),
            "set_aside": Response.objects.visible_to(user).exclude(set_aside="").count(),
            "disagreements": disagree.open_count(user),
            "shorter": None if context["paginator"].count else self._without_prefixes(),
            "has_any": context["paginator"].count > 0 or Response.objects.visible_to(user).exists(),
        }

    def _without_prefixes(self) -> tuple[str, int] | None:
        """What to search for instead of Hebrew words with a prefix, which is meant where it is typed, and how much that finds."""
        query = without_prefixes(self.request.GET.get("search", ""))
        wanted = {**self.request.GET.dict(), "search": query}
        found = FeedbackFilter(wanted, self.get_queryset(), request=self.request).qs.count() if query else 0
        return (query, found) if found else None


def _chosen(feedback_filter: FeedbackFilter, name: str) -> Any:
    return feedback_filter.form.cleaned_data.get(name) if feedback_filter.form.is_valid() else None


@role_required(*EVERYONE)
def response(request: HttpRequest, pk: int) -> HttpResponse:
    """One response with all its answers."""
    found = queries.response_for(request.user, pk)  # type: ignore[arg-type]
    if found is None:
        raise Http404
    is_masked = is_masked_for(request.user)
    context = {
        "response": found,
        "search": request.GET.get("search", ""),
        "answers": answers_of(found, get_language(), is_masked),
        "changes": account_then_and_now(found),
        "events": events_of(found, is_masked),
        "may_handle": request.user.has_role(*HANDLES_FEEDBACK),  # type: ignore[union-attr]
        "next": request.path,
    }
    return render(request, "reports/response.html", context)
