"""Suppressed addresses from files and programs: an import adds, and never lifts what is stored."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from feedback_site.imports.fields import KEEP, Reference, of
from feedback_site.imports.kinds import Key, Kind, Row
from surveys.authoring.models import Survey
from surveys.distribution.models import Suppression

SURVEY = Reference(Survey, "key")
BY_IMPORT = gettext_noop("import")


class SuppressionKind(Kind):
    key = "suppressions"
    page = "distribution:suppressions"
    label = _("Suppressed addresses")
    description = _("Addresses that must not be mailed, as another system knows them. An import adds, and never lifts what is stored.")
    model = Suppression
    key_fields = ("email", "reason")
    fields = (
        of(Suppression, "email", "e-mail", "mail", "email address", "דואל", "דואר אלקטרוני", "אימייל", "מייל"),
        of(Suppression, "reason", "סיבה", help=_("unsubscribed, bounced or complained.")),
        of(Suppression, "survey", "סקר", type=SURVEY, help=_("The key of a survey that alone is unwanted; empty: all.")),
        of(Suppression, "source", "by way of", "מקור"),
        of(Suppression, "created_at", "since", "date", "מתאריך", help=_("When it was asked for; empty: now.")),
    )

    def key_of(self, values: dict[str, Any]) -> Key:
        survey = values.get("survey", KEEP)
        return (values["email"].lower(), values["reason"], survey.pk if isinstance(survey, Survey) else None)

    def existing(self, keys: Sequence[Key], lock: bool = False) -> dict[Key, models.Model]:
        rows = Suppression.objects.annotate(_lower=Lower("email")).filter(_lower__in={key[0] for key in keys})
        rows = rows.select_for_update(of=("self",)) if lock else rows
        return {(row.email.lower(), row.reason, row.survey_id): row for row in rows}

    def assign(self, instance: models.Model, row: Row) -> set[str]:
        """What is stored stays as it is."""
        if row.existing is not None:
            return set()
        values = {**row.values, "email": row.values["email"].lower()}
        if values.get("source", KEEP) in (KEEP, ""):
            values["source"] = BY_IMPORT
        if values.get("created_at") is None:
            values["created_at"] = KEEP
        return super().assign(instance, Row(row.number, values))


KINDS: tuple[Kind, ...] = (SuppressionKind(),)
