"""What became of a distribution: response rates, and a file with each person."""

from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from feedback_site.access import audit
from feedback_site.access.permissions import MANAGES_SURVEYS, role_required
from feedback_site.tables import Table, sent_as
from surveys.customers.languages import language_name
from surveys.distribution.models import Distribution
from surveys.distribution.outcome import HEADS, outcome_rows
from surveys.distribution.rates import rates_of, shown

RATE_HEADS = ["table", "group", "response_rate", "low", "high", "answered", "n", "remark"]


@require_GET
@role_required(*MANAGES_SURVEYS)
def rates(request, pk):
    """Response rates by segment, language, domain, hour and mail."""
    distribution = get_object_or_404(Distribution.objects.select_related("survey"), pk=pk)
    found = rates_of(distribution)
    return render(request, "distribution/rates.html", {"distribution": distribution, "rates": found, "tables": tables_of(found)})


@require_GET
@role_required(*MANAGES_SURVEYS)
def export_rates(request, pk, kind):
    """The same tables as one file, each group with its n and its interval."""
    distribution = get_object_or_404(Distribution.objects.select_related("survey"), pk=pk)
    rows = list(rate_rows(rates_of(distribution), distribution.survey.is_anonymous))
    audit.record(request.user, distribution, {"export": kind, "rates": len(rows)})
    return sent_as(kind, f"response-rate-{pk}", Table(RATE_HEADS, rows))


def rate_rows(found, is_anonymous):
    """Each group as the page shows it: what is too small for a rate has a remark, and in an anonymous survey no numbers either."""
    few = _("Fewer than %(least)s: too few to say") % {"least": found.least}
    for title, groups in [("", [(_("All"), found.overall)]), *tables_of(found)]:
        for label, row in groups:
            is_few = row.value is None
            counts = (None, None) if is_few and is_anonymous else (row.answered, row.delivered)
            yield title, label, row.value, row.low, row.high, *counts, few if is_few else ""


def tables_of(found):
    """The title of each, and its rows with their names."""
    return [
        (_("By segment"), shown(found.segments, {None: _("Without a segment")})),
        (_("By language"), shown(found.languages, {row.key: language_name(row.key) for row in found.languages})),
        (_("By mail domain"), shown(found.domains, {None: _("Others together")})),
        (_("By hour of sending"), shown(found.hours, {row.key: f"{row.key}:00" for row in found.hours})),
        (_("By mail"), shown(found.mails, {row.key: name_of(row.key) for row in found.mails})),
    ]


def name_of(number):
    return _("After reminder %(n)s") % {"n": number} if number else _("After the first mail")


@require_GET
@role_required(*MANAGES_SURVEYS)
def export(request, pk, kind):
    """Each invited and skipped person, with what became of them."""
    distribution = get_object_or_404(Distribution.objects.select_related("survey"), pk=pk)
    audit.record(request.user, distribution, {"export": kind})
    return sent_as(kind, f"distribution-{pk}", Table(HEADS, outcome_rows(distribution, request.user)))
