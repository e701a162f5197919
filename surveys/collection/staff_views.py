"""Pages on which the staff answers: surveys for the own team, interviews typed in for a contact; and what was set aside counted."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from feedback_site.access import audit
from feedback_site.access.permissions import EDITS_CUSTOMERS, MANAGES_SURVEYS, SELLS, role_required
from surveys.authoring.models import Survey
from surveys.collection import anonymous, queries
from surveys.collection.models import Response
from surveys.collection.respond_views import converse, respondents_page
from surveys.collection.ways import ByMember, Interview
from surveys.customers.models import Contact
from surveys.distribution.link_models import Link

answering = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
@role_required(*SELLS)
def team_surveys(request):
    """What the company asks of its own sales team."""
    return render(request, "collection/team_surveys.html", {"links": queries.asked_of_team(request.user)})


@answering
@role_required(*SELLS)
@respondents_page
def team(request, token):
    """The link of a survey for the own team: whoever belongs to it answers once, logged in."""
    link = get_object_or_404(Link.objects.select_related("survey"), token=token, survey__audience=Survey.Audience.TEAM)
    version = link.survey.published
    if version is None:
        raise Http404
    return _logged_in(converse(request, ByMember(link, version, request.user), is_staff=True, back=reverse("collection:team_surveys")))


@require_GET
@role_required(*EDITS_CUSTOMERS)
def choose_interview(request, contact_pk):
    """Which survey shall be asked; the only one is taken at once."""
    contact = get_object_or_404(Contact.objects.visible_to(request.user).select_related("account"), pk=contact_pk)
    surveys = list(queries.interviewable())
    if len(surveys) == 1:
        return redirect("collection:interview", contact.pk, surveys[0].pk)
    return render(request, "collection/choose_interview.html", {"contact": contact, "surveys": surveys})


@answering
@role_required(*EDITS_CUSTOMERS)
@respondents_page
def interview(request, contact_pk, survey_pk):
    """A new interview; the first page that is sent makes the response."""
    contact = get_object_or_404(Contact.objects.visible_to(request.user).select_related("account__segment"), pk=contact_pk)
    survey = get_object_or_404(queries.interviewable(), pk=survey_pk)
    return _converse(request, Interview(contact, survey.published, request.user, opened=request.POST.get("opened", "")))


@answering
@role_required(*EDITS_CUSTOMERS)
@respondents_page
def interview_response(request, pk):
    """An interview that was begun: to go on, or to put right."""
    interviews = Response.objects.visible_to(request.user).filter(source=Response.Source.INTERVIEW, contact__isnull=False)
    related = interviews.select_related("contact__account__segment", "version__survey").prefetch_related("answers")
    response = get_object_or_404(related, pk=pk)
    return _converse(request, Interview(response.contact, response.version, request.user, response))


@require_POST
@role_required(*MANAGES_SURVEYS)
def count_set_aside(request, pk):
    """What was set aside of an anonymous survey's link counts from now on."""
    link = get_object_or_404(Link.objects.select_related("survey"), pk=pk, survey__is_anonymous=True)
    counted = anonymous.count_set_aside(link)
    if counted:
        audit.record(request.user, link, {"set aside": f"{counted} counted"})
        said = ngettext("%(n)s response counts from now on.", "%(n)s responses count from now on.", counted)
        messages.success(request, said % {"n": number_format(counted, force_grouping=True)})
    else:
        messages.info(request, _("Nothing is set aside."))
    return redirect("distribution:link", pk)


def _converse(request, way):
    def address(response):
        return reverse("collection:interview_response", args=[response.pk]) if response else request.path

    back = reverse("customers:account", args=[way.contact.account_id])
    return _logged_in(converse(request, way, address, is_staff=True, interviewed=way.contact, back=back))


def _logged_in(page):
    """A form of somebody who is logged in is sent with its origin, which the CSRF check wants to see; the address holds no secret."""
    page["Referrer-Policy"] = "same-origin"
    return page
