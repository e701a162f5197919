"""API: what happened at customers, told by other programs; and the addresses of the other parts of distribution."""

import django_filters
from rest_framework import serializers
from rest_framework.routers import SimpleRouter

from feedback_site.access.api import named_by
from feedback_site.access.permissions import IMPORTS
from feedback_site.imports.api import UpsertViewSet
from surveys.distribution.audience_api import ExclusionListViewSet, SavedAudienceViewSet, ScheduleViewSet
from surveys.distribution.imports import CustomerEventKind
from surveys.distribution.schedule_models import CustomerEvent, Occasion
from surveys.distribution.sending_api import DistributionViewSet, InvitationViewSet, SkipViewSet, SuppressionViewSet


class CustomerEventSerializer(serializers.ModelSerializer):
    account = named_by("external_id")
    contact = named_by("email")

    class Meta:
        model = CustomerEvent
        fields = ["id", "occasion", "external_id", "account", "contact", "happened_on", "created_at", "is_simulated"]


class CustomerEventFilter(django_filters.FilterSet):
    occasion = django_filters.ChoiceFilter(choices=Occasion.choices)
    external_id = django_filters.CharFilter()
    account = django_filters.CharFilter("account__external_id", label="External id of the account")
    happened_on = django_filters.DateFromToRangeFilter()


class CustomerEventViewSet(UpsertViewSet):
    """What happened at customers; schedules ask after it. Events are found again by their kind and external id."""

    kind = CustomerEventKind()
    write_roles = IMPORTS
    queryset = CustomerEvent.objects.select_related("account", "contact")
    serializer_class = CustomerEventSerializer
    filterset_class = CustomerEventFilter


router = SimpleRouter()
router.register("customer-events", CustomerEventViewSet, "customer-event")
router.register("distributions", DistributionViewSet, "distribution")
router.register("invitations", InvitationViewSet, "invitation")
router.register("skips", SkipViewSet, "skip")
router.register("suppressions", SuppressionViewSet, "suppression")
router.register("audiences", SavedAudienceViewSet, "audience")
router.register("exclusion-lists", ExclusionListViewSet, "exclusion-list")
router.register("schedules", ScheduleViewSet, "schedule")
