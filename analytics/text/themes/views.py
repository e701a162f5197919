"""Pages of the themes: the list, one theme, and what can be done with it."""

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from analytics.text.themes import catalogue
from analytics.text.themes.catalogue import ThemeRefused
from analytics.text.themes.find import progress as progress_now
from analytics.text.themes.forms import TERMS, MergeForm, SplitForm, ThemeForm
from analytics.text.themes.models import Theme
from analytics.text.themes.queries import COUNTED_DAYS, in_readers_order, preview, theme_choices, theme_tree, what_hangs_on
from feedback_site.access.permissions import EVERYONE, MANAGES_SURVEYS, role_required


@role_required(*EVERYONE)
def theme_list(request):
    search = request.GET.get("search", "").strip()[:100]
    may_edit = request.user.has_role(*MANAGES_SURVEYS)
    context = {
        "tree": theme_tree(request.user, search),
        "archived": theme_tree(request.user, search, is_active=False) if may_edit else [],
        "search": search,
        "days": COUNTED_DAYS,
        "may_edit": may_edit,
        "progress": progress_now(),
    }
    return render(request, "themes/list.html", context)


@role_required(*EVERYONE)
def progress(request):
    """The line that says how far the answers are, asked for while they move."""
    return render(request, "themes/progress.html", {"progress": progress_now(), "was_moving": True})


@role_required(*EVERYONE)
def theme(request, pk):
    """One theme: to change for those who may, to read for the others."""
    found = get_object_or_404(Theme.objects.select_related("parent"), pk=pk)
    if not request.user.has_role(*MANAGES_SURVEYS):
        return render(request, "themes/read.html", {"theme": found, "terms": terms_by_language(found)})
    form = ThemeForm(request.POST or None, theme=found)
    if request.method == "POST" and form.is_valid() and done(form, catalogue.change, request.user, found, form.draft):
        tell_saved(request, found)
        return redirect("themes:theme", found.pk)
    return render(request, "themes/theme.html", {"form": form, "theme": found, "progress": progress_now()})


def terms_by_language(theme):
    own = list(theme.terms.all())
    return [(language, [term.text for term in own if term.language == language]) for language in TERMS]


@role_required(*MANAGES_SURVEYS)
def add(request):
    form = ThemeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (new := done(form, catalogue.add, request.user, form.draft)):
        tell_saved(request, new)
        return redirect("themes:list")
    return render(request, "themes/theme.html", {"form": form, "theme": None})


@role_required(*MANAGES_SURVEYS)
@require_POST
def preview_terms(request):
    """What the terms in the form would find, before anything is saved."""
    form = ThemeForm(request.POST)
    form.is_valid()  # only the terms matter here
    errors = [error for language in TERMS for error in form.errors.get(f"terms_{language}", [])]
    found = None if errors else preview(request.user, form.terms)
    return render(request, "themes/preview.html", {"preview": found, "errors": errors})


@role_required(*MANAGES_SURVEYS)
def merge(request, pk):
    found = get_object_or_404(Theme, pk=pk)
    form = MergeForm(request.POST or None, theme=found)
    form.fields["into"].widget.choices = [("", _("Choose a theme")), *theme_choices(without=found)]
    name = found.name
    chosen = form.cleaned_data["into"] if request.method == "POST" and form.is_valid() else None
    if chosen and done(form, catalogue.merge, request.user, found, chosen):
        messages.success(request, _("“%(theme)s” is part of “%(into)s” now.") % {"theme": name, "into": chosen})
        return redirect("themes:theme", chosen.pk)
    context = {"form": form, "theme": found, "counts": what_hangs_on(found), "progress": progress_now()}
    return render(request, "themes/merge.html", context)


@role_required(*MANAGES_SURVEYS)
def split(request, pk):
    found = get_object_or_404(Theme, pk=pk)
    form = SplitForm(request.POST or None, theme=found)
    chosen = form.cleaned_data["terms"] if request.method == "POST" and form.is_valid() else None
    if chosen and (new := done(form, catalogue.split, request.user, found, form.names, chosen)):
        tell_saved(request, new)
        return redirect("themes:theme", new.pk)
    boxes = in_readers_order((box.data["value"].instance.language, box) for box in form["terms"])
    return render(request, "themes/split.html", {"form": form, "theme": found, "boxes": boxes})


@role_required(*MANAGES_SURVEYS)
def archive(request, pk):
    found = get_object_or_404(Theme, pk=pk)
    if request.method == "POST":
        try:
            n = catalogue.archive(request.user, found)
        except ThemeRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, ngettext("%(n)d theme is out of use.", "%(n)d themes are out of use.", n) % {"n": n})
        return redirect("themes:list")
    return render(request, "themes/archive.html", {"theme": found, "counts": what_hangs_on(found, in_use=True)})


@role_required(*MANAGES_SURVEYS)
@require_POST
def restore(request, pk):
    try:
        n = catalogue.restore(request.user, get_object_or_404(Theme, pk=pk))
    except ThemeRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, ngettext("%(n)d theme is in use again.", "%(n)d themes are in use again.", n) % {"n": n})
    return redirect("themes:list")


@role_required(*MANAGES_SURVEYS)
def delete(request, pk):
    found, refusal = get_object_or_404(Theme, pk=pk), ""
    name = found.name
    if request.method == "POST":
        try:
            catalogue.delete(request.user, found)
        except ThemeRefused as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("Deleted: %(row)s.") % {"row": name})
            return redirect("themes:list")
    context = {"theme": found, "counts": what_hangs_on(found), "refusal": refusal}
    return render(request, "themes/delete.html", context, status=409 if refusal else 200)


def tell_saved(request, theme):
    """With how many texts are searched again because of it."""
    now = progress_now()
    n = now.total - now.done
    again = ngettext("%(n)s text is searched again.", "%(n)s texts are searched again.", n) % {"n": intcomma(n)} if n else ""
    messages.success(request, " ".join(filter(None, (_("Saved: %(row)s.") % {"row": theme}, again))))


def done(form, change, *what):
    """What the change gives, or None with its refusal on the form."""
    try:
        return change(*what)
    except ThemeRefused as refused:
        form.add_error(None, str(refused))
        return None
