"""Search by words, and order: what the filters of many lists share."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class SearchFilter(django_filters.FilterSet):
    """`?q=…` finds rows with that text in any of the fields named in `searched`, whatever its case."""

    q = django_filters.CharFilter(label=_("Search"), method="by_words")
    searched: tuple[str, ...] = ()

    def by_words(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        found = Q()
        for field in self.searched:
            found |= Q(**{f"{field}__icontains": value})
        return rows.filter(found)


descending = lazy(lambda label: gettext("%s, descending") % label, str)


class OrderingFilter(django_filters.OrderingFilter):
    """The order of a list, in words that the translations of this project know."""

    def build_choices(self, fields: Any, labels: Any) -> list[tuple[str, Any]]:
        """Labels stay lazy: those of the library are put together, in one language for all, when it is imported."""
        named = [(param, labels.get(field, param)) for field, param in fields.items()]
        return [choice for param, label in named for choice in ((param, label), (f"-{param}", descending(label)))]
