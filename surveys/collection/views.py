"""The ways in for people from outside: the personal link of a mail, and public links."""

from csp.constants import NONE
from django.db.models import F
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from surveys.authoring.frozen import frozen_version
from surveys.authoring.models import Survey, SurveyVersion
from surveys.authoring.preview import preview_context
from surveys.collection.limits import Guard
from surveys.collection.respond_views import converse, message, respondents_page
from surveys.collection.ways import ByLink, Invited
from surveys.distribution.link_models import Link
from surveys.distribution.page_look import dressed, page_look
from surveys.distribution.tokens import TRIAL_DAYS, invitation_from_answer_token, unsubscribe_token, version_from_trial_token
from surveys.distribution.visits import note_visit

answering = require_http_methods(["GET", "HEAD", "POST", "OPTIONS"])
COOKIE_DAYS = 180
SCORES = {str(score) for score in range(11)}
ANONYMOUS = "-"  # in the cookie: this browser answered, and nobody can tell what


# Django's CSRF check compares a cookie with the form. A respondent has no session that a foreign page could
# ride on, perhaps no cookies at all, and whoever knows the token may answer: the check would only lose answers.
@csrf_exempt
@answering
@respondents_page
def answer(request, token):
    """GET shows a page of the questionnaire and changes nothing; POST stores it and leads to the next."""
    invitation = invitation_from_answer_token(token, "response")
    if invitation is None:
        return _unknown_link(request, _("Perhaps a part of it is missing. Please open the link in our e-mail once more."))
    way = Invited(invitation)
    page = converse(request, way, unsubscribe_token=unsubscribe_token(invitation))
    if is_first_look(request, way):
        score = request.GET.get("score", "")
        note_visit(invitation, request.method, int(score) if score in SCORES else None, timezone.now())
    return page


def is_first_look(request, way):
    """Whether it comes from the mail, and nothing was answered yet. Of who is anonymous nothing is kept."""
    is_open = not way.is_anonymous and way.invitation.answered_at is None
    return is_open and request.method in ("GET", "HEAD") and "page" not in request.GET and "lang" not in request.GET


@csrf_exempt  # as above
@xframe_options_exempt  # the policy below names who may embed it
@answering
@respondents_page
def link(request, token, reference=""):
    """A public link: the first POST makes a response, and leads to the address at which its browser comes back to it."""
    published = {"survey__audience": Survey.Audience.CUSTOMERS, "survey__versions__state": SurveyVersion.State.PUBLISHED}
    links = Link.objects.select_related("account__segment").filter(token=token, **published)
    found = links.annotate(version_pk=F("survey__versions"), is_anonymous=F("survey__is_anonymous")).first()
    if found is None:
        return _unknown_link(request, _("Perhaps a part of it is missing. Please open it once more from where you found it."))
    guard = Guard(request, found)
    known = request.COOKIES.get(_cookie(found), "") if found.one_per_browser and not reference else ""
    # A page that is sent twice, or sent again after the browser went back, is one response.
    sent = guard.reference if request.method == "POST" and not reference else ""
    references = [] if found.is_anonymous else [one for one in (reference, known, sent) if one]
    response = _response(found, references)
    if reference and response is None:
        return HttpResponseRedirect(reverse("collection:link", args=[token]))
    if response is not None and not reference and request.method != "POST":
        return HttpResponseRedirect(reverse("collection:link_response", args=[token, response.reference]))
    version = frozen_version(response.version_id if response else found.version_pk)
    way = ByLink(found, version, response, guard)
    if known == ANONYMOUS and found.is_anonymous:
        said = _("Thank you, we have an answer from this browser.")
        page = message(request, 200, _("You have taken part"), said, survey_pk=found.survey_id)
    else:
        page = converse(
            request, way, _address(found), is_public=True, again=None if found.one_per_browser else reverse("collection:link", args=[token])
        )
    _remember(page, request, found, way)
    page._csp_replace = {"frame-ancestors": found.origins or [NONE]}  # as csp_replace does, by what this link says
    return page


@require_safe
@respondents_page
def trial(request, token):
    """Where the links of a test mail lead: the page as the customers will find it, to look at, without login."""
    version = version_from_trial_token(token)
    if version is None:
        text = _("The links of a test mail work for %(days)s days. Please send the test once more.") % {"days": TRIAL_DAYS}
        return _unknown_link(request, text)
    context = preview_context(version, request.GET) | {"is_test": True}
    with translation.override(context["language"]):
        return dressed(request, "collection/answer.html", context, page_look(version.survey_id))


def _response(found, references):
    """The response over the link that one of `references` names."""
    return found.responses.filter(reference__in=references).prefetch_related("answers").first() if references else None


def _address(found):
    """Where a response over the link goes on."""
    first = reverse("collection:link", args=[found.token])
    return lambda response: reverse("collection:link_response", args=[found.token, response.reference]) if response else first


def _cookie(found):
    return f"kesher-{found.pk}"


def _remember(page, request, found, way):
    """A cookie, once there is something to remember; within another site's frame it must say so."""
    value = ANONYMOUS if way.is_done else way.response.reference if way.response else ""
    if found.one_per_browser and value and request.method == "POST":
        path, same_site = reverse("collection:link", args=[found.token]), "None" if request.is_secure() and found.origins else "Lax"
        age = COOKIE_DAYS * 86_400
        page.set_cookie(_cookie(found), value, age, path=path, secure=request.is_secure(), httponly=True, samesite=same_site)


def _unknown_link(request, text):
    return message(request, 404, _("This link does not work"), text)
