"""How often the reading of texts is wrong, and the page on which people find out: texts drawn at random."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic import View

from analytics.reports.error_rates import LEAST, readings
from analytics.reports.judge_forms import SKIP, CheckForm
from analytics.text.engines import built_in
from analytics.text.judging import sample
from analytics.text.judging.judge import CanNotJudge, judge
from analytics.text.judging.models import Drawn
from analytics.text.models import Judgement
from feedback_site.access.permissions import EVERYONE, HANDLES_FEEDBACK, RoleRequiredMixin, role_required
from feedback_site.numbers import whole_number


@role_required(*EVERYONE)
def quality(request):
    context = {
        "readings": readings(request.user),
        "skipped": sample.skipped(request.user),
        "least": LEAST,
        "may_handle": request.user.has_role(*HANDLES_FEEDBACK),
    }
    return render(request, "reports/quality.html", context)


class Check(RoleRequiredMixin, View):
    """GET shows the text in hand; every POST says something of it, if there is one, and draws the next."""

    roles = HANDLES_FEEDBACK

    def get(self, request):
        return self._shown(request, _language_in(request.GET), request.GET.get("last", ""))

    def post(self, request):
        language, form = _language_in(request.POST), CheckForm(request.POST)
        last = self._said(form) if form.is_valid() else ""
        if sample.draw(request.user, language) is None:
            messages.info(request, _("Every text that you see is judged. New ones come in with the next answers."))
        if request.htmx:
            return self._shown(request, language, last)
        return HttpResponseRedirect(f"{reverse('reports:check')}?{urlencode({'language': language, 'last': last})}")

    def _said(self, form):
        """The key of the answer that was judged, '' where it was skipped or could not be judged."""
        said, user = form.cleaned_data, self.request.user
        drawn = get_object_or_404(Drawn.objects.visible_to(user).select_related("answer"), answer=said["answer"])
        if drawn.held_by_id != user.pk:
            messages.info(self.request, _("Somebody else got that text meanwhile. Here is another one."))
        elif said["label"] == SKIP:
            sample.skip(drawn)
        else:
            try:
                judge(drawn.answer, said["label"], user, is_sampled=True, read_at=said["answer_updated_at"])
                return str(drawn.answer_id)
            except CanNotJudge as problem:
                messages.error(self.request, str(problem))
        return ""

    def _shown(self, request, language, last):
        user = request.user
        drawn = sample.in_hand(user, language)
        context = {
            "drawn": drawn,
            "question": _question_of(drawn.answer) if drawn else "",
            "of_language": language,  # base.html has a `language`, that of the page
            "languages": sorted(built_in.covered_languages()),
            "last": _judgement_of(user, last),
            "judged": sample.judged(user, language),
            "skipped": sample.skipped(user, language),
            "least": LEAST,
        }
        if context["judged"] >= LEAST:
            context["readings"] = [one for one in readings(user) if language in ("", one.language)]
        return render(request, "reports/check_inside.html" if request.htmx else "reports/check.html", context)


def _question_of(answer):
    """In the language of the page: “what should we improve?” tells praise from blame where the answer is one word."""
    question = answer.response.version.questions.filter(key=answer.question_key).first()
    return question.text("label", get_language()) if question else ""


def _language_in(query):
    language = query.get("language", "")
    return language if language in built_in.covered_languages() else ""


def _judgement_of(user, last):
    number = whole_number(last, 18)
    return Judgement.objects.visible_to(user).filter(answer=number, judged_by=user).first() if number else None
