"""Pages on which the questions of a draft are added, changed, moved and removed."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST

from feedback_site.access.permissions import MANAGES_SURVEYS, RoleRequiredMixin, role_required
from surveys.authoring import drafts, queries
from surveys.authoring.forms import QuestionForm
from surveys.authoring.models import FrozenVersionError, Question, SurveyVersion
from surveys.authoring.stamps import stamp_of_question


class QuestionEditor(RoleRequiredMixin, View):
    """One form for a new question and for one that is there; only drafts have any to edit."""

    roles = MANAGES_SURVEYS

    def question(self, request, pk):
        return get_object_or_404(queries.in_drafts(), pk=pk)

    def get(self, request, pk):
        question = self.question(request, pk)
        return self._show(QuestionForm(question))

    def post(self, request, pk):
        question = self.question(request, pk)
        form = QuestionForm(question, request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            drafts.save_question(question.version, form.filled(), seen=request.POST.get("seen"))
        except FrozenVersionError as error:
            messages.error(request, error.message)
        except ValidationError as error:
            form.add_error(None, error)
            return self._show(form, status=422)
        messages.success(request, _("Saved: %(row)s.") % {"row": question})
        return redirect("authoring:survey", question.version.survey_id)

    def _show(self, form, status=200):
        stored = queries.in_drafts().filter(pk=form.question.pk).first() if form.question.pk else None
        seen = stamp_of_question(stored) if stored else ""
        context = {"form": form, "question": form.question, "version": form.question.version, "seen": seen}
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
    """Up or down by one; a question of a version that was published meanwhile is no longer there to move."""
    question = get_object_or_404(queries.in_drafts(), pk=pk)
    try:
        drafts.move_question(question, -1 if request.POST.get("by") == "-1" else 1)
    except FrozenVersionError as error:
        messages.error(request, error.message)
    # The fragment brings the keyboard back to the question that moved.
    return redirect(f"{reverse('authoring:survey', args=[question.version.survey_id])}#question-{question.pk}")


class DeleteQuestion(RoleRequiredMixin, View):
    """GET asks, POST removes."""

    roles = MANAGES_SURVEYS

    def get(self, request, pk):
        question = get_object_or_404(queries.in_drafts(), pk=pk)
        return render(request, "authoring/delete_question.html", {"question": question})

    def post(self, request, pk):
        question = get_object_or_404(queries.in_drafts(), pk=pk)
        try:
            drafts.delete_question(question)
            messages.success(request, _("The question is removed from the draft."))
        except FrozenVersionError as error:
            messages.error(request, error.message)
        return redirect("authoring:survey", question.version.survey_id)
