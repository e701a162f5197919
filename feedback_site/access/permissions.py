"""Who may open which page: by role, once for views and API."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from feedback_site.access.models import Role

# What a role may do. Seeing rows is decided by feedback_site.access.visibility, not here.
MANAGES_USERS = (Role.ADMINISTRATOR,)
MANAGES_CUSTOMERS = (Role.ADMINISTRATOR, Role.SURVEY_OWNER)
EDITS_CUSTOMERS = (*MANAGES_CUSTOMERS, Role.ACCOUNT_MANAGER, Role.TEAM_LEAD)
MANAGES_SURVEYS = (Role.ADMINISTRATOR, Role.SURVEY_OWNER)
HANDLES_FEEDBACK = (Role.ADMINISTRATOR, Role.SURVEY_OWNER, Role.ACCOUNT_MANAGER, Role.TEAM_LEAD)
# Telephone numbers and the like in what customers write: those who act on it need them, those who read it in sums do not.
SEES_PERSONAL_DATA = HANDLES_FEEDBACK
MANAGES_SALES = (Role.ADMINISTRATOR, Role.LEADERSHIP)
IMPORTS = (Role.ADMINISTRATOR, Role.SURVEY_OWNER)
SELLS = (Role.SALES, Role.ACCOUNT_MANAGER, Role.TEAM_LEAD)  # whom surveys for the own sales team ask
EVERYONE = tuple(Role)


class RoleRequiredMixin(LoginRequiredMixin, UserPassesTestMixin):
    """A view for `roles` only: others get 403, the anonymous the login page."""

    roles: tuple[str, ...] = EVERYONE
    request: HttpRequest

    def test_func(self) -> bool:
        return self.request.user.has_role(*self.roles)  # type: ignore[union-attr]

    def handle_no_permission(self) -> Any:
        if self.request.user.is_authenticated:
            raise PermissionDenied
        return super().handle_no_permission()


def role_required(*roles: str) -> Callable[..., Callable[..., HttpResponseBase]]:
    """The same for view functions."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.has_role(*roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate
