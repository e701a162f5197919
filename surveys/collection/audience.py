"""What collection knows about a contact that an audience may ask for: the last score."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from surveys.collection.models import Response
from surveys.customers.models import Contact

NEVER = "never"


def by_last_score(contacts: "QuerySet[Contact]", wanted: Any) -> "QuerySet[Contact]":
    """Those whose latest score has the band `wanted`, or who never gave one ("never")."""
    latest = Response.objects.scored().filter(contact=OuterRef("pk")).order_by("-completed_at", "-pk")
    known = contacts.alias(last_band=Subquery(latest.values("band")[:1]))
    return known.filter(last_band=None) if wanted == NEVER else known.filter(last_band=wanted)
