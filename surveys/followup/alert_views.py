"""What an account manager was told, and has seen or not."""

import django_filters
from django.forms import HiddenInput
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django_filters.views import FilterView

from feedback_site.access.permissions import EVERYONE, HANDLES_FEEDBACK, MANAGES_SURVEYS, RoleRequiredMixin, role_required
from feedback_site.numbers import whole_number
from surveys.customers.models import Account
from surveys.followup import queries
from surveys.followup import seen as seeing
from surveys.followup.alert_models import Alert


def visible_accounts(request):
    return Account.objects.visible_to(request.user)


class AlertFilter(django_filters.FilterSet):
    """`account` is chosen by a link from its page, not in the form."""

    search = django_filters.CharFilter("account__name", "icontains", label=_("Search"))
    kind = django_filters.ChoiceFilter(choices=Alert.Kind.choices, label=_("Kind"))
    unseen = django_filters.ChoiceFilter(choices=[("yes", _("Not seen yet")), ("no", _("Seen"))], method="by_seen", label=_("Seen"))
    account = django_filters.ModelChoiceFilter(queryset=visible_accounts, widget=HiddenInput())

    class Meta:
        model = Alert
        fields = ["search", "kind", "unseen", "account"]

    def by_seen(self, alerts, name, value):
        return alerts.filter(seen_at__isnull=value == "yes")


class Alerts(RoleRequiredMixin, FilterView):
    roles = EVERYONE
    filterset_class = AlertFilter
    template_name = "followup/alerts.html"
    paginate_by = 25

    def get_context_data(self, **kwargs):
        user, form = self.request.user, self.filterset.form
        handles = user.has_role(*HANDLES_FEEDBACK)
        return super().get_context_data(
            newest=self.object_list.unseen().order_by("-pk").values_list("pk", flat=True).first() if handles else None,
            handles=handles,
            opens_distributions=user.has_role(*MANAGES_SURVEYS),
            account=form.cleaned_data.get("account") if form.is_valid() else None,
            is_narrowed=bool(form.changed_data),
            **self.just_marked(user),
            **kwargs,
        )

    def just_marked(self, user):
        """What the user has marked as seen a moment ago, to be taken back."""
        moment = moment_in(self.request.GET.get("marked", ""))
        return {"moment": moment, "marked": seeing.marked(user, moment).count()} if moment else {}

    def get_queryset(self):
        return queries.alerts_for_list(self.request.user)


@require_POST
@role_required(*HANDLES_FEEDBACK)
def seen(request, pk=None):
    """One alert, or all that the list showed; those who only look on leave them for the others."""
    rows = Alert.objects.visible_to(request.user)
    if pk is None:
        newest = whole_number(request.POST.get("newest", ""), 18) or 0
        chosen = AlertFilter(request.GET, rows, request=request)
        rows = chosen.qs.filter(pk__lte=newest) if chosen.is_valid() else rows.none()
    else:
        rows = rows.filter(pk=get_object_or_404(rows, pk=pk).pk)
    moment = seeing.mark_seen(rows, request.user)
    return to_list(request, marked=moment.isoformat() if moment else None)


@require_POST
@role_required(*HANDLES_FEEDBACK)
def undo_seen(request):
    moment = moment_in(request.POST.get("moment", ""))
    if moment:
        seeing.unmark(request.user, moment)
    return to_list(request)


def moment_in(text):
    """An aware moment, or None where `text` is none."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def to_list(request, marked=None):
    """Back to the list, with the filters under which it was seen."""
    query = request.GET.copy()
    query.pop("marked", None)
    if query.get("unseen"):
        query.pop("page", None)  # which may be there no more
    if marked:
        query["marked"] = marked
    return HttpResponseRedirect(reverse("followup:alerts") + (f"?{query.urlencode()}" if query else ""))
