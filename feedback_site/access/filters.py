"""What the lists of users and of the audit log can be narrowed to."""

from typing import Any

import django_filters
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.forms import DateInput, HiddenInput
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback_site.access.models import Role, Team, User
from feedback_site.searching import SearchFilter


class UserFilter(SearchFilter):
    role = django_filters.ChoiceFilter(label=_("Role"), choices=Role.choices)
    team = django_filters.ModelChoiceFilter(label=_("Team"), queryset=Team.objects.all())
    is_active = django_filters.ChoiceFilter(
        label=_("Access"), choices=[("true", _("active")), ("false", _("deactivated"))], method="by_access"
    )
    searched = ("name", "email")

    class Meta:
        model = User
        fields: list[str] = []

    def by_access(self, users: "QuerySet[User]", name: str, value: str) -> "QuerySet[User]":
        return users.filter(is_active=value == "true")


def kinds() -> list[tuple[str, str]]:
    """The kinds of rows whose changes are recorded."""
    found = ContentType.objects.get_for_models(*auditlog.get_models())
    return sorted(((str(kind.pk), str(model._meta.verbose_name)) for model, kind in found.items()), key=lambda choice: choice[1])


def day_input() -> DateInput:
    return DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AuditFilter(SearchFilter):
    """`object_id` is chosen by a link from a row, not in the form."""

    actor = django_filters.ModelChoiceFilter(label=_("By"), queryset=User.objects.order_by("name"))
    content_type = django_filters.ChoiceFilter(label=_("Kind of row"), choices=kinds)
    action = django_filters.ChoiceFilter(
        label=pgettext_lazy("audit log", "Change"),
        choices=[(0, _("added")), (1, _("changed")), (2, _("deleted"))],
    )
    first = django_filters.DateFilter(field_name="timestamp", lookup_expr="date__gte", label=_("From"), widget=day_input())
    last = django_filters.DateFilter(field_name="timestamp", lookup_expr="date__lte", label=_("To"), widget=day_input())
    object_id = django_filters.NumberFilter(widget=HiddenInput())
    searched = ("object_repr",)

    class Meta:
        model = LogEntry
        fields: list[str] = []

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        if not (data or {}).get("object_id"):
            del self.form.fields["object_id"]
