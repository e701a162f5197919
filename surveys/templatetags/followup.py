"""Filters for templates that show responses."""

from typing import Any

from django import template

from feedback_site.access.permissions import HANDLES_FEEDBACK

register = template.Library()


@register.filter
def handles_feedback(user: Any) -> bool:
    """Whether this user's role may note what was done about a response."""
    return bool(getattr(user, "is_authenticated", False)) and user.has_role(*HANDLES_FEEDBACK)
