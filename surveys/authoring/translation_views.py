"""Pages on which a survey's texts are translated, side by side or by a translator's file."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views import View
from django.views.decorators.http import require_GET

from feedback_site.access.permissions import MANAGES_SURVEYS, RoleRequiredMixin, role_required
from feedback_site.imports.problems import FileProblem, RowProblems
from feedback_site.tables import XLSX
from surveys.authoring import queries
from surveys.authoring.editor_views import step
from surveys.authoring.models import FrozenVersionError
from surveys.authoring.translation import save_translation, stamp_of_units, units
from surveys.authoring.translation_files import KINDS, written
from surveys.authoring.translation_forms import MISSING, LanguagePairForm, TranslationFileForm, TranslationForm
from surveys.authoring.translation_import import import_translation
from surveys.customers.languages import direction, language_name

TYPES = {"xlsx": XLSX, "po": "text/x-gettext-translation; charset=utf-8"}
MOST_PROBLEMS = 50


class TranslationMixin(RoleRequiredMixin):
    roles = MANAGES_SURVEYS

    def show(self, version, pair, status=200, form=None, file_form=None, **context):
        """The whole page; what was typed, or is wrong with a file, is shown in its place."""
        listed = units(version, pair.source, pair.target)
        missing = sum(unit.is_missing for unit in listed)
        shown = [unit for unit in listed if unit.is_missing] if pair.only_missing else listed
        context = {
            "version": version,
            "pair": pair,
            "form": form or TranslationForm(shown, pair.target),
            "file_form": file_form or TranslationFileForm(),
            "seen": stamp_of_units(listed),
            "missing": missing,
            "total": len(listed),
            "source": {"code": pair.source, "name": language_name(pair.source), "direction": direction(pair.source)},
            "target": {"code": pair.target, "name": language_name(pair.target), "direction": direction(pair.target)},
            "address": f"?{address_of(pair)}",
            "all_texts": f"?{urlencode({'from': pair.source, 'to': pair.target})}",
            **context,
        }
        return render(self.request, "authoring/translation.html", context, status=status)


def address_of(pair):
    return urlencode({"from": pair.source, "to": pair.target, **({"only": MISSING} if pair.only_missing else {})})


def version_or_404(pk):
    return get_object_or_404(queries.with_questions(), pk=pk)


def version_and_pair_or_404(request, pk):
    version = version_or_404(pk)
    if len(version.languages) < 2:
        raise Http404
    return version, LanguagePairForm(version, request.GET)


class Translate(TranslationMixin, View):
    """Two languages of a draft side by side. Of a published version there are the files alone."""

    def get(self, request, pk):
        version = version_or_404(pk)
        if len(version.languages) < 2:
            messages.info(request, _("The survey has one language. Add the one to translate it into; its texts come after that."))
            return redirect("authoring:texts", pk)
        return self.show(version, LanguagePairForm(version, request.GET))

    def post(self, request, pk):
        version, pair = version_and_pair_or_404(request, pk)
        posted = [unit for unit in units(version, pair.source, pair.target) if unit.id in request.POST]
        form = TranslationForm(posted, pair.target, request.POST)
        if not form.is_valid():
            return self.show(version, pair, 422, form)
        try:
            with step(request, version, gettext_noop("changed the translation")):
                changed = save_translation(version, pair.source, pair.target, form.cleaned_data, request.POST.get("seen"))
        except FrozenVersionError as error:
            messages.error(request, error.message)
            return redirect("authoring:survey", version.survey_id)
        except ValidationError as error:
            form.add_error(None, error)
            return self.show(version, pair, 422, form)
        messages.success(request, ngettext("%(n)s text changed", "%(n)s texts changed", changed) % {"n": changed})
        return redirect(f"{reverse('authoring:translation', args=[pk])}?{address_of(pair)}")


@require_GET
@role_required(*MANAGES_SURVEYS)
def export(request, pk, kind):
    version, pair = version_and_pair_or_404(request, pk)
    if kind not in KINDS:
        raise Http404
    content = written(kind, version, units(version, pair.source, pair.target), pair.source, pair.target)
    answer = HttpResponse(content, content_type=TYPES[kind])
    name = f"{version.survey.key}-{version.number}-{pair.source}-{pair.target}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


class ImportTranslation(TranslationMixin, View):
    """What was imported is shown at once: a second import of the same file changes nothing."""

    def get(self, request, pk):
        return redirect(f"{reverse('authoring:translation', args=[pk])}?{request.GET.urlencode()}")

    def post(self, request, pk):
        version, pair = version_and_pair_or_404(request, pk)
        form = TranslationFileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(version, pair, 422, file_form=form)
        file = form.cleaned_data["file"]
        try:
            with step(request, version, gettext_noop("changed the translation")):
                outcome = import_translation(version, pair.source, pair.target, file.name, file.read())
        except FrozenVersionError as error:
            messages.error(request, error.message)
            return redirect("authoring:survey", version.survey_id)
        except (FileProblem, ValidationError) as error:
            form.add_error("file", error if isinstance(error, ValidationError) else str(error))
            return self.show(version, pair, 422, file_form=form)
        except RowProblems as error:
            return self.show(version, pair, 422, problems=error.problems[:MOST_PROBLEMS], problem_count=len(error.problems))
        return self.show(version_or_404(pk), pair, outcome=outcome)
