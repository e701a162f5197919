"""What the lists of accounts and contacts can be narrowed to."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback_site.access.models import User
from feedback_site.searching import OrderingFilter, SearchFilter
from surveys.customers import queries
from surveys.customers.languages import language_name
from surveys.customers.models import Account, Contact, Representative, Segment


def managers(request: Any) -> "QuerySet[User]":
    """Those who manage at least one account that the user sees."""
    seen = Account.objects.visible_to(request.user)
    return User.objects.filter(pk__in=seen.order_by().values("account_manager")).order_by("name")


def segments(request: Any) -> "QuerySet[Segment]":
    return Segment.objects.order_by("name")


class AccountFilter(SearchFilter):
    segment = django_filters.ModelChoiceFilter(label=_("Segment"), queryset=segments)
    region = django_filters.ChoiceFilter(label=_("Region"))
    industry = django_filters.ChoiceFilter(label=_("Industry"))
    account_manager = django_filters.ModelChoiceFilter(label=_("Account manager"), queryset=managers)
    sales_representative = django_filters.ModelChoiceFilter(
        label=_("Sales representative"), queryset=Representative.objects.order_by("name")
    )
    order = OrderingFilter(
        label=_("Order"),
        fields=[("name", "name"), ("segment__name", "segment"), ("region", "region"), ("active_contacts", "contacts")],
        field_labels={"name": _("name"), "segment__name": _("segment"), "region": _("region"), "active_contacts": _("contacts")},
        empty_label=None,
    )
    searched = ("name", "external_id")

    class Meta:
        model = Account
        fields: list[str] = []

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        user: Any = self.request.user  # type: ignore[union-attr]
        self.filters["region"].extra["choices"] = [(name, name) for name in queries.regions_of(user)]
        self.filters["industry"].extra["choices"] = [(name, name) for name in queries.industries_of(user)]


class ContactFilter(SearchFilter):
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Contact.Status.choices)
    language = django_filters.ChoiceFilter(label=_("Language"))
    segment = django_filters.ModelChoiceFilter(field_name="account__segment", label=_("Segment"), queryset=segments)
    order = OrderingFilter(
        label=_("Order"),
        fields=[("name", "name"), ("email", "email"), ("account__name", "account")],
        field_labels={"name": _("name"), "email": _("e-mail address"), "account__name": pgettext_lazy("customer", "account")},
        empty_label=None,
    )
    searched = ("name", "email", "account__name")

    class Meta:
        model = Contact
        fields: list[str] = []

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        spoken = queries.languages_of(self.request.user)  # type: ignore[union-attr, arg-type]
        self.filters["language"].extra["choices"] = [(code, language_name(code)) for code in spoken]
