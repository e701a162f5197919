"""Which accounts, and so which rows, a user may see: one rule for pages, exports, API and counts."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from feedback_site.access.models import Role

if TYPE_CHECKING:
    from feedback_site.access.models import User

SEES_EVERY_ACCOUNT = (Role.ADMINISTRATOR, Role.SURVEY_OWNER, Role.LEADERSHIP)
NOTHING = Q(pk__in=[])


def sees_every_account(user: "User | AnonymousUser") -> bool:
    return isinstance(user, AnonymousUser) is False and user.has_role(*SEES_EVERY_ACCOUNT)  # type: ignore[union-attr]


def visible_rows(user: "User | AnonymousUser", to_account: str = "") -> Q:
    """The condition under which `user` sees a row; `to_account` is its path to the account.

    `visible_rows(user)` fits accounts, `visible_rows(user, "account")` contacts,
    `visible_rows(user, "response__account")` answers. Account managers see the accounts they manage,
    team leads those of their team's members, sales those whose representative they are; administrators,
    survey owners and leadership see all. Everybody else sees nothing.
    """
    if isinstance(user, AnonymousUser) or not user.is_active:
        return NOTHING
    if user.role in SEES_EVERY_ACCOUNT:
        return Q()
    path = f"{to_account}__" if to_account else ""
    own = Q(**{f"{path}account_manager": user})
    if user.role == Role.ACCOUNT_MANAGER:
        return own
    if user.role == Role.TEAM_LEAD:
        return own | Q(**{f"{path}account_manager__team": user.team_id}) if user.team_id else own
    if user.role == Role.SALES:
        return Q(**{f"{path}sales_representative__user": user})
    return NOTHING
