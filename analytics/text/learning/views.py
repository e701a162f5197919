"""Which engine reads which language: what is in use, what could be, and models trained on the own answers."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from analytics.text.engines.features import RECIPES
from analytics.text.learning import choice, queries, training_data, trainings
from analytics.text.learning.models import TrainedModel
from analytics.text.learning.own_engine import OWN, OwnEngine
from analytics.text.tasks import hint_scoring, hint_training
from feedback_site.access.audit import record
from feedback_site.access.permissions import MANAGES_SURVEYS, role_required


@require_GET
@role_required(*MANAGES_SURVEYS)
def engines(request):
    """All languages, and below them which versions made the scores and how far reading again is."""
    chosen = choice.choices()
    line_ups = choice.line_ups(chosen)
    found = queries.read_by()
    context = {
        "pages": queries.language_pages(line_ups, chosen),
        "uncovered": [(queries.language_name(row.language), row.n) for row in found if row.n and row.language not in line_ups],
        **_progress_of(found, line_ups),
    }
    return render(request, "text/engines.html", context)


@require_GET
@role_required(*MANAGES_SURVEYS)
def progress(request):
    """The part of the page that follows how far reading again is."""
    return render(request, "text/progress.html", _progress_of(queries.read_by(), choice.line_ups()))


def _progress_of(found, line_ups):
    now = queries.progress(found, line_ups)
    rows = [(queries.language_name(row.language), queries.engine_name(row.engine), row) for row in found]
    return {"progress": now, "readings": [(queries.language_name(one.language), one) for one in now.readings], "rows": rows}


@require_GET
@role_required(*MANAGES_SURVEYS)
def language(request, language):
    """The part of the page about one language, which follows a training."""
    return render(request, "text/language.html", {"page": _page_or_404(language)})


@require_GET
@role_required(*MANAGES_SURVEYS)
def supply(request, language):
    """What a model could learn from, and the button that begins."""
    if language not in RECIPES:
        raise Http404
    return render(request, "text/supply.html", {"language": language, "supply": training_data.supply(language)})


@require_POST
@role_required(*MANAGES_SURVEYS)
def train(request, language):
    try:
        trainings.ask(language, request.user)
    except trainings.Refused as refused:
        messages.error(request, str(refused))
        return redirect("text:engines")
    hint_training()
    messages.success(request, _("The training begins; this page follows it. Nothing is switched by itself."))
    return redirect(reverse("text:engines") + f"#of-{language}")  # a reader of the screen goes on where the button was


@require_http_methods(["GET", "POST"])
@role_required(*MANAGES_SURVEYS)
def use(request, language, key):
    """Asks before the engine is changed, and says what that brings about."""
    engine, model = _engine_or_404(language, key)
    if request.method == "POST":
        return _changed(request, partial(_use, request, language, engine, model), _("Changed. The texts are read again in the background."))
    verdict = queries.model_row(model, engine).verdict if model else ""
    return _asked(request, language, engine, verdict=verdict, needs_consent=bool(model) and choice.needs_consent(language, model))


def _asked(request, language, engine, **more):
    """Whether `engine` shall read from now on."""
    context = {"page": _page_or_404(language), "offer": queries.offer_of(engine), "n": queries.to_read_again(language, engine), **more}
    return render(request, "text/use.html", context)


def _use(request, language, engine, model):
    is_asked = bool(model) and choice.needs_consent(language, model)
    although = is_asked and "although_not_better" in request.POST
    chosen = choice.use(language, engine.name, model, request.user, although_not_better=although)
    if although:
        record(request.user, chosen, {"although_not_better": queries.own_name(model.version)})


@require_http_methods(["GET", "POST"])
@role_required(*MANAGES_SURVEYS)
def restore(request, language):
    """The same for the engine that was in use before."""
    if request.method == "POST":
        said = _("The engine from before is in use again. The texts are read again in the background.")
        return _changed(request, partial(choice.restore, language, request.user), said)
    try:
        return _asked(request, language, choice.former_engine(language))
    except choice.NotOffered as refused:
        messages.error(request, str(refused))
        return redirect("text:engines")


def _changed(request, change, said):
    """Back at the page, with what was `said` of the change, or why it was refused."""
    try:
        change()
    except choice.NotOffered as refused:
        messages.error(request, str(refused))
    else:
        hint_scoring()
        messages.success(request, said)
    return redirect("text:engines")


def _page_or_404(language):
    chosen = choice.choices()
    line_up = choice.line_ups(chosen).get(language)
    if line_up is None:
        raise Http404
    models = TrainedModel.objects.filter(language=language).defer("data").select_related("created_by")
    return queries.language_page(line_up, chosen.get(language), list(models[: queries.MOST_MODELS]))


def _engine_or_404(language, key):
    """The engine that `key` names, and its model where it is an own one."""
    if key.startswith(f"{OWN}-") and key.removeprefix(f"{OWN}-").isdecimal():
        ready = TrainedModel.objects.filter(language=language, version=int(key.removeprefix(f"{OWN}-")), state=TrainedModel.State.READY)
        model = ready.defer("data").first()
        return (OwnEngine(model), model) if model else _not_found()
    engine = next((one for one in choice.engines_for(language) if one.name == key), None)
    return (engine, None) if engine else _not_found()


def _not_found():
    raise Http404
