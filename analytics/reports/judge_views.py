"""Saying what the sentiment of a text is, and taking it back: in place with htmx, by a redirect without."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from analytics.reports.formats import account_of
from analytics.reports.judge_forms import JudgeForm
from analytics.reports.links import wanted_page
from analytics.text.judging import judge as judging
from analytics.text.models import judged_label
from analytics.text.themes.queries import mentions_in_use
from feedback_site.access.permissions import HANDLES_FEEDBACK, role_required
from surveys.collection.models import Answer


@require_POST
@role_required(*HANDLES_FEEDBACK)
def judge(request, pk):
    answer = get_object_or_404(Answer.objects.visible_to(request.user), pk=pk)
    form = JudgeForm(request.POST)
    if not form.is_valid():
        return _shown(request, answer, " ".join(error for errors in form.errors.values() for error in errors))
    try:
        judging.judge(answer, form.cleaned_data["label"], request.user, read_at=form.cleaned_data["answer_updated_at"])
    except judging.CanNotJudge as problem:
        return _shown(request, answer, str(problem))
    label = judged_label(form.cleaned_data["label"])
    said = _("%(account)s: the sentiment of the text is now “%(label)s”.") % {"account": account_of(answer.response), "label": label}
    return _shown(request, answer, said=said, undo=reverse("reports:take_back", args=[pk]))


@require_POST
@role_required(*HANDLES_FEEDBACK)
def take_back(request, pk):
    answer = get_object_or_404(Answer.objects.visible_to(request.user), pk=pk)
    judging.take_back(answer, request.user)
    said = _("%(account)s: what the program said of the text counts again.") % {"account": account_of(answer.response)}
    return _shown(request, answer, said=said)


def _shown(request, answer, problem="", said="", undo=""):
    """The sentiment as it is now; without htmx the page that one came from, where the text may have left the list, so it is told."""
    if not request.htmx:
        if problem:
            messages.error(request, problem)
        else:
            messages.success(request, said, extra_tags=undo)
        return HttpResponseRedirect(wanted_page(request, reverse("reports:response", args=[answer.response_id])))
    shown = Answer.objects.select_related("sentiment", "judgement__judged_by").prefetch_related(mentions_in_use())
    now = shown.get(pk=answer.pk)
    context = {"answer": now, "sentiment": getattr(now, "sentiment", None), "problem": problem, "is_fresh": not problem}
    of_page = {"next": request.POST.get("next", ""), "is_open": bool(request.POST.get("is_open")), "may_handle": True}
    return render(request, "reports/judged.html", {**context, **of_page})
