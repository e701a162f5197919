"""Pages of suggested themes: to accept, to discard, and to ask for newer ones."""

from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from analytics.text.tasks import hint_suggestions
from analytics.text.themes import catalogue, suggest
from analytics.text.themes.forms import AcceptForm
from analytics.text.themes.suggest import LANGUAGES, LEAST_TEXTS, STEPS, examples_for
from analytics.text.themes.suggestion_models import ThemeSuggestion
from analytics.text.themes.views import done
from feedback_site.access.permissions import MANAGES_SURVEYS, role_required

State = ThemeSuggestion.State


@dataclass(frozen=True)
class InLanguage:
    """The suggestions in one language with their examples; `texts` is how many uncovered texts they were looked for in."""

    language: str
    texts: int | None
    suggestions: list[tuple[ThemeSuggestion, list]]


@role_required(*MANAGES_SURVEYS)
def suggestions(request):
    """htmx asks for the changing part only, as long as they are being made."""
    now = suggest.mark()
    known = list(ThemeSuggestion.objects.exclude(state=State.ACCEPTED))
    waiting = [one for one in known if one.state == State.OPEN]
    examples = examples_for(request.user, waiting)
    groups = [
        InLanguage(language, now.texts.get(language), [(one, examples[one.pk]) for one in waiting if one.language == language])
        for language in LANGUAGES
    ]
    context = {
        "mark": now,
        "groups": groups,
        "discarded": [one for one in known if one.state == State.DISCARDED],
        "is_waiting": now.wanted_at is not None,
        "percent": round(100 * now.steps / STEPS) if now.begun_at and now.wanted_at and now.begun_at > now.wanted_at else 0,
        "least": LEAST_TEXTS,
    }
    return render(request, "themes/suggestions_body.html" if request.htmx else "themes/suggestions.html", context)


@role_required(*MANAGES_SURVEYS)
@require_POST
def ask(request):
    suggest.ask_for_suggestions()
    hint_suggestions()
    return redirect("themes:suggestions")


@role_required(*MANAGES_SURVEYS)
def accept(request, pk):
    """A theme of one's own with the suggested terms: to be named, changed and placed first."""
    found = ThemeSuggestion.objects.filter(pk=pk, state=State.OPEN).first()
    if found is None:
        return no_longer_open(request)
    form = AcceptForm(request.POST or None, suggestion=found)
    if request.method == "POST" and form.is_valid():
        new = done(form, suggest.accept, request.user, found, lambda: catalogue.add(request.user, form.draft))
        if new:
            messages.success(request, _("Saved: %(row)s. All texts are searched for it now.") % {"row": new})
            return redirect("themes:suggestions")
        if not form.errors:
            return no_longer_open(request)
    context = {"form": form, "suggestion": found, "examples": examples_for(request.user, [found], shown=10)[found.pk]}
    return render(request, "themes/accept.html", context)


@role_required(*MANAGES_SURVEYS)
@require_POST
def discard(request, pk):
    found = ThemeSuggestion.objects.filter(pk=pk).first()
    if found is None or not suggest.discard(request.user, found):
        return no_longer_open(request)
    messages.success(request, _("Discarded: %(row)s. It stands below, and can be brought back.") % {"row": found})
    return redirect("themes:suggestions")


@role_required(*MANAGES_SURVEYS)
@require_POST
def bring_back(request, pk):
    suggest.bring_back(request.user, get_object_or_404(ThemeSuggestion, pk=pk))
    return redirect("themes:suggestions")


def no_longer_open(request):
    """To the suggestions that there are, and what became of the other."""
    told = _("This suggestion is no longer open: somebody else decided on it, or newer ones took its place. These are the open ones.")
    messages.warning(request, told)
    return redirect("themes:suggestions")
