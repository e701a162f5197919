"""Pages of a list that may have become shorter since somebody looked."""

from typing import Any


class LastPageMixin:
    """A page that there is not any more shows the last, rather than an error."""

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Any, Any, Any, bool]:
        paginator = self.get_paginator(queryset, page_size)  # type: ignore[attr-defined]
        page = paginator.get_page(self.request.GET.get("page"))  # type: ignore[attr-defined]
        return paginator, page, page.object_list, page.has_other_pages()
