"""API: accounts and contacts."""

import django_filters
from django.db.models import Q, QuerySet
from rest_framework import serializers
from rest_framework.routers import SimpleRouter

from feedback_site.access.api import named_by
from feedback_site.access.permissions import EDITS_CUSTOMERS, MANAGES_CUSTOMERS
from feedback_site.imports.api import UpsertViewSet
from surveys.customers.imports import AccountKind, ContactKind
from surveys.customers.models import Account, AccountQuerySet, Contact


class AccountSerializer(serializers.ModelSerializer):
    segment = named_by("name")
    account_manager = named_by("email")
    sales_representative = named_by("external_id")
    attributes = serializers.DictField(read_only=True, help_text="Own attributes by name.")

    class Meta:
        model = Account
        fields = [
            "id",
            "external_id",
            "name",
            "segment",
            "region",
            "industry",
            "account_manager",
            "sales_representative",
            "currency",
            "attributes",
            "is_key",
            "ended_on",
            "created_at",
            "is_simulated",
        ]


class AccountFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_words", label="Search in name and external id")
    external_id = django_filters.CharFilter()
    segment = django_filters.CharFilter("segment__name", label="Name of the segment")
    region = django_filters.CharFilter()
    industry = django_filters.CharFilter()
    account_manager = django_filters.CharFilter("account_manager__email", "iexact", label="E-mail address of the account manager")
    sales_representative = django_filters.CharFilter("sales_representative__external_id", label="External id of the representative")

    def by_words(self, accounts: AccountQuerySet, name: str, value: str) -> AccountQuerySet:
        return accounts.filter(Q(name__icontains=value) | Q(external_id__icontains=value))


class AccountViewSet(UpsertViewSet):
    """Customers that bring revenue."""

    kind = AccountKind()
    write_roles = MANAGES_CUSTOMERS  # segment and manager are among the fields; who looks after an account may not give it away
    queryset = Account.objects.with_people()
    serializer_class = AccountSerializer
    filterset_class = AccountFilter


class ContactSerializer(serializers.ModelSerializer):
    account = named_by("external_id")
    attributes = serializers.DictField(read_only=True, help_text="Own attributes by name.")

    class Meta:
        model = Contact
        fields = [
            "id",
            "email",
            "account",
            "name",
            "role",
            "language",
            "time_zone",
            "status",
            "is_key",
            "attributes",
            "created_at",
            "is_simulated",
        ]


class ContactFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_words", label="Search in name and e-mail address")
    email = django_filters.CharFilter(lookup_expr="iexact")
    account = django_filters.CharFilter("account__external_id", label="External id of the account")
    status = django_filters.ChoiceFilter(choices=Contact.Status.choices)
    language = django_filters.CharFilter()

    def by_words(self, contacts: "QuerySet[Contact]", name: str, value: str) -> "QuerySet[Contact]":
        return contacts.filter(Q(name__icontains=value) | Q(email__icontains=value))


class ContactViewSet(UpsertViewSet):
    """People at accounts who may be asked. They are found again by their e-mail address, whatever its case."""

    kind = ContactKind()
    write_roles = EDITS_CUSTOMERS
    queryset = Contact.objects.select_related("account")
    serializer_class = ContactSerializer
    filterset_class = ContactFilter


router = SimpleRouter()
router.register("accounts", AccountViewSet, "account")
router.register("contacts", ContactViewSet, "contact")
