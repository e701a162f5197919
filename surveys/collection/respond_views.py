"""The respondent's pages, whatever the way in: no login, no script and no cookie needed."""

import logging
from functools import wraps

from django.core import signing
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, ValidationError
from django.db import DatabaseError
from django.db.models import prefetch_related_objects
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from surveys.authoring.questionnaire import PREFIX, Questionnaire
from surveys.authoring.recall import recalled
from surveys.authoring.values import as_columns, is_empty
from surveys.collection.anonymous import TookPart
from surveys.collection.models import Answer, Band, Response
from surveys.collection.opened import opened_now, version_of
from surveys.collection.pages import THANKS, Pages, recallable, stored_answers
from surveys.collection.submit import Closed
from surveys.customers.languages import accepted_languages, direction, language_name, visitors_language
from surveys.distribution.page_look import dressed, page_look, plain_page_look

logger = logging.getLogger(__name__)

# The token stands in the address: it must not travel in a Referer, stay in a cache, or be found by a search.
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
SAVING = "X-Kesher-Save"  # the script sends what was typed so far, and wants no page back
CARRIED = "kesher.carried"


def respondents_page(view):
    """For views that answer a respondent: nothing is cached, and what goes wrong is said without losing what was typed."""

    @wraps(view)
    def page(request, *args, **kwargs):
        with translation.override(visitors_language(request)):
            try:
                response = view(request, *args, **kwargs)
            except (RequestDataTooBig, TooManyFieldsSent):
                text = _("Your answers were too long to be taken. Please go back, shorten them and send again.")
                response = message(request, 413, _("That was too much"), text)
            except DatabaseError:
                logger.exception("the database failed on the answer page")
                response = _not_reached(request)
        for name, value in PRIVATE.items():
            response.headers.setdefault(name, value)
        return response

    return page


def converse(request, way, address=None, **context):
    """Answer one request of somebody who comes over `way`.

    `address` gives the path at which a response goes on, where that is not the present one; `context` goes to the pages.
    """
    return (Carried if way.is_anonymous else Kept)(request, way, address, context).answer()


class Conversation:
    """What both have in common: which page is shown, in which language, with which texts."""

    def __init__(self, request, way, address, context):
        self.request, self.way, self.context = request, way, context
        self.address = address or (lambda response: request.path)
        way.stay_in(version_of(request.POST.get("opened", "")))
        self.version = way.version
        prefetch_related_objects([self.version], "survey", "questions")
        self.headline = self.version.headline
        self.opened = request.POST.get("opened") or opened_now(self.version)
        self.read()
        self.language = self._language()

    def answer(self):
        with translation.override(self.language):
            if self.way.entrance is not None and self.way.entrance.is_closed:
                return self.closed()
            return self.post() if self.request.method == "POST" else self.get()

    def form(self, page, **answers):
        known = self.known()
        return Questionnaire(self.version, self.pages.on(page), self.language, seed=self.way.seed or self.opened, known=known, **answers)

    def chosen_score(self):
        """The score of the button that led here, if it is one of the scale."""
        chosen = self.request.GET.get("score", "")
        return int(chosen) if self.headline and chosen in {str(number) for number in self.headline.scale} else None

    def show_form(self, form, page, status=200, **context):
        is_first = page == self.pages.first
        shared = {
            "form": form,
            "page": page,
            "place": self.pages.place(page),
            "pages": len(self.pages),
            "is_last": self.pages.after(page) == THANKS,
            "before": self.pages.before(page),
            "is_first": is_first,
            "is_optional": not any(question.is_required for question in self.pages.on(page)),
            "hello": self.way.contact if is_first and not self.way.is_anonymous else None,
            "is_anonymous": self.way.is_anonymous,
        }
        return self.show("collection/answer.html", {**shared, **context}, status)

    def show_thanks(self, band):
        own = f"thanks_{band}" if band in Band.values else ""
        name = own if own and self.version.text(own, self.language) else "thanks"
        closes_at = self.way.entrance.closes_at if self.way.entrance and not self.way.is_anonymous else None
        return self.show(
            "collection/thanks.html", {"thanks": self.text(name), "closes_at": closes_at, "is_anonymous": self.way.is_anonymous}
        )

    def show(self, template, context, status=200):
        shared = {
            "version": self.version,
            "first_page": self.pages.first,
            "score_page": self.pages.of_score,
            "language": self.language,
            "direction": direction(self.language),
            "languages": [(code, language_name(code)) for code in self.version.languages],
            "title": self.text("title"),
            "introduction": self.text("introduction"),
            "opened": self.opened,
            "scripted": "is_staff" not in self.context,
            **self.context,
        }
        return dressed(self.request, template, {**shared, **context}, page_look(self.version.survey_id), status)

    def message(self, status, title, text):
        return message(self.request, status, title, text, self.language, self.version.survey_id)

    def text(self, name):
        """A text of the version, with what it recalls."""
        return recalled(self.version.text(name, self.language), self.known())

    def redirect(self, response=None, **query):
        """After a POST, so that a reload does not post again."""
        found = QueryDict(mutable=True)
        found.update({"lang": self.language, **query})
        return HttpResponseRedirect(f"{self.address(response)}?{found.urlencode()}")

    def closed(self):
        if self.way.entrance.is_yet_to_open:
            day = timezone.localtime(self.way.entrance.opens_at)
            text = _("It opens on %(day)s.") % {"day": date_format(day, "DATETIME_FORMAT")}
            return self.message(403, _("This survey is not open yet"), text)
        if self.way.has_taken_part or (self.way.response and self.way.response.state == Response.State.COMPLETE):
            text = _("We have your answers, thank you. They can no longer be changed.")
        else:
            text = _("We no longer take answers to this survey. Thank you for wanting to tell us.")
        return self.message(410, _("This survey is closed"), text)

    def _language(self):
        """The one asked for, else the one answered in, else the one invited in, else the browser's, else the survey's own."""
        asked = (self.request.POST if self.request.method == "POST" else self.request.GET).get("lang", "")
        answered = self.way.response.language if self.way.response else ""
        browsers = [] if self.way.language else accepted_languages(self.request)
        spoken = self.version.languages
        wished = [asked, answered, self.way.language, *browsers, self.version.default_language]
        return next((language for language in wished if language in spoken), spoken[0] if spoken else "en")


class Kept(Conversation):
    """Each page is stored when it is sent, and gone on with from any device."""

    def read(self):
        """What was answered so far, and the pages that it leads over."""
        self.response = self.way.response
        if self.response is not None:
            self.response.version = self.version  # whose questions are at hand
        self.stored = stored_answers(self.response)
        self.pages = Pages(self.version, self.stored, self.way.facts)

    def known(self):
        answers = self.response.answers.all() if self.response else []
        return recallable(self.version, answers, self.way.facts, self.language)

    def get(self):
        asked = self.request.GET.get("page", "")
        page = self.pages.of_score if "score" in self.request.GET else self.pages.asked_for(asked, self.response)
        if page == THANKS:
            return self.show_thanks(self.response.band if self.response else "")
        stored, chosen = dict(self.stored), self.chosen_score()
        if chosen is not None:
            stored[self.headline.key] = chosen
        is_new = chosen is not None and chosen != self.stored.get(self.headline.key)
        return self.show_form(self.form(page, stored=stored), page, chosen_score=chosen if is_new else None)

    def post(self):
        page = self.pages.asked_for(self.request.POST.get("page", ""), self.response) or self.pages.first
        form = self.form(page, data=self.request.POST)
        is_right, is_saving = form.is_valid(), SAVING in self.request.headers
        pages = Pages(self.version, {**self.stored, **form.cleaned_data}, self.way.facts)
        finished = is_right and pages.after(page) == THANKS and not is_saving
        # What is right is kept even where another answer on the page has to be looked at again; but who
        # presses the button with nothing chosen has not begun to answer.
        keeps = any(not is_empty(value) for value in form.cleaned_data.values())
        if not keeps and self.response is None and (is_saving or not is_right):
            return HttpResponse(status=204 if is_right else 202) if is_saving else self.show_form(form, page, status=422)
        if self.response is None and not self.way.admits():
            return self.show_form(form, page, status=429, is_busy=True)
        try:
            self.response = self.way.response = self.way.take(form.cleaned_data, timezone.now(), finished, self.language)
        except Closed:
            return self.closed()
        except DatabaseError:
            logger.exception("answers could not be stored")
            return self.show_form(form, page, status=503, not_stored=True)
        self.pages = pages
        if is_saving:
            # 202: what is right is stored, something is not; the script then does not say "saved".
            return HttpResponse(status=204 if is_right else 202, headers={"X-Kesher-Address": self.address(self.response)})
        return self._lead_on(page) if is_right else self.show_form(form, page, status=422, keeps=keeps)

    def _lead_on(self, page):
        following = self.pages.after(page) or self.pages.next(self.response)
        return self.redirect(self.response, **({} if following == THANKS else {"page": following}))

    def show_form(self, form, page, status=200, **context):
        is_first, response = page == self.pages.first, self.response
        is_fresh = not form.is_bound
        kept = {
            "answered": response if is_first and response and response.completed_at and is_fresh else None,
            "missing": response is not None and is_first and self.pages.next(response) == page and is_fresh,
            "saved_score": response if not is_first and response and response.score is not None else None,
            "post_to": self.address(response) if response else self.request.path,
        }
        return super().show_form(form, page, status, **kept, **context)


class Carried(Conversation):
    """An anonymous survey: the answers travel in the pages, and are stored, whole, by the last of them."""

    def read(self):
        self.salt = f"{CARRIED}.{self.version.pk}"
        self.stored, self.is_broken = {}, False
        if sent := self.request.POST.get("so_far"):
            try:
                self.stored = signing.loads(sent, salt=self.salt)
            except signing.BadSignature:
                self.is_broken = True
        self._lead_over()

    def _lead_over(self):
        self.pages = Pages(self.version, self.stored, {})

    def known(self):
        questions = {question.key: question for question in self.version.questions.all()}
        given = {key: as_columns(questions[key], value) for key, value in self.stored.items() if key in questions}
        answers = [Answer(question_key=key, **columns) for key, columns in given.items() if columns]
        return recallable(self.version, answers, {}, self.language)

    def get(self):
        if self.way.has_taken_part:
            return self.took_part()
        chosen = self.chosen_score()
        if chosen is not None:
            self.stored[self.headline.key] = chosen
        return self.show_page(self.pages.first, chosen_score=chosen)

    def post(self):
        page = self.pages.named(self.request.POST.get("page", "")) or self.pages.first
        if self.is_broken or (page != self.pages.first and "so_far" not in self.request.POST):
            return self.broken()
        form = self.form(page, data=self.request.POST)
        is_right = form.is_valid()
        if SAVING in self.request.headers:
            return HttpResponse(status=204)  # nothing is kept half-way
        self.stored |= form.cleaned_data
        self._lead_over()
        if "back" in self.request.POST and self.pages.before(page):
            return self.show_page(self.pages.before(page))
        if not is_right:
            return self.show_form(form, page, status=422)
        following = self.pages.after(page) or self.pages.lacking()
        return self.show_page(following) if following else self._finish(form, page)

    def _finish(self, form, page):
        if not self.way.admits():
            return self.show_form(form, page, status=429, is_busy=True)
        try:
            self.way.take_anonymously(self.stored, timezone.now(), self.language)
        except Closed:
            return self.closed()
        except TookPart:
            return self.took_part()
        except ValidationError as error:
            form.add_error(None, error)
            return self.show_form(form, page, status=422)
        except DatabaseError:
            logger.exception("an anonymous response could not be stored")
            return self.show_form(form, page, status=503, not_stored=True)
        self.way.is_done = True
        return self.show_thanks(self.pages.band())  # no redirect: an address would keep the band

    def show_page(self, page, **context):
        return self.show_form(self.form(page, stored=self.stored), page, **context)

    def show_form(self, form, page, status=200, **context):
        return super().show_form(form, page, status, so_far=signing.dumps(self.stored, salt=self.salt), **context)

    def broken(self):
        text = _("Your answers did not arrive whole, and nothing was stored. Please open the survey again and answer it once more.")
        return self.message(400, _("Please start again"), text)

    def took_part(self):
        text = _("Thank you. This survey is anonymous: nobody can tell which answers are yours, and so they can not be changed any more.")
        return self.message(200, _("You have taken part"), text)


def message(request, status, title, text, language=None, survey_pk=None):
    """A page that only says something, in the respondent's language, or in the browser's where there is none."""
    context = {"title": title, "text": text, **_spoken(language or translation.get_language())}
    return dressed(request, "collection/message.html", context, page_look(survey_pk), status)


def _not_reached(request):
    """Not even the questions can be read: keep what was typed on the page, to be sent again."""
    posted = [(name, value) for name, values in request.POST.lists() for value in values if _is_own(name)]
    context = {"posted": posted, **_spoken(translation.get_language())}
    return dressed(request, "collection/not_reached.html", context, plain_page_look(), 503)


def _spoken(language):
    return {"language": language, "direction": direction(language)}


def _is_own(name):
    return name in ("page", "lang", "so_far", "opened") or name.startswith(f"{PREFIX}-")
