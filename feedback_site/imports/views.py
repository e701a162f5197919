"""Pages of imports: list, upload, mapping, progress and result."""

import json

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView, TemplateView
from django_filters.views import FilterView

from feedback_site.access.permissions import IMPORTS, RoleRequiredMixin
from feedback_site.imports import mapping as mappings
from feedback_site.imports import progress, registry
from feedback_site.imports.begin import begin, table_of
from feedback_site.imports.check import shown
from feedback_site.imports.filters import ImportFilter
from feedback_site.imports.forms import MappingForm, UploadForm
from feedback_site.imports.models import ImportRun
from feedback_site.imports.problems import FileProblem
from feedback_site.imports.queries import problems_of, runs_with_people
from feedback_site.imports.run import enqueue, fault_text, reopen
from feedback_site.imports.tasks import hint_imports
from feedback_site.numbers import whole_number
from feedback_site.tables import Table, sent_as

State = ImportRun.State
PAGE = 25


class Page(RoleRequiredMixin):
    roles = IMPORTS


def kind_or_404(key):
    try:
        return registry.get(key)
    except KeyError:
        raise Http404 from None


class ListPage(Page, FilterView):
    template_name = "imports/list.html"
    filterset_class = ImportFilter
    paginate_by = PAGE

    def get_queryset(self):
        return runs_with_people()

    def get_context_data(self, **kwargs):
        labels = {kind.key: kind.label for kind in registry.kinds()}
        context = super().get_context_data(**kwargs)
        for run in context["page_obj"]:
            run.kind_label = labels.get(run.kind, run.kind)
        return context


class UploadPage(Page, FormView):
    """`?again=<pk>` begins with the kind and the mapping of an earlier import."""

    template_name = "imports/upload.html"
    form_class = UploadForm

    def earlier(self):
        number = self.request.GET.get("again", "")
        return ImportRun.objects.filter(pk=number).first() if whole_number(number) is not None else None

    def get_initial(self):
        earlier = self.earlier()
        return {"kind": earlier.kind if earlier else self.request.GET.get("kind", "")}

    def form_valid(self, form):
        data, earlier = form.cleaned_data, self.earlier()
        mapping = data["mapping_file"] or (mappings.from_json(earlier.mapping) if earlier and earlier.kind == data["kind"] else None)
        try:
            run = begin(registry.get(data["kind"]), data["file"], self.request.user, mapping)
        except FileProblem as wrong:
            form.add_error("file", str(wrong))
            return self.form_invalid(form)
        return redirect("imports:mapping", run.pk)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs, earlier=self.earlier())


class MappingPage(Page, FormView):
    """The columns of an uploaded file; the button says whether to check only, or to import."""

    template_name = "imports/mapping.html"
    form_class = MappingForm

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated or not self.test_func():
            return self.handle_no_permission()
        self.run = get_object_or_404(ImportRun, pk=kwargs["pk"])
        if self.run.state != State.UPLOADED:
            return redirect("imports:detail", self.run.pk)
        self.kind = kind_or_404(self.run.kind)
        self.mapping = mappings.from_json(self.run.mapping)
        try:
            self.table = table_of(self.run, self.mapping)
        except (FileProblem, OSError):
            messages.error(request, _("The file can not be read any more; upload it again."))
            return redirect("imports:upload")
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "kind": self.kind, "header": self.table.header, "mapping": self.mapping}

    def form_valid(self, form):
        if enqueue(self.run, form.cleaned_data["mapping"], check_only="check" in self.request.POST):
            hint_imports()
        return redirect("imports:detail", self.run.pk)

    def get_context_data(self, **kwargs):
        sample = [[shown(row.get(column))[:60] for column in self.table.header] for _number, row in self.table.sample()]
        return super().get_context_data(**kwargs, run=self.run, kind=self.kind, table=self.table, sample=sample)


class DetailPage(Page, View):
    """Progress, then the result. htmx asks for the changing part only, as long as the import is under way."""

    def get(self, request, pk):
        run = get_object_or_404(runs_with_people(), pk=pk)
        if run.state == State.UPLOADED:
            return redirect("imports:mapping", run.pk)
        kind = kind_or_404(run.kind)
        labels = {field.name: field.label for field in kind.fields}
        page = Paginator(problems_of(run), PAGE).get_page(request.GET.get("page"))
        for problem in page:
            problem.label = labels.get(problem.field, problem.field)
        written = progress.read(run.file) if run.state == State.RUNNING else run.rows_written
        context = {
            "run": run,
            "kind": kind,
            "page_obj": page,
            "written": written,
            "active": run.state in (State.QUEUED, State.RUNNING),
            "percent": percent(run, written),
            "fault": fault_text(run),
        }
        return render(request, "imports/_run.html" if request.htmx else "imports/detail.html", context)


def percent(run, written):
    """Checking is the first half of an import, writing the second."""
    if not run.rows_total:
        return 0
    done = run.rows_checked if run.check_only else (run.rows_checked + written) / 2
    return round(100 * done / run.rows_total)


class ReopenAction(Page, View):
    """Back to the mapping of an import that wrote nothing."""

    def post(self, request, pk):
        run = get_object_or_404(ImportRun, pk=pk)
        reopen(run)
        return redirect("imports:mapping", run.pk)


class ProblemsDownload(Page, View):
    def get(self, request, pk, file_format):
        run = get_object_or_404(ImportRun, pk=pk)
        header = [_("row"), _("field"), _("value"), _("problem")]
        rows = problems_of(run).values_list("row", "field", "value", "message")
        return sent_as(file_format, f"import-{run.pk}-problems", Table(header, rows))


class MappingDownload(Page, View):
    def get(self, request, pk):
        run = get_object_or_404(ImportRun, pk=pk)
        text = json.dumps(run.mapping, ensure_ascii=False, indent=2)
        name = f'attachment; filename="{run.kind}-mapping.json"'
        return HttpResponse(text, content_type="application/json", headers={"Content-Disposition": name})


class KindsPage(Page, TemplateView):
    """What each kind of rows takes, with empty files to fill in."""

    template_name = "imports/kinds.html"
    extra_context = {"kinds": registry.kinds}


class EmptyFile(Page, View):
    def get(self, request, kind, file_format):
        return sent_as(file_format, kind, Table([field.name for field in kind_or_404(kind).fields], []))
