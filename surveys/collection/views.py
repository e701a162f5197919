"""The respondent's page: no login, no script, no cookie. The signed token in the address is the authority."""

import logging

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import DatabaseError
from django.db.models import prefetch_related_objects
from django.http import HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from surveys.authoring.conditions import facts_of
from surveys.authoring.questionnaire import PREFIX, Questionnaire
from surveys.authoring.recall import recalled
from surveys.authoring.values import is_empty
from surveys.collection import submit
from surveys.collection.models import Response
from surveys.collection.pages import THANKS, Pages, recallable, stored_answers
from surveys.customers.languages import direction, language_name
from surveys.distribution.tokens import invitation_from_answer_token, unsubscribe_token

logger = logging.getLogger(__name__)

# The token stands in the address: it must not travel in a Referer, stay in a cache, or be found by a search.
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


# Django's CSRF check compares a cookie with the form. A respondent has no session that a foreign page could
# ride on, perhaps no cookies at all, and whoever knows the token may answer: the check would only lose answers.
@method_decorator(csrf_exempt, name="dispatch")
class AnswerView(View):
    """GET shows a page of the questionnaire and changes nothing; POST stores it and leads to the next."""

    http_method_names = ["get", "head", "post", "options"]

    def dispatch(self, request, *args, **kwargs):
        try:
            response = self._reached(request, kwargs["token"])
        except (RequestDataTooBig, TooManyFieldsSent):
            text = _("Your answers were too long to be taken. Please go back, shorten them and send again.")
            response = message(request, 413, _("That was too much"), text)
        for name, value in PRIVATE.items():
            response[name] = value
        return response

    def _reached(self, request, token):
        try:
            return self._for_token(request, token)
        except DatabaseError:
            logger.exception("the database failed on the answer page")
            return self._not_reached(request)

    def _for_token(self, request, token):
        self.invitation = invitation_from_answer_token(token)
        if self.invitation is None:
            text = _("Perhaps a part of it is missing. Please open the link in our e-mail once more.")
            return message(request, 404, _("This link does not work"), text)
        self.version = self.invitation.distribution.version
        prefetch_related_objects([self.version], "survey", "questions")
        self.facts = facts_of(self.invitation.contact)
        self._read(Response.objects.filter(invitation=self.invitation).prefetch_related("answers").first())
        self.language = self._language(request)
        with translation.override(self.language):
            if self.invitation.distribution.is_closed:
                return self._closed(request)
            return super().dispatch(request, token=token)

    def _read(self, response):
        """What was answered so far, and the pages that it leads over."""
        self.response = response
        if response is not None:
            response.version = self.version  # whose questions are at hand
        self.stored = stored_answers(response)
        self.pages = Pages(self.version, self.stored, self.facts)

    def _form(self, page, **answers):
        known = recallable(self.response, self.facts, self.language)
        seed = str(self.invitation.reference)
        return Questionnaire(self.version, self.pages.on(page), self.language, seed=seed, known=known, **answers)

    def get(self, request, token):
        page = self.pages.of_score if "score" in request.GET else self.pages.asked_for(request.GET.get("page", ""), self.response)
        if page == THANKS:
            thanks = {"thanks": self._text(self._thanks), "closes_at": self.invitation.distribution.closes_at}
            return self._show(request, "collection/thanks.html", thanks)
        stored = dict(self.stored)
        headline, chosen = self.version.headline, request.GET.get("score", "")
        if headline and chosen in {str(number) for number in headline.scale}:
            stored[headline.key] = int(chosen)
        is_new = headline is not None and stored.get(headline.key) != self.stored.get(headline.key)
        return self._show_form(request, self._form(page, stored=stored), page, chosen=stored[headline.key] if is_new else None)

    def post(self, request, token):
        page = self.pages.asked_for(request.POST.get("page", ""), self.response) or self.pages.first
        form = self._form(page, data=request.POST)
        is_right = form.is_valid()
        after = Pages(self.version, {**self.stored, **form.cleaned_data}, self.facts).after(page)
        finished = is_right and after == THANKS
        # What is right is kept even where another answer on the page has to be looked at again; but who
        # presses the button with nothing chosen has not begun to answer.
        keeps = any(not is_empty(value) for value in form.cleaned_data.values())
        if not is_right and not keeps and self.response is None:
            return self._show_form(request, form, page, status=422)
        try:
            self._read(submit.take(self.invitation, form.cleaned_data, timezone.now(), finished, self.language))
        except submit.Closed:
            return self._closed(request)
        except DatabaseError:
            logger.exception("answers could not be stored")
            return self._show_form(request, form, page, status=503, not_stored=True)
        return self._lead_on(page) if is_right else self._show_form(request, form, page, status=422, keeps=keeps)

    def _lead_on(self, page):
        """Redirect, so that a reload does not post again."""
        following = self.pages.after(page) or self.pages.next(self.response)
        query = QueryDict(mutable=True)
        query["lang"] = self.language
        if following != THANKS:
            query["page"] = following
        return HttpResponseRedirect(f"{self.request.path}?{query.urlencode()}")

    def _language(self, request):
        """The one asked for, else the one answered in, else the one invited in, else the survey's own."""
        asked = (request.POST if request.method == "POST" else request.GET).get("lang", "")
        wished = [asked, self.response.language if self.response else "", self.invitation.language, self.version.default_language]
        spoken = self.version.languages
        return next((language for language in wished if language in spoken), spoken[0] if spoken else "en")

    def _show_form(self, request, form, page, status=200, not_stored=False, keeps=False, chosen=None):
        is_first = page == self.pages.first
        missing = self.response is not None and is_first and self.pages.next(self.response) == page and not form.is_bound
        context = {
            "form": form,
            "page": page,
            "place": self.pages.place(page),
            "pages": len(self.pages),
            "is_last": self.pages.after(page) == THANKS,
            "before": self.pages.before(page),
            "is_first": is_first,
            "not_stored": not_stored,
            "keeps": keeps,
            "answered": self.response if is_first and self.response and self.response.completed_at and not form.is_bound else None,
            "missing": missing,
            "chosen_score": chosen,
            "saved_score": self.response if not is_first and self.response and self.response.score is not None else None,
        }
        return self._show(request, "collection/answer.html", context, status)

    def _show(self, request, template, context, status=200):
        shared = {
            "version": self.version,
            "invitation": self.invitation,
            "first_page": self.pages.first,
            "score_page": self.pages.of_score,
            "language": self.language,
            "direction": direction(self.language),
            "languages": [(code, language_name(code)) for code in self.version.languages],
            "title": self._text("title"),
            "introduction": self._text("introduction"),
            "unsubscribe_token": unsubscribe_token(self.invitation),
        }
        return render(request, template, {**shared, **context}, status=status)

    def _text(self, name):
        """A text of the version, with what it recalls."""
        return recalled(self.version.text(name, self.language), recallable(self.response, self.facts, self.language))

    @property
    def _thanks(self):
        """The name of the thanks: those of the score's band, where the survey has some."""
        own = f"thanks_{self.response.band}" if self.response and self.response.band else ""
        return own if own and self.version.text(own, self.language) else "thanks"

    def _closed(self, request):
        if self.response and self.response.state == Response.State.COMPLETE:
            text = _("We have your answers, thank you. They can no longer be changed.")
        else:
            text = _("We no longer take answers to this survey. Thank you for wanting to tell us.")
        return message(request, 410, _("This survey is closed"), text, self.language)

    def _not_reached(self, request):
        """Not even the questions can be read: keep what was typed on the page, to be sent again."""
        posted = [(name, value) for name, values in request.POST.lists() for value in values if _is_own(name)]
        context = {"language": translation.get_language(), "direction": direction(translation.get_language()), "posted": posted}
        return render(request, "collection/not_reached.html", context, status=503)


def _is_own(name):
    return name in ("page", "lang") or name.startswith(f"{PREFIX}-")


def message(request, status, title, text, language=None):
    """A page that only says something, in the respondent's language, or in the browser's where there is none."""
    language = language or translation.get_language()
    context = {"title": title, "text": text, "language": language, "direction": direction(language)}
    return render(request, "collection/message.html", context, status=status)
