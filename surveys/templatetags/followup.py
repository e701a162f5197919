"""What templates of other folders show of follow-up."""

from typing import Any

from django import template

from feedback_site.access.permissions import HANDLES_FEEDBACK, MANAGES_SURVEYS
from surveys.customers.models import Account
from surveys.followup import queries

register = template.Library()
SHOWN = 5


@register.filter
def handles_feedback(user: Any) -> bool:
    """Whether this user's role may note what was done about a response."""
    return bool(getattr(user, "is_authenticated", False)) and user.has_role(*HANDLES_FEEDBACK)


@register.inclusion_tag("followup/of_account.html", takes_context=True)
def alerts_of(context: Any, account: Account) -> dict[str, Any]:
    """The alerts about an account, on its page; nothing where there are none."""
    user = context["request"].user
    alerts = queries.alerts_of_account(account, user)[:SHOWN]
    return {"account": account, "alerts": alerts, "opens_distributions": user.has_role(*MANAGES_SURVEYS)}
