"""Who changed what: the models whose changes django-auditlog records, and a record for bulk work."""

from typing import Any

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models

AUDITED = {
    "feedback_site.User": ["password", "last_login"],
    "feedback_site.Team": [],
    "surveys.Segment": [],
    "surveys.Representative": [],
    "surveys.Account": [],
    "surveys.Contact": [],
    "surveys.Survey": [],
    "surveys.SurveyVersion": [],
    "surveys.Question": [],
    "surveys.Distribution": [],
    "surveys.Link": ["token"],
    "surveys.Suppression": [],
    "surveys.Handling": [],
    "analytics.EngineChoice": ["problem", "problem_params", "retry_at"],
    "analytics.Judgement": [],
    "analytics.Dismissal": [],
    "analytics.Campaign": [],
    "analytics.Opportunity": [],
    "analytics.RevenueEntry": [],
    "analytics.Spend": [],
    "analytics.ExchangeRate": [],
    "analytics.Theme": ["position"],
}


def register_models() -> None:
    """Tell django-auditlog what to record; passwords and log-in times are left out."""
    for label, left_out in AUDITED.items():
        auditlog.register(apps.get_model(label), exclude_fields=left_out)


def record(actor: Any, row: models.Model, changes: dict[str, Any]) -> LogEntry:
    """Record what no single `save()` shows: a bulk write, an export, a state set by a query. `row` need not be stored."""
    return LogEntry.objects.create(
        actor=actor if getattr(actor, "pk", None) else None,
        action=LogEntry.Action.UPDATE,
        content_type=ContentType.objects.get_for_model(row),
        object_pk=str(row.pk or ""),
        object_id=row.pk,
        object_repr=str(row),
        changes={name: ["", str(value)] for name, value in changes.items()},
    )
