"""Pages by which a survey leaves as a JSON file, and comes in, and two versions are compared."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_GET

from feedback_site.access.permissions import MANAGES_SURVEYS, RoleRequiredMixin, role_required
from surveys.authoring import exchange, queries
from surveys.authoring.compare import changed_questions, changed_texts
from surveys.authoring.forms import SurveyFileForm
from surveys.authoring.models import Survey


@require_GET
@role_required(*MANAGES_SURVEYS)
def export(request, pk):
    version = get_object_or_404(queries.with_questions(), pk=pk)
    name = f"{slugify(version.survey.key)}-{version.number}.json"
    answer = JsonResponse(exchange.as_json(version), json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_GET
@role_required(*MANAGES_SURVEYS)
def compare(request, pk):
    """Two versions side by side: those named in the address, else the last two."""
    survey = get_object_or_404(Survey, pk=pk)
    versions = list(queries.with_questions().filter(survey=survey).order_by("-number"))
    if not versions:
        raise Http404
    by_number = {str(version.number): version for version in versions}
    after = by_number.get(request.GET.get("after", ""), versions[0])
    before = by_number.get(request.GET.get("before", ""), versions[1] if len(versions) > 1 else versions[0])
    context = {
        "survey": survey,
        "versions": versions,
        "before": before,
        "after": after,
        "texts": changed_texts(before, after),
        "questions": changed_questions(before, after),
    }
    return render(request, "authoring/compare.html", context)


@require_GET
@role_required(*MANAGES_SURVEYS)
def schema(request):
    """What such a file holds, as JSON Schema."""
    return FileResponse(exchange.SCHEMA_FILE.open("rb"), as_attachment=True, content_type="application/schema+json")


class ImportSurvey(RoleRequiredMixin, View):
    """All of the file becomes a draft, or nothing; what is wrong is named by its place in the file."""

    roles = MANAGES_SURVEYS

    def get(self, request):
        return self._show(SurveyFileForm())

    def post(self, request):
        form = SurveyFileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            survey = exchange.create_from(exchange.read(form.cleaned_data["file"].read()), request.user)
        except ValidationError as error:
            form.add_error("file", error)
            return self._show(form, status=422)
        messages.success(request, _("The survey is here, as a draft."))
        return redirect("authoring:survey", survey.pk)

    def _show(self, form, status=200):
        return render(self.request, "authoring/import.html", {"form": form}, status=status)
