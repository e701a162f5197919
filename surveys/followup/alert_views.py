"""What an account manager was told, and has seen or not."""

import django_filters
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django_filters.views import FilterView

from feedback_site.access.permissions import EVERYONE, HANDLES_FEEDBACK, RoleRequiredMixin, role_required
from feedback_site.numbers import whole_number
from surveys.followup.alert_models import Alert


class AlertFilter(django_filters.FilterSet):
    search = django_filters.CharFilter("account__name", "icontains", label=_("Search"))
    kind = django_filters.ChoiceFilter(choices=Alert.Kind.choices, label=_("Kind"))
    unseen = django_filters.ChoiceFilter(choices=[("yes", _("Not seen yet")), ("no", _("Seen"))], method="by_seen", label=_("Seen"))

    class Meta:
        model = Alert
        fields = ["search", "kind", "unseen"]

    def by_seen(self, alerts, name, value):
        return alerts.filter(seen_at__isnull=value == "yes")


class Alerts(RoleRequiredMixin, FilterView):
    roles = EVERYONE
    filterset_class = AlertFilter
    template_name = "followup/alerts.html"
    paginate_by = 25

    def get_context_data(self, **kwargs):
        newest = self.get_queryset().order_by("-pk").values_list("pk", flat=True).first()
        return super().get_context_data(newest=newest, handles=self.request.user.has_role(*HANDLES_FEEDBACK), **kwargs)

    def get_queryset(self):
        return Alert.objects.visible_to(self.request.user).select_related("account", "contact", "user").order_by("-created_at", "-pk")


@require_POST
@role_required(*HANDLES_FEEDBACK)
def seen(request, pk=None):
    """One alert, or all up to the newest that the page showed; those who only look on leave them for the others."""
    rows = Alert.objects.visible_to(request.user)
    newest = whole_number(request.POST.get("newest", ""), 18) or 0
    rows = rows.filter(pk__lte=newest) if pk is None else rows.filter(pk=get_object_or_404(rows, pk=pk).pk)
    rows.unseen().update(seen_at=timezone.now())
    return redirect("followup:alerts")
