"""Reads of access."""

from auditlog.models import LogEntry
from django.db.models import Count, QuerySet

from feedback_site.access.models import Team, User


def users_for_list() -> "QuerySet[User]":
    return User.objects.select_related("team").order_by("name", "email", "pk")


def teams_for_list() -> "QuerySet[Team]":
    return Team.objects.annotate(member_count=Count("members")).order_by("name")


def entries_for_list() -> "QuerySet[LogEntry]":
    """Newest first."""
    return LogEntry.objects.select_related("actor", "content_type").order_by("-timestamp", "-pk")
