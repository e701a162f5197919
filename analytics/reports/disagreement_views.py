"""Responses whose score and text disagree: the list, and a person's word that both are right."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_filters.views import FilterView

from analytics.reports import queries
from analytics.reports.disagreements import DisagreementFilter, disagreement_table, with_dismissals
from analytics.reports.formats import account_of
from analytics.reports.links import wanted_page
from analytics.text.judging import disagree
from feedback_site.access.permissions import EVERYONE, HANDLES_FEEDBACK, RoleRequiredMixin, role_required
from feedback_site.access.personal_data import is_masked_for
from feedback_site.tables import sent_as
from surveys.collection.models import Response, ResponseQuerySet


class Disagreements(RoleRequiredMixin, FilterView):
    """Those of the user's own accounts, newest first; `?export=xlsx` or `csv` hands out all that match."""

    roles = EVERYONE
    filterset_class = DisagreementFilter
    template_name = "reports/disagreements.html"
    paginate_by = 25

    def get_queryset(self) -> ResponseQuerySet:
        return queries.feedback_for(self.request.user)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if kind := request.GET.get("export"):
            matching = DisagreementFilter(request.GET, self.get_queryset(), request=request)
            rows = matching.qs if matching.is_valid() else matching.qs.none()
            is_masked = is_masked_for(request.user, request.GET.get("mask"))
            return sent_as(kind, "disagreements", disagreement_table(with_dismissals(rows), is_masked))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["page_obj"].object_list = with_dismissals(context["page_obj"].object_list)
        is_dismissed = self.request.GET.get("group") == "dismissed"
        return {**context, "may_handle": self.request.user.has_role(*HANDLES_FEEDBACK), "is_dismissed": is_dismissed}


@require_POST
@role_required(*HANDLES_FEEDBACK)
def dismiss(request, pk):
    response = get_object_or_404(Response.objects.visible_to(request.user), pk=pk)
    disagree.dismiss(response, request.user)
    if request.htmx:
        return _said_of(request, response, is_dismissed=True)
    said = _("%(account)s: both are right, you say.") % {"account": account_of(response)}
    messages.success(request, said, extra_tags=reverse("reports:undo_dismissal", args=[pk]))
    return HttpResponseRedirect(wanted_page(request, reverse("reports:disagreements")))


@require_POST
@role_required(*HANDLES_FEEDBACK)
def undo(request, pk):
    response = get_object_or_404(Response.objects.visible_to(request.user), pk=pk)
    disagree.undo(response)
    if request.htmx:
        return _said_of(request, response, is_dismissed=False)
    messages.success(request, _("%(account)s: the response waits for your word again.") % {"account": account_of(response)})
    return HttpResponseRedirect(wanted_page(request, reverse("reports:disagreements")))


def _said_of(request, response, is_dismissed):
    """What the list shows beside the response, which stays where it is."""
    context = {"response": response, "is_dismissed": is_dismissed, "is_fresh": True, "may_handle": True}
    return render(request, "reports/disagreement_side.html", {**context, "next": request.POST.get("next", "")})
