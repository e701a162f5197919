"""How often one survey may ask the same person: its owner says so here."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from feedback_site.access.permissions import MANAGES_SURVEYS, role_required
from surveys.authoring.models import Survey
from surveys.distribution.limit_forms import LimitsForm


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*MANAGES_SURVEYS)
def limits(request, pk):
    survey = get_object_or_404(Survey.objects.of_customers(), pk=pk)
    form = LimitsForm(request.POST if request.method == "POST" else None, instance=survey)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved. It holds from the next dry run on."))
        return redirect("authoring:survey", pk)
    overall = {
        "days": settings.DAYS_BETWEEN_INVITATIONS,
        "a_year": settings.MOST_INVITATIONS_A_YEAR,
        "open": settings.MOST_OPEN_INVITATIONS,
    }
    context = {"survey": survey, "form": form, "overall": overall}
    return render(request, "distribution/limits.html", context, status=422 if form.errors else 200)
