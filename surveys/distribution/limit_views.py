"""How often one survey may ask the same person: its owner says so here."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from feedback_site.access.permissions import MANAGES_SURVEYS, role_required
from surveys.authoring.models import Survey
from surveys.distribution.fatigue import limits_of_all
from surveys.distribution.limit_forms import LimitsForm


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*MANAGES_SURVEYS)
def limits(request, pk):
    survey = get_object_or_404(Survey.objects.of_customers(), pk=pk)
    form = LimitsForm(request.POST if request.method == "POST" else None, instance=survey)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved. It holds for every distribution that is confirmed from now on."))
        return redirect("authoring:survey", pk)
    context = {"survey": survey, "form": form, "overall": limits_of_all()}
    return render(request, "distribution/limits.html", context, status=422 if form.errors else 200)
