"""What every endpoint of the API shares: which rows are seen, who may write, and how lists are paged."""

from typing import Any

from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.relations import SlugRelatedField
from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from feedback_site.access.permissions import EVERYONE


def named_by(field: str) -> "SlugRelatedField[Any]":
    """A related row, read as the value of one of its fields."""
    return SlugRelatedField(field, read_only=True)


class WritesByRole(IsAuthenticated):
    """Those in the view's `read_roles` (everybody, where it names none) read the rows that they see; those in `write_roles` write."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not super().has_permission(request, view):
            return False
        roles = getattr(view, "read_roles", EVERYONE) if request.method in SAFE_METHODS else getattr(view, "write_roles", ())
        return request.user.has_role(*roles)  # type: ignore[union-attr]


class Pages(PageNumberPagination):
    """`?page=2&page_size=500`; at most 1,000 rows a page."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000


class ReadViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Lists and single rows of what the user sees; a row that the user does not see is not found."""

    permission_classes = [WritesByRole]
    pagination_class = Pages
    throttle_classes = [UserRateThrottle]

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows.none() if getattr(self, "swagger_fake_view", False) else self.visible(rows)

    def visible(self, rows: Any) -> Any:
        """Of all rows, those that the user may see."""
        return rows.visible_to(self.request.user)


class ReadByRoleViewSet(ReadViewSet):
    """The same of rows that belong to no account: those in `read_roles` see all of them, and the others none."""

    def visible(self, rows: Any) -> Any:
        return rows
