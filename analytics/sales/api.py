"""API: opportunities and revenue."""

import django_filters
from rest_framework import serializers
from rest_framework.routers import SimpleRouter

from analytics.sales import queries
from analytics.sales.imports import OpportunityKind, RevenueKind
from analytics.sales.models import Opportunity, RevenueEntry
from feedback_site.access.api import named_by
from feedback_site.access.permissions import MANAGES_SALES
from feedback_site.imports.api import UpsertViewSet


class OpportunitySerializer(serializers.ModelSerializer):
    account = named_by("external_id")
    representative = named_by("external_id")
    campaign = named_by("external_id")

    class Meta:
        model = Opportunity
        fields = [
            "id",
            "external_id",
            "name",
            "account",
            "representative",
            "campaign",
            "product",
            "stage",
            "value",
            "currency",
            "created_on",
            "closed_on",
            "updated_at",
            "is_simulated",
        ]


class OpportunityFilter(django_filters.FilterSet):
    external_id = django_filters.CharFilter()
    account = django_filters.CharFilter("account__external_id", label="External id of the account")
    segment = django_filters.CharFilter("account__segment__name", label="Name of the account's segment")
    representative = django_filters.CharFilter("representative__external_id", label="External id of the representative")
    campaign = django_filters.CharFilter("campaign__external_id", label="External id of the campaign")
    stage = django_filters.ChoiceFilter(choices=Opportunity.Stage.choices)
    closed_from = django_filters.DateFilter("closed_on", "gte", label="Closed on or after")
    closed_to = django_filters.DateFilter("closed_on", "lte", label="Closed on or before")
    updated_since = django_filters.IsoDateTimeFilter("updated_at", "gte", label="Changed at or after, to fetch what is new")


class OpportunityViewSet(UpsertViewSet):
    """Chances to sell: open, won or lost."""

    kind = OpportunityKind()
    write_roles = MANAGES_SALES
    queryset = queries.opportunities_for_list()
    serializer_class = OpportunitySerializer
    filterset_class = OpportunityFilter


class RevenueSerializer(serializers.ModelSerializer):
    account = named_by("external_id")

    class Meta:
        model = RevenueEntry
        fields = [
            "id",
            "external_id",
            "account",
            "amount",
            "cost",
            "currency",
            "recognised_on",
            "ends_on",
            "product",
            "updated_at",
            "is_simulated",
        ]


class RevenueFilter(django_filters.FilterSet):
    external_id = django_filters.CharFilter()
    account = django_filters.CharFilter("account__external_id", label="External id of the account")
    segment = django_filters.CharFilter("account__segment__name", label="Name of the account's segment")
    recognised_from = django_filters.DateFilter("recognised_on", "gte", label="Recognised on or after")
    recognised_to = django_filters.DateFilter("recognised_on", "lte", label="Recognised on or before")
    updated_since = django_filters.IsoDateTimeFilter("updated_at", "gte", label="Changed at or after, to fetch what is new")


class RevenueViewSet(UpsertViewSet):
    """Revenue of an account on a day, or spread over the days of a period."""

    kind = RevenueKind()
    write_roles = MANAGES_SALES
    queryset = queries.revenue_for_list()
    serializer_class = RevenueSerializer
    filterset_class = RevenueFilter


router = SimpleRouter()
router.register("opportunities", OpportunityViewSet, "opportunity")
router.register("revenue", RevenueViewSet, "revenue")
