"""Lists of addresses that an audience leaves out."""

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from feedback_site.access import audit
from feedback_site.access.permissions import MANAGES_SURVEYS, role_required
from feedback_site.tables import Table, sent_as
from surveys.distribution.audience_models import ExclusionList
from surveys.distribution.exclusion_forms import AddressesForm, ExclusionListForm
from surveys.distribution.exclusion_uses import uses_of

editing = require_http_methods(["GET", "HEAD", "POST"])
SHOWN = 200


@editing
@role_required(*MANAGES_SURVEYS)
def lists(request):
    """All exclusion lists, and a new one."""
    form = ExclusionListForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.instance.created_by = request.user
        stored = form.save()
        audit.record(request.user, stored, {"created": stored.name})
        return redirect("distribution:exclusion_list", stored.pk)
    rows = ExclusionList.objects.annotate(size=Count("addresses")).order_by("name")
    return render(request, "distribution/exclusion_lists.html", {"form": form, "rows": rows}, status=422 if form.errors else 200)


@editing
@role_required(*MANAGES_SURVEYS)
def one_list(request, pk):
    """The addresses of one list; more are pasted in."""
    chosen = get_object_or_404(ExclusionList, pk=pk)
    form = AddressesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        added = form.add_to(chosen)
        audit.record(request.user, chosen, {"added": added})
        messages.success(request, ngettext("%(n)s address was added.", "%(n)s addresses were added.", added) % {"n": added})
        return redirect("distribution:exclusion_list", pk)
    search = request.GET.get("search", "").strip()
    found = chosen.addresses.filter(email__icontains=search).order_by("email")
    context = {"list": chosen, "form": form, "search": search, "rows": found[:SHOWN], "found": found.count(), "shown": SHOWN}
    context["uses"] = uses_of(chosen, request.user)
    return render(request, "distribution/exclusion_list.html", context, status=422 if form.errors else 200)


@require_POST
@role_required(*MANAGES_SURVEYS)
def remove_address(request, pk, address_pk):
    address = get_object_or_404(get_object_or_404(ExclusionList, pk=pk).addresses, pk=address_pk)
    address.delete()
    audit.record(request.user, address.exclusion_list, {"removed": address.email})
    messages.success(request, _("%(email)s stands on this list no more.") % {"email": address.email})
    return redirect("distribution:exclusion_list", pk)


@editing
@role_required(*MANAGES_SURVEYS)
def delete_list(request, pk):
    """Not while something leaves out who stands on it: they would be mailed."""
    chosen = get_object_or_404(ExclusionList, pk=pk)
    uses = uses_of(chosen, request.user)
    if request.method != "POST" or uses:
        context = {"kept": chosen, "uses": uses, "back": reverse("distribution:exclusion_list", args=[pk])}
        return render(request, "distribution/delete_kept.html", context, status=409 if request.method == "POST" else 200)
    audit.record(request.user, chosen, {"deleted": chosen.name})
    chosen.delete()
    return redirect("distribution:exclusion_lists")


@require_GET
@role_required(*MANAGES_SURVEYS)
def export_list(request, pk, kind):
    chosen = get_object_or_404(ExclusionList, pk=pk)
    rows = ((chosen.name, email) for email in chosen.addresses.order_by("email").values_list("email", flat=True).iterator(2000))
    audit.record(request.user, chosen, {"export": kind})
    return sent_as(kind, "exclusion-list", Table(["exclusion_list", "email"], rows))
