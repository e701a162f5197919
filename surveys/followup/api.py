"""API: alerts, to read and to mark as seen."""

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from feedback_site.access.api import ReadViewSet, named_by
from feedback_site.access.permissions import HANDLES_FEEDBACK
from surveys.followup.alert_models import Alert
from surveys.followup.seen import mark_seen


class AlertSerializer(serializers.ModelSerializer):
    account = named_by("external_id")
    contact = named_by("email")
    user = named_by("email")
    seen_by = named_by("email")
    facts = serializers.DictField(
        read_only=True,
        help_text="Of a bounce the `email`; of a silence `since` when nobody has answered, and how many `people` were asked.",
    )

    class Meta:
        model = Alert
        fields = ["id", "kind", "account", "contact", "distribution", "user", "facts", "created_at", "mailed_at", "seen_at", "seen_by"]


class AlertFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=Alert.Kind.choices)
    account = django_filters.CharFilter("account__external_id", label="External id of the account")
    seen = django_filters.BooleanFilter(method="by_seen", label="Whether somebody has seen it")
    created_since = django_filters.IsoDateTimeFilter("created_at", "gte", label="Noted at or after, to fetch what is new")

    def by_seen(self, alerts: "QuerySet[Alert]", name: str, value: bool) -> "QuerySet[Alert]":
        return alerts.filter(seen_at__isnull=not value)


class AlertViewSet(ReadViewSet):
    """Key contacts whose address bounces, and key accounts that stay silent."""

    write_roles = HANDLES_FEEDBACK
    queryset = Alert.objects.select_related("account", "contact", "user", "seen_by").order_by("pk")
    serializer_class = AlertSerializer
    filterset_class = AlertFilter

    @extend_schema(request=None, responses=AlertSerializer)
    @action(detail=True, methods=["post"], filter_backends=[])
    def seen(self, request: Request, pk: str) -> Response:
        """Mark it as seen; one that was seen before stays as it is."""
        rows = self.get_queryset().filter(pk=self.get_object().pk)
        mark_seen(rows, request.user)  # type: ignore[arg-type]  # the permission lets users in alone
        return Response(self.get_serializer(rows.get()).data)


router = SimpleRouter()
router.register("alerts", AlertViewSet, "alert")
