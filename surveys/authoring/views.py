"""Pages on which surveys are written, checked, published and previewed."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views import View
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, FormView
from django_filters.views import FilterView

from feedback_site.access.permissions import MANAGES_SURVEYS, RoleRequiredMixin, role_required
from surveys.authoring import drafts, queries
from surveys.authoring.checks import problems
from surveys.authoring.editor_views import editor_context, step
from surveys.authoring.filters import SurveyFilter
from surveys.authoring.forms import LanguagesForm, TextsForm
from surveys.authoring.models import FrozenVersionError, Survey
from surveys.authoring.preview import preview_context
from surveys.authoring.publish import publish
from surveys.authoring.stamps import stamp_of_texts
from surveys.authoring.starters import STARTERS
from surveys.authoring.wordings import texts_of
from surveys.customers.languages import language_name


class AuthoringMixin(RoleRequiredMixin):
    roles = MANAGES_SURVEYS


class SurveyList(AuthoringMixin, FilterView):
    filterset_class = SurveyFilter
    template_name = "authoring/surveys.html"
    paginate_by = 25
    context_object_name = "surveys"

    def get_queryset(self):
        return queries.listed()


class CreateSurvey(AuthoringMixin, FormView):
    """A ready-made survey in one click, or an empty one."""

    form_class = LanguagesForm
    template_name = "authoring/create.html"

    def get_context_data(self, **context):
        return super().get_context_data(starters=STARTERS.values(), **context)

    def post(self, request, *args, **kwargs):
        starter = STARTERS.get(request.POST.get("starter", ""))
        if starter is None:
            return super().post(request, *args, **kwargs)
        return redirect("authoring:survey", drafts.create_survey(str(starter.name), list(starter.texts), request.user, starter).pk)

    def form_valid(self, form):
        survey = drafts.create_survey(form.cleaned_data["name"], form.cleaned_data["languages"], self.request.user, **form.asked)
        return redirect("authoring:texts", survey.draft.pk)


class SurveyPage(AuthoringMixin, DetailView):
    """A survey with its versions; the draft, or else the published version, in full."""

    model = Survey
    template_name = "authoring/survey.html"

    def get_context_data(self, **context):
        versions = list(queries.versions_of(self.object))
        wanted = self.request.GET.get("version", "")
        shown = next((version for version in versions if str(version.number) == wanted), versions[0] if versions else None)
        version = queries.with_questions().get(pk=shown.pk) if shown else None
        return super().get_context_data(
            versions=versions,
            **(editor_context(self.request, version) if version else {"version": None}),
            languages=[(code, language_name(code)) for code in version.languages] if version else [],
            texts=texts_of(version) if version else [],
            published=next((one for one in versions if one.state == one.State.PUBLISHED), None),
            draft=next((one for one in versions if one.is_draft), None),
            **context,
        )


@require_POST
@role_required(*MANAGES_SURVEYS)
def new_draft(request, pk):
    drafts.new_draft(get_object_or_404(Survey, pk=pk))
    return redirect("authoring:survey", pk)


class EditTexts(AuthoringMixin, View):
    """Name, languages and texts of a draft, the languages side by side."""

    def get(self, request, pk):
        version = get_object_or_404(queries.with_questions(), pk=pk)
        if not version.is_draft:
            return redirect("authoring:survey", version.survey_id)
        return self._show(version, TextsForm(version))

    def _show(self, version, form, status=200):
        seen = stamp_of_texts(queries.with_questions().get(pk=version.pk))
        return render(self.request, "authoring/texts.html", {"version": version, "form": form, "seen": seen}, status=status)

    def post(self, request, pk):
        version = get_object_or_404(queries.with_questions(), pk=pk)
        form = TextsForm(version, request.POST)
        if not form.is_valid():
            return self._show(version, form, status=422)
        data, seen = form.cleaned_data, request.POST.get("seen")
        try:
            with step(request, version, gettext_noop("changed the texts")):
                drafts.save_texts(version, data["name"], data["languages"], data["default_language"], form.texts(), seen, **form.asked)
        except FrozenVersionError as error:
            messages.error(request, error.message)
            return redirect("authoring:survey", version.survey_id)
        except ValidationError as error:
            form.add_error(None, error)
            return self._show(version, form, status=422)
        if set(data["languages"]) - set(version.languages):
            return redirect("authoring:texts", version.pk)
        return redirect("authoring:survey", version.survey_id)


class Publish(AuthoringMixin, View):
    """GET tells what publishing means and what is missing; POST publishes."""

    def get(self, request, pk):
        version = get_object_or_404(queries.with_questions(), pk=pk)
        if not version.is_draft:
            return redirect("authoring:survey", version.survey_id)
        context = {"version": version, "problems": problems(version), "published": version.survey.published}
        return render(request, "authoring/publish.html", context)

    def post(self, request, pk):
        version = get_object_or_404(queries.with_questions(), pk=pk)
        try:
            if publish(version, request.user):
                messages.success(request, _("Version %(number)s is published.") % {"number": version.number})
        except ValidationError as error:
            context = {"version": version, "problems": error.messages, "published": version.survey.published}
            return render(request, "authoring/publish.html", context, status=422)
        return redirect("authoring:survey", version.survey_id)


@method_decorator([xframe_options_sameorigin, csp_replace({"frame-ancestors": [SELF]})], name="dispatch")
class Preview(AuthoringMixin, View):
    """The respondent's page as it will be; nothing is stored. The editor shows it beside the questions."""

    def get(self, request, pk):
        context = preview_context(get_object_or_404(queries.with_questions(), pk=pk), request.GET)
        with translation.override(context["language"]):
            return render(request, "collection/answer.html", context)
