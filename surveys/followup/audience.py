"""What follow-up knows about a contact that an audience may ask for: an open case at the account."""

from django.db.models import Exists, OuterRef, QuerySet

from surveys.collection.models import Band, Response
from surveys.customers.models import Contact


def by_open_case(contacts: "QuerySet[Contact]", has_one: bool) -> "QuerySet[Contact]":
    """Those of accounts with (or without) a low score that nobody has handled yet."""
    low = Response.objects.of_accounts().complete().filter(band=Band.DETRACTOR, handling=None)
    is_open = Exists(low.filter(account=OuterRef("account")))
    return contacts.filter(is_open) if has_one else contacts.exclude(is_open)
