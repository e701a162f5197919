"""Marking a response as handled, from the page of the response."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from feedback_site.access.permissions import HANDLES_FEEDBACK, role_required
from surveys.collection.models import Response
from surveys.followup import handle as handling
from surveys.followup.forms import HandlingForm


@require_POST
@role_required(*HANDLES_FEEDBACK)
def handle(request, pk):
    """Note what was done; the answer is the partial alone for htmx, else the page one came from."""
    response = get_object_or_404(Response.objects.visible_to(request.user), pk=pk)
    form = HandlingForm(request.POST)
    if not form.is_valid():
        # htmx swaps in what came with 200 only.
        template, status = ("followup/handle.html", 200) if request.htmx else ("followup/page.html", 422)
        return render(request, template, {"response": response, "form": form}, status=status)
    handling.handle(response, request.user, form.cleaned_data["note"])
    return _back(request, pk)


@require_POST
@role_required(*HANDLES_FEEDBACK)
def undo(request, pk):
    handling.undo(get_object_or_404(Response.objects.visible_to(request.user), pk=pk))
    return _back(request, pk)


@require_POST
@role_required(*HANDLES_FEEDBACK)
def count(request, pk):
    """What was set aside as no person's counts after all."""
    response = get_object_or_404(Response.objects.visible_to(request.user), pk=pk)
    if handling.count(response, request.user):
        messages.success(request, _("The response counts from now on."))
    return HttpResponseRedirect(reverse("reports:response", args=[pk]))


def _back(request, pk):
    if request.htmx:
        return render(request, "followup/handle.html", {"response": Response.objects.get(pk=pk)})
    wanted = request.POST.get("next", "")
    is_own = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(wanted if is_own else reverse("reports:response", args=[pk]))
