"""Audiences kept under a name."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from feedback_site.access.permissions import MANAGES_SURVEYS, role_required
from surveys.distribution.audience import Audience, sizes
from surveys.distribution.audience_forms import initial_of
from surveys.distribution.audience_models import SavedAudience
from surveys.distribution.exclusion_forms import SavedAudienceForm
from surveys.distribution.in_words import in_words, names_of
from surveys.distribution.models import Distribution

editing = require_http_methods(["GET", "HEAD", "POST"])
PER_PAGE = 25


@require_GET
@role_required(*MANAGES_SURVEYS)
def audiences(request):
    """One's own audiences and those that others share, each with how many contacts fit now."""
    page = Paginator(SavedAudience.objects.usable_by(request.user).select_related("created_by"), PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    kept = [Audience.from_json(row.audience) for row in rows]
    names = names_of(kept)
    for row, audience, size in zip(rows, kept, sizes(kept, request.user), strict=True):
        row.words, row.size = in_words(audience, names), size
    return render(request, "distribution/audiences.html", {"rows": rows, "page_obj": page})


@editing
@role_required(*MANAGES_SURVEYS)
def audience(request, pk=None):
    """An own audience, or a new one."""
    row = get_object_or_404(SavedAudience, pk=pk, created_by=request.user) if pk else SavedAudience(created_by=request.user)
    initial = initial_of(Audience.from_json(row.audience)) if pk else {}
    form = SavedAudienceForm(request.POST if request.method == "POST" else None, instance=row, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("distribution:audiences")
    return render(request, "distribution/audience.html", {"form": form, "saved": row}, status=422 if form.errors else 200)


@editing
@role_required(*MANAGES_SURVEYS)
def delete_audience(request, pk):
    chosen = get_object_or_404(SavedAudience, pk=pk, created_by=request.user)
    if request.method != "POST":
        return render(request, "distribution/delete_kept.html", {"kept": chosen, "back": reverse("distribution:audiences")})
    chosen.delete()
    return redirect("distribution:audiences")


@require_POST
@role_required(*MANAGES_SURVEYS)
def keep_audience(request, pk):
    """Keep the audience of a distribution under a name."""
    distribution = get_object_or_404(Distribution, pk=pk)
    name = " ".join(request.POST.get("name", "").split())[:100] or distribution.name[:100]
    if SavedAudience.objects.filter(created_by=request.user, name__iexact=name).exists():
        messages.error(request, _("You have an audience of this name already."))
    else:
        SavedAudience.objects.create(created_by=request.user, name=name, audience=distribution.audience)
        messages.success(request, _("Saved as an audience: %(name)s.") % {"name": name})
    return redirect("distribution:detail", pk)
