"""What the pages of the editor share: the list of questions as page and as fragment, and each change as a step to be taken back."""

from contextlib import contextmanager

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import reswap, retarget, trigger_client_event

from feedback_site.access.permissions import MANAGES_SURVEYS, role_required
from surveys.authoring import drafts, queries, undo
from surveys.authoring.checks import problems
from surveys.authoring.estimate import LONG, minutes
from surveys.authoring.flow import puts_score_first
from surveys.authoring.models import FrozenVersionError, Question
from surveys.authoring.rules import in_words
from surveys.authoring.stamps import stamp_of_draft
from surveys.authoring.wordings import wordings


def editor_context(request, version):
    """What the list of questions shows, with what is missing and how long it takes to answer."""
    steps = undo.steps_of(request.session, version) if version.is_draft else []
    return {
        "version": version,
        "survey": version.survey,
        "questions": [(question, wordings(question), in_words(question, get_language())) for question in version.questions.all()],
        "problems": problems(version) if version.is_draft else [],
        "minutes": minutes(version, version.default_language),
        "longest": LONG,
        "puts_score_first": puts_score_first(version),
        "types": Question.Type.choices,
        "last_step": undo.in_words(steps[-1]) if steps else "",
        "seen": stamp_of_draft(version) if version.is_draft else "",
    }


@contextmanager
def step(request, version, what, question=""):
    """A change of the draft inside of it can be taken back. The draft is locked, so that no other change gets into the step.

    Raises FrozenVersionError.
    """
    about = str(question)  # as it was called before
    with transaction.atomic():
        before = undo.snapshot(drafts.locked_draft(version))
        yield
        undo.remember(request.session, version, before, what, about)


def after_change(request, version_pk, said="", focus="", error=""):
    """The list as it is now: as a fragment for htmx, which then puts the focus where work goes on; else by a redirect."""
    version = get_object_or_404(queries.with_questions(), pk=version_pk)
    if not request.htmx:
        if said or error:
            (messages.error if error else messages.success)(request, error or said)
        place = focus.split(" ")[0] if focus.startswith("#question") else ""
        return redirect(f"{reverse('authoring:survey', args=[version.survey_id])}{place}")
    context, focus = {**editor_context(request, version), "editor_error": error}, "#editor-error" if error else focus
    response = reswap(retarget(render(request, "authoring/editor.html", context), "#editor"), "outerHTML")
    return trigger_client_event(response, "draft-changed", {"focus": focus, "said": said}, after="settle")


@require_POST
@role_required(*MANAGES_SURVEYS)
def take_back(request, pk):
    """Undo of the last step in this draft."""
    version = get_object_or_404(queries.with_questions(), pk=pk)
    try:
        what = undo.take_back(request.session, version)
    except (undo.ChangedSince, FrozenVersionError) as refused:
        return after_change(request, pk, error=refused.messages[0])
    said = _("Taken back: %(step)s") % {"step": what} if what else _("There is nothing to take back.")
    return after_change(request, pk, said=said, focus="#take-back")


@require_GET
@role_required(*MANAGES_SURVEYS)
def questions(request, pk):
    """The list alone, as it is now: where an edit in place was given up, with the focus on what had opened it."""
    question, type_ = request.GET.get("question", ""), request.GET.get("type", "")
    focus = f"#question-{question} [data-edit]" if question.isdecimal() else f"#add-{type_}" if type_ in Question.Type.values else ""
    return after_change(request, pk, focus=focus)
