"""The brand of the organisation and of single surveys, with the mail as it looks."""

from django.contrib import messages
from django.db import IntegrityError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from feedback_site.access import audit
from feedback_site.access.permissions import MANAGES_SURVEYS, role_required
from surveys.authoring.models import Survey
from surveys.distribution.brand import look_of
from surveys.distribution.brand_forms import BrandForm
from surveys.distribution.brand_models import Brand
from surveys.distribution.page_look import forget_looks


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*MANAGES_SURVEYS)
def brand(request, pk=None):
    """Of the survey `pk`, or of the organisation."""
    survey = get_object_or_404(Survey.objects.of_customers(), pk=pk) if pk else None
    row = Brand.objects.filter(survey=survey).first() or Brand(survey=survey)
    form = BrandForm(request.POST or None, request.FILES or None, instance=row)
    if request.method == "POST" and form.is_valid():
        return save(request, form, survey)
    context = {"form": form, "survey": survey, "look": look_of(None), "version": shown_version(survey)}
    return render(request, "distribution/brand.html", context, status=422 if form.errors else 200)


def save(request, form, survey):
    try:
        stored = form.save()
    except IntegrityError:  # two people made the first one at the same moment
        messages.error(request, _("Somebody saved this meanwhile, so nothing is saved. Look, and try again."))
    else:
        forget_looks()
        audit.record(request.user, stored, {"brand": ", ".join(form.changed_data)})
        messages.success(request, _("Saved. Mails that are sent from now on look like this."))
    return redirect("distribution:brand_of", survey.pk) if survey else redirect("distribution:brand")


def shown_version(survey):
    """The version whose mail is shown: the published one, or the draft; of the organisation, that of any survey."""
    shown = survey or Survey.objects.of_customers().published().order_by("pk").first()
    return (shown.published or shown.draft) if shown else None
