"""The brand of the organisation and of single surveys, with the mail as it looks."""

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST

from feedback_site.access import audit
from feedback_site.access.permissions import MANAGES_SURVEYS, role_required
from feedback_site.mails import plain_look
from surveys.authoring.models import Survey
from surveys.distribution.brand import brands_of, look_from, look_of
from surveys.distribution.brand_forms import BrandForm
from surveys.distribution.brand_models import Brand
from surveys.distribution.mail_frame import mail_frame
from surveys.distribution.page_look import forget_looks
from surveys.distribution.sample_mail import INVITATION, html_for_browser, sample_message


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*MANAGES_SURVEYS)
def brand(request, pk=None):
    """Of the survey `pk`, or of the organisation."""
    survey, form = opened(request, pk)
    if request.method == "POST" and form.is_valid():
        return save(request, form, survey)
    context = {"form": form, "survey": survey, "look": look_of(None) if survey else plain_look(), "version": shown_version(survey)}
    return render(request, "distribution/brand.html", context, status=422 if form.errors else 200)


@require_POST
@role_required(*MANAGES_SURVEYS)
@xframe_options_sameorigin
@mail_frame
def preview(request, pk=None):
    """The mail as it would be with what stands in the form, for the frame beside it. Nothing is stored."""
    survey, form = opened(request, pk)
    version = shown_version(survey)
    language = request.POST.get("language", "")
    if version is None or language not in version.languages:
        raise Http404
    if not form.is_valid():
        return render(request, "emails/no-preview.html", {"form": form}, status=422)
    look = look_from([form.as_chosen(), *(brands_of(None) if survey else [])])
    return HttpResponse(html_for_browser(sample_message(version, language, INVITATION, look=look), look))


def opened(request, pk):
    """The survey, or None for the organisation, and the form of its brand."""
    survey = get_object_or_404(Survey.objects.of_customers(), pk=pk) if pk else None
    row = Brand.objects.filter(survey=survey).first() or Brand(survey=survey)
    return survey, BrandForm(request.POST or None, request.FILES or None, instance=row)


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
