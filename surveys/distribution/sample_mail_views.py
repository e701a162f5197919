"""Looking at a mail, and sending it to oneself."""

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from feedback_site.access.permissions import MANAGES_SURVEYS, role_required
from surveys.authoring.models import SurveyVersion
from surveys.distribution import sample_mail
from surveys.distribution.brand import look_of
from surveys.distribution.mail_frame import mail_frame
from surveys.distribution.transport import Outcome

KINDS = (sample_mail.INVITATION, sample_mail.REMINDER)
MOST_AN_HOUR = 30
HOUR = 3600


@require_GET
@role_required(*MANAGES_SURVEYS)
@xframe_options_sameorigin
@mail_frame
def version_mail(request, pk, language, kind):
    """The mail as somebody would get it, in one of the survey's languages; with `?look=organisation` in the organisation's look."""
    version = find(pk, language, kind)
    look = look_of(None if request.GET.get("look") == "organisation" else version.survey)
    return HttpResponse(sample_mail.html_for_browser(sample_mail.sample_message(version, language, kind, look=look), look))


@require_GET
@role_required(*MANAGES_SURVEYS)
def version_mail_text(request, pk, language, kind):
    """The same as plain text."""
    body = sample_mail.sample_message(find(pk, language, kind), language, kind).body
    return HttpResponse(body, content_type="text/plain; charset=utf-8")


@require_POST
@role_required(*MANAGES_SURVEYS)
def send_test(request, pk):
    language, kind = request.POST.get("language", ""), request.POST.get("kind", "")
    version = find(pk, language, kind)
    if is_too_much(request.user):
        messages.error(request, _("You have sent many tests within an hour. Please wait a little."))
    else:
        tell(request, sample_mail.send_test(version, language, kind, request.user))
    back = request.META.get("HTTP_REFERER", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if is_ours else "distribution:list")


def tell(request, result):
    words = {"email": request.user.email, "reason": result.reason}
    if result.outcome is Outcome.SENT:
        messages.success(request, _("The test is on its way to %(email)s. Its links lead to the preview.") % words)
    else:
        messages.error(request, _("The test was not sent to %(email)s: %(reason)s") % words)


def is_too_much(user):
    """Counted over an hour; a test goes through the same server as the mails of customers."""
    key = f"test-mails-{user.pk}"
    cache.add(key, 0, HOUR)
    return cache.incr(key) > MOST_AN_HOUR


def find(pk, language, kind):
    version = get_object_or_404(SurveyVersion.objects.select_related("survey"), pk=pk, survey__audience="customers")
    if language not in version.languages or kind not in KINDS:
        raise Http404
    return version
