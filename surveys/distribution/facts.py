"""What later parts of the product know about a contact, and an audience may ask for.

Distribution comes before collection, follow-up and analytics, so that it can not look there; each of them names here,
when the product starts, how contacts are narrowed by what it knows.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from surveys.customers.models import Contact

Narrow = Callable[["QuerySet[Contact]", Any], "QuerySet[Contact]"]
LAST_SCORE, OPEN_CASE, REVENUE = "last_score", "open_case", "revenue"

FACTS: dict[str, Narrow] = {}


def narrowed(contacts: "QuerySet[Contact]", asked: dict[str, Any]) -> "QuerySet[Contact]":
    """`contacts` for which all that is `asked` holds; KeyError for a fact that nobody has named."""
    for name, value in asked.items():
        contacts = FACTS[name](contacts, value)
    return contacts
