"""What the list of surveys can be narrowed to."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from feedback_site.searching import OrderingFilter
from surveys.authoring.models import Survey


class SurveyFilter(django_filters.FilterSet):
    """Search by name, state, order."""

    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label=_("Search"))
    state = django_filters.ChoiceFilter(
        label=_("State"), method="by_state", choices=[("is_published", _("Published")), ("has_draft", _("Draft"))]
    )
    order = OrderingFilter(
        label=_("Order"),
        fields=[("name", "name"), ("created_at", "created"), ("response_count", "responses")],
        field_labels={"name": _("name"), "created_at": _("created"), "response_count": _("responses")},
        empty_label=None,
    )

    class Meta:
        model = Survey
        fields: list[str] = []

    def by_state(self, surveys: "QuerySet[Survey]", name: str, value: str) -> "QuerySet[Survey]":
        return surveys.filter(**{value: True})
