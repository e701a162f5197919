"""Pages of links: listed, made, changed, stopped; their QR codes and the lines for one's own site."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_filters.views import FilterView

from feedback_site.access.permissions import MANAGES_SURVEYS, RoleRequiredMixin, role_required
from surveys.distribution import links
from surveys.distribution.forms import LinkFilter
from surveys.distribution.link_forms import LinkForm
from surveys.distribution.link_models import Link
from surveys.distribution.paging import LastPageMixin


class Links(LastPageMixin, RoleRequiredMixin, FilterView):
    roles = MANAGES_SURVEYS
    filterset_class = LinkFilter
    template_name = "distribution/links.html"
    paginate_by = 25

    def get_queryset(self):
        return links.links_with_counts()


@require_GET
@role_required(*MANAGES_SURVEYS)
def page(request, pk):
    """One link: where it leads, how it is printed and embedded, and what came over it."""
    link = find(pk)
    context = {"link": link, "address": links.address(link), "embedding": links.embedding(link)}
    return render(request, "distribution/link.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*MANAGES_SURVEYS)
def edit(request, pk=None):
    link = find(pk) if pk else Link(created_by=request.user)
    form = LinkForm(request.user, request.POST or None, instance=link, initial={"survey": request.GET.get("survey", "")})
    if request.method == "POST" and form.is_valid():
        messages.success(request, _("Saved: %(row)s.") % {"row": form.save()})
        return redirect("distribution:link", link.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "distribution/link_form.html", {"form": form, "link": link}, status=status)


@require_POST
@role_required(*MANAGES_SURVEYS)
def stop(request, pk):
    """It takes no answers from now on; `go_on` is the way back."""
    links.stop(find(pk))
    messages.success(request, _("Stopped. Whoever comes over the link is told that the survey is closed."))
    return redirect("distribution:link", pk)


@require_POST
@role_required(*MANAGES_SURVEYS)
def go_on(request, pk):
    links.go_on(find(pk))
    messages.success(request, _("The link takes answers again."))
    return redirect("distribution:link", pk)


@require_GET
@role_required(*MANAGES_SURVEYS)
def qr_code(request, pk, kind):
    """The picture, to look at or with `?download` to keep."""
    link = find(pk)
    if kind not in links.QR_KINDS:
        raise Http404
    answer = HttpResponse(links.qr_code(link, kind), content_type=links.QR_KINDS[kind])
    if "download" in request.GET:
        answer["Content-Disposition"] = f'attachment; filename="{slugify(link.name) or "survey"}.{kind}"'
    return answer


def find(pk):
    return get_object_or_404(links.links_with_counts(), pk=pk)
