"""The logins of the simulated company: one for each role, as long as they are there."""

import secrets

from django.conf import settings
from django.contrib.auth.hashers import make_password

from feedback_site.access.models import Role, User

DOMAIN = "demo.example"
# Shown to everybody, so it is given in embedded mode only.
PASSWORD = "kesher-demo-2026"  # noqa: S105
ADDRESSES = {
    Role.ADMINISTRATOR: "admin",
    Role.SURVEY_OWNER: "owner",
    Role.ACCOUNT_MANAGER: "manager",
    Role.TEAM_LEAD: "lead",
    Role.LEADERSHIP: "leadership",
    Role.SALES: "sales",
}


def by_role() -> list[tuple[str, str]]:
    """The name of each role with the address of its login; empty where the demo was removed."""
    wanted = {f"{address}@{DOMAIN}": role.label for role, address in ADDRESSES.items()}
    there = set(User.objects.filter(is_simulated=True, is_active=True, email__in=wanted).values_list("email", flat=True))
    return [(str(role), email) for email, role in wanted.items() if email in there]


def create_administrator(password: str | None) -> User:
    """The simulated administrator: created, or given `password` again where a removal of the demo left them."""
    address = f"{ADDRESSES[Role.ADMINISTRATOR]}@{DOMAIN}"
    given = {"name": "Dana Ofir", "role": Role.ADMINISTRATOR, "password": make_password(password), "is_simulated": True, "is_active": True}
    return User.objects.update_or_create(email=address, defaults=given)[0]


def only_simulated_administrators() -> bool:
    """Whether the simulated administrator is the last one, so that taking them away would lock everybody out."""
    return not User.objects.filter(role=Role.ADMINISTRATOR, is_active=True, is_simulated=False).exists()


def password_for(asked: bool) -> str | None:
    """The known password in embedded mode; in production one that nobody knows yet, and only if asked for."""
    if settings.EMBEDDED:
        return PASSWORD
    return secrets.token_urlsafe(15) if asked else None
