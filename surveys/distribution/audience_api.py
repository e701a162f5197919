"""API: saved audiences, exclusion lists with their addresses, and schedules."""

from typing import Any

import django_filters
from django.db.models import Count
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from feedback_site.access import audit
from feedback_site.access.api import ReadByRoleViewSet, named_by
from feedback_site.access.permissions import MANAGES_SURVEYS
from surveys.distribution.audience_models import ExcludedAddress, ExclusionList, SavedAudience
from surveys.distribution.excluded import add_addresses, remove_addresses
from surveys.distribution.schedule_models import Occasion, Schedule

MOST_ADDRESSES = 1000
AUDIENCE_HELP = "The conditions, exclusion lists and sample."


class SavedAudienceSerializer(serializers.ModelSerializer):
    created_by = named_by("email")
    audience = serializers.DictField(read_only=True, help_text=AUDIENCE_HELP)

    class Meta:
        model = SavedAudience
        fields = ["id", "name", "audience", "is_shared", "created_by", "created_at"]


class SavedAudienceFilter(django_filters.FilterSet):
    name = django_filters.CharFilter(lookup_expr="icontains")
    is_shared = django_filters.BooleanFilter()


class SavedAudienceViewSet(ReadByRoleViewSet):
    """One's own audiences, and those that others share."""

    read_roles = MANAGES_SURVEYS
    queryset = SavedAudience.objects.select_related("created_by").order_by("pk")
    serializer_class = SavedAudienceSerializer
    filterset_class = SavedAudienceFilter

    def visible(self, rows: Any) -> Any:
        return rows.usable_by(self.request.user)


class ExclusionListSerializer(serializers.ModelSerializer):
    size = serializers.IntegerField(read_only=True, help_text="How many addresses stand on it.")

    class Meta:
        model = ExclusionList
        fields = ["id", "name", "size", "created_at"]


class ExclusionListFilter(django_filters.FilterSet):
    name = django_filters.CharFilter(lookup_expr="iexact")


class ExcludedAddressSerializer(serializers.ModelSerializer):
    class Meta:
        model = ExcludedAddress
        fields = ["email"]


class AddressesSerializer(serializers.Serializer):
    """Up to 1,000 addresses."""

    emails = serializers.ListField(child=serializers.EmailField(max_length=254), min_length=1, max_length=MOST_ADDRESSES)


class AddedSerializer(serializers.Serializer):
    added = serializers.IntegerField(help_text="How many were not there yet.")


class RemovedSerializer(serializers.Serializer):
    removed = serializers.IntegerField(help_text="How many stood on the list.")


class ExclusionListViewSet(ReadByRoleViewSet):
    """Lists of addresses that an audience leaves out."""

    read_roles = write_roles = MANAGES_SURVEYS
    queryset = ExclusionList.objects.annotate(size=Count("addresses")).order_by("pk")
    serializer_class = ExclusionListSerializer
    filterset_class = ExclusionListFilter

    @extend_schema(responses=ExcludedAddressSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], filter_backends=[])
    def addresses(self, request: Request, pk: str) -> Response:
        """The addresses of one list, in order."""
        page = self.paginate_queryset(self.get_object().addresses.order_by("email"))
        return self.get_paginated_response(ExcludedAddressSerializer(page, many=True).data)

    @extend_schema(request=AddressesSerializer, responses=AddedSerializer)
    @addresses.mapping.post
    def add(self, request: Request, pk: str) -> Response:
        """Put addresses on the list; all of them, or none where one is no address."""
        chosen, emails = self.get_object(), emails_of(request)
        added = add_addresses(chosen, emails)
        audit.record(request.user, chosen, {"added": added})
        return Response({"added": added})

    @extend_schema(request=AddressesSerializer, responses=RemovedSerializer)
    @action(detail=True, methods=["post"], url_path="addresses/remove", filter_backends=[], pagination_class=None)
    def remove(self, request: Request, pk: str) -> Response:
        """Take addresses off the list."""
        chosen, emails = self.get_object(), emails_of(request)
        removed = remove_addresses(chosen, emails)
        audit.record(request.user, chosen, {"removed": removed})
        return Response({"removed": removed})


def emails_of(request: Request) -> list[str]:
    form = AddressesSerializer(data=request.data)
    form.is_valid(raise_exception=True)
    return list(form.validated_data["emails"])


class ScheduleSerializer(serializers.ModelSerializer):
    survey = named_by("key")
    created_by = named_by("email")
    audience = serializers.DictField(read_only=True, help_text=AUDIENCE_HELP)

    class Meta:
        model = Schedule
        fields = [
            "id",
            "name",
            "survey",
            "audience",
            "kind",
            "months",
            "asks_a_year",
            "starts_on",
            "occasion",
            "delay_days",
            "spread_days",
            "days_open",
            "reminders",
            "reminder_days",
            "is_stopped",
            "trouble",
            "created_by",
            "created_at",
            "is_simulated",
        ]


class ScheduleFilter(django_filters.FilterSet):
    survey = django_filters.CharFilter("survey__key", label="Key of the survey")
    kind = django_filters.ChoiceFilter(choices=Schedule.Kind.choices)
    occasion = django_filters.ChoiceFilter(choices=Occasion.choices)
    is_stopped = django_filters.BooleanFilter()


class ScheduleViewSet(ReadByRoleViewSet):
    """Surveys that are sent by themselves."""

    read_roles = MANAGES_SURVEYS
    queryset = Schedule.objects.select_related("survey", "created_by").order_by("pk")
    serializer_class = ScheduleSerializer
    filterset_class = ScheduleFilter
