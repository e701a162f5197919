"""Reads of customers, named for their use."""

from django.db.models import Count, Q, QuerySet

from feedback_site.access.models import User
from surveys.customers.models import Account, AccountQuerySet, Contact, ContactQuerySet, Segment


def accounts_for_list(user: User) -> AccountQuerySet:
    """The accounts that `user` may see, each with its number of active contacts."""
    active = Count("contacts", filter=Q(contacts__status=Contact.Status.ACTIVE))
    return Account.objects.visible_to(user).with_people().annotate(active_contacts=active).order_by("name", "pk")


def contacts_for_list(user: User) -> ContactQuerySet:
    return Contact.objects.visible_to(user).select_related("account__segment").order_by("name", "email", "pk")


def segments_for_list() -> "QuerySet[Segment]":
    return Segment.objects.annotate(
        account_count=Count("accounts", distinct=True), contact_count=Count("accounts__contacts", distinct=True)
    ).order_by("name")


def regions_of(user: User) -> list[str]:
    """The regions of the accounts that `user` may see, for a choice."""
    return _values(user, "region")


def industries_of(user: User) -> list[str]:
    return _values(user, "industry")


def languages_of(user: User) -> list[str]:
    """The languages of the contacts that `user` may see, for a choice."""
    return list(Contact.objects.visible_to(user).order_by("language").values_list("language", flat=True).distinct())


def _values(user: User, field: str) -> list[str]:
    known = Account.objects.visible_to(user).exclude(**{field: ""}).order_by(field)
    return list(known.values_list(field, flat=True).distinct())
