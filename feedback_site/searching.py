"""Search by words, and order: what the filters of many lists share."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
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


class OrderingFilter(django_filters.OrderingFilter):
    """The order of a list, in words that the translations of this project know."""

    descending_fmt = _("%s, descending")
