"""What the list of imports is searched by."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from feedback_site.imports import registry
from feedback_site.imports.models import ImportRun


def kind_choices() -> list[tuple[str, Any]]:
    return [(kind.key, kind.label) for kind in registry.kinds()]


class ImportFilter(django_filters.FilterSet):
    file_name = django_filters.CharFilter(lookup_expr="icontains", label=_("File name"))
    kind = django_filters.ChoiceFilter(choices=kind_choices, label=_("What the rows are"))
    state = django_filters.ChoiceFilter(choices=ImportRun.State.choices, label=_("State"))

    class Meta:
        model = ImportRun
        fields = ["file_name", "kind", "state"]
