"""Adding, changing, moving and removing the questions of a draft: in place with htmx, on pages of their own without."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views import View
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget

from feedback_site.access.permissions import MANAGES_SURVEYS, RoleRequiredMixin, role_required
from feedback_site.numbers import whole_number
from surveys.authoring import drafts, queries
from surveys.authoring.editor_views import after_change, step
from surveys.authoring.forms import QuestionForm
from surveys.authoring.models import FrozenVersionError, Question, SurveyVersion
from surveys.authoring.stamps import GONE, stamp_of_draft, stamp_of_question

STEPS = {"-1": -1, "1": 1}  # as the buttons send them


class QuestionEditor(RoleRequiredMixin, View):
    """One form for a new question and for one that is there; only drafts have any to edit."""

    roles = MANAGES_SURVEYS

    def question(self, request, pk):
        """The question to be edited; None where it is not there any more."""
        return queries.in_drafts().filter(pk=pk).first()

    def get(self, request, pk):
        question = self.question(request, pk)
        return self._show(QuestionForm(question)) if question else _gone(request)

    def post(self, request, pk):
        question = self.question(request, pk)
        if question is None:
            return _gone_while_typing(request, pk)
        is_new, version = question.pk is None, question.version
        form = QuestionForm(question, request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        what = gettext_noop("added a question") if is_new else gettext_noop("changed “%(question)s”")
        try:
            with step(request, version, what, question):
                drafts.save_question(version, form.filled(), seen=request.POST.get("seen"))
        except FrozenVersionError as error:
            return after_change(request, version.pk, error=error.messages[0])
        except ValidationError as error:
            form.add_error(None, error)
            return self._show(form, status=422)
        said = _("Saved: %(row)s.") % {"row": question}
        return after_change(request, version.pk, said=said, focus=f"#question-{question.pk}")

    def _show(self, form, status=200):
        stored = queries.in_drafts().filter(pk=form.question.pk).first() if form.question.pk else None
        seen = stamp_of_question(stored) if stored else ""
        context = {"form": form, "question": form.question, "version": form.question.version, "seen": seen}
        if self.request.htmx:
            form.auto_id = f"id-{form.question.pk or 'new'}-%s"  # of two forms on one page
            return render(self.request, "authoring/question_form.html", {**context, "in_place": True}, status=status)
        return render(self.request, "authoring/question.html", context, status=status)


class EditQuestion(QuestionEditor):
    pass


class AddQuestion(QuestionEditor):
    def question(self, request, pk):
        version = get_object_or_404(SurveyVersion.objects.select_related("survey"), pk=pk, state=SurveyVersion.State.DRAFT)
        type_ = request.GET.get("type", "")
        if type_ not in Question.Type.values:
            raise Http404
        is_required = type_ in Question.SCALES and version.headline is None
        return Question(version=version, type=type_, key=drafts.free_question_key(version, type_), is_required=is_required)


@require_POST
@role_required(*MANAGES_SURVEYS)
def move(request, pk):
    """Up or down by one, or to a `place` from 1, where there is one; the focus stays with the question that moved."""
    question = queries.in_drafts().filter(pk=pk).first()
    if question is None:
        return _gone(request)
    order = list(question.version.questions.values_list("pk", flat=True))
    named, by = request.POST.get("place"), request.POST.get("by", "1")
    wanted = order.index(pk) + 1 + STEPS.get(by, 0) if named is None else whole_number(named)
    if wanted is None or by not in STEPS:
        raise Http404
    try:
        with step(request, question.version, gettext_noop("moved “%(question)s”"), question):
            place = drafts.place_question(question, wanted, seen=request.POST.get("seen"))
            if named is not None and place != wanted:
                raise Http404
    except ValidationError as error:
        return after_change(request, question.version_id, error=error.messages[0])
    said = _("“%(question)s” is now question %(place)s.") % {"question": question, "place": place} if request.htmx else ""
    button = f" [value='{by}']:not(:disabled)" if named is None else ""
    return after_change(request, question.version_id, said=said, focus=f"#question-{pk}{button}")


class DeleteQuestion(RoleRequiredMixin, View):
    """GET asks, POST removes; with htmx nobody is asked, as the step can be taken back."""

    roles = MANAGES_SURVEYS

    def get(self, request, pk):
        question = get_object_or_404(queries.in_drafts(), pk=pk)
        seen = stamp_of_draft(question.version)
        return render(request, "authoring/delete_question.html", {"question": question, "seen": seen})

    def post(self, request, pk):
        question = queries.in_drafts().filter(pk=pk).first()
        if question is None:
            return _gone(request)
        try:
            with step(request, question.version, gettext_noop("removed “%(question)s”"), question):
                drafts.delete_question(question, seen=request.POST.get("seen"))
        except ValidationError as error:
            return after_change(request, question.version_id, error=error.messages[0])
        return after_change(request, question.version_id, said=_("The question is removed from the draft."), focus="#take-back")


def _gone(request):
    """Somebody else was faster: the list as it is now says so."""
    version = request.POST.get("version") or request.GET.get("version", "")
    if not version.isdecimal() or len(version) > 18:
        raise Http404
    return after_change(request, int(version), error=str(GONE))


def _gone_while_typing(request, pk):
    """Nothing can be saved, but the form stays, so that what was typed can be copied out of it."""
    if not request.htmx:
        return _gone(request)
    told = render(request, "authoring/gone.html", {"error": GONE}, status=409)
    return reswap(retarget(told, f"#told-{pk}"), "innerHTML")
