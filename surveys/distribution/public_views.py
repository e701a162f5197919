"""Unsubscribing: for the person at the link in the mail, without login. Opening the link changes nothing."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.customers.languages import visitors_language
from surveys.distribution import suppress
from surveys.distribution.models import Invitation, Suppression
from surveys.distribution.page_look import dressed, look_at, mark_of, page_look
from surveys.distribution.suppress import Wish
from surveys.distribution.tokens import invitation_from_unsubscribe_token


@csrf_exempt  # a mail program posts here for its user, without having seen a page (RFC 8058); the token is the proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the choices; POST, by a button or by the mail program, unsubscribes at once."""
    invitation = invitation_from_unsubscribe_token(token)
    if invitation is None:
        return unknown(request)
    if request.method == "POST":
        is_one_click = request.POST.get("List-Unsubscribe") == "One-Click"
        survey = suppress.survey_of(invitation) if request.POST.get("of") == Wish.SURVEY.value and not is_one_click else None
        suppress.unsubscribe(invitation, suppress.BY_ONE_CLICK if is_one_click else suppress.BY_LINK, survey)
    return page(request, invitation, token)


@csrf_exempt  # as above: no session stands behind it, only the token
@never_cache
@require_POST
def undo_unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    invitation = invitation_from_unsubscribe_token(token)
    if invitation is None:
        return unknown(request)
    suppress.undo_unsubscribe(invitation)
    return page(request, invitation, token, is_undone=True)


def page(request: HttpRequest, invitation: Invitation, token: str, is_undone: bool = False) -> HttpResponse:
    """What holds now, in the language of the mail."""
    context = {
        "token": token,
        "email": invitation.contact.email,
        "wish": suppress.wish_of(invitation).value,
        "survey_title": title_of(invitation),
        "is_undone": is_undone,
        "stays_away": is_undone and stays_away(invitation),
    }
    survey_pk = invitation.distribution.survey_id if invitation.distribution_id else None
    return _render(request, "distribution/unsubscribe.html", context, invitation.language, survey_pk)


def stays_away(invitation: Invitation) -> bool:
    """Whether mails stay away whatever the person wishes: the address bounces, or an earlier mail was reported as spam."""
    noted = Suppression.objects.filter(email__iexact=invitation.contact.email).exclude(reason=Suppression.Reason.UNSUBSCRIBED)
    return noted.about(suppress.survey_of(invitation)).exists()


def title_of(invitation: Invitation) -> str:
    """What the survey is called on its own page; empty where the invitation was deleted with its contact."""
    return invitation.distribution.version.text("title", invitation.language) if invitation.distribution_id else ""


def unknown(request: HttpRequest) -> HttpResponse:
    return _render(request, "distribution/unsubscribe_unknown.html", {}, visitors_language(request), status=404)


@require_safe
def logo(request: HttpRequest, pk: int, mark: str) -> HttpResponse:
    """The logo on the pages of the survey `pk`, or of the organisation (0); what has its mark in the address may be kept for good."""
    look = look_at(pk)
    if look is None or not look.logo:
        raise Http404
    kept = "public, max-age=31536000, immutable" if mark == mark_of(look.logo) else "no-cache"
    return HttpResponse(look.logo, content_type="image/png", headers={"Cache-Control": kept})


def _render(
    request: HttpRequest, template: str, context: dict[str, Any], language: str, survey_pk: int | None = None, status: int = 200
) -> HttpResponse:
    with translation.override(language):
        return dressed(request, template, {"language": language, **context}, page_look(survey_pk), status)
