"""API: distributions, what became of each invitation, who was skipped, and addresses that must not be mailed."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import Count, Q, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from feedback_site.access import audit
from feedback_site.access.api import ReadByRoleViewSet, ReadViewSet, named_by
from feedback_site.access.permissions import MANAGES_SURVEYS
from feedback_site.access.visibility import visible_rows
from surveys.authoring.models import Survey
from surveys.distribution.forms import ANSWERED, OPENED, PARTLY, SILENT, by_answer
from surveys.distribution.models import Delivery, Distribution, Invitation, Skip, Suppression
from surveys.distribution.queries import suppressions, with_last_mail
from surveys.distribution.suppress import ONLY_UNSUBSCRIBED

BY_API = "API"


class DistributionSerializer(serializers.ModelSerializer):
    """A survey sent to an audience; `mails` counts invitations and reminders by their state."""

    survey = named_by("key")
    version = serializers.IntegerField(source="version.number", read_only=True)
    created_by = named_by("email")
    audience = serializers.DictField(read_only=True, help_text="The conditions, exclusion lists and sample.")
    invited = serializers.IntegerField(read_only=True)
    answered = serializers.IntegerField(read_only=True)
    skipped = serializers.IntegerField(read_only=True)
    mails = serializers.DictField(
        child=serializers.IntegerField(), read_only=True, help_text="By state; states without a mail are left out."
    )

    class Meta:
        model = Distribution
        fields = [
            "id",
            "name",
            "survey",
            "version",
            "state",
            "audience",
            "starts_at",
            "spread_days",
            "reminders",
            "reminder_days",
            "closes_at",
            "schedule",
            "created_by",
            "created_at",
            "confirmed_at",
            "invited",
            "answered",
            "skipped",
            "mails",
            "is_simulated",
        ]


class DistributionFilter(django_filters.FilterSet):
    survey = django_filters.CharFilter("survey__key", label="Key of the survey")
    state = django_filters.ChoiceFilter(choices=Distribution.State.choices)
    schedule = django_filters.NumberFilter("schedule__id", label="Id of the schedule that made it")
    created_since = django_filters.IsoDateTimeFilter("created_at", "gte", label="Created at or after")


class DistributionViewSet(ReadByRoleViewSet):
    """What was sent, and what is prepared, with counts."""

    read_roles = MANAGES_SURVEYS
    queryset = Distribution.objects.select_related("survey", "version", "created_by").order_by("pk")
    serializer_class = DistributionSerializer
    filterset_class = DistributionFilter

    def paginate_queryset(self, queryset: Any) -> Any:
        return counted(super().paginate_queryset(queryset) or [])

    def get_object(self) -> Distribution:
        return counted([super().get_object()])[0]


def counted(rows: Sequence[Any]) -> Sequence[Any]:
    """`rows` with their counts; three queries, however many they are."""
    invited = Invitation.objects.filter(distribution__in=rows).order_by().values_list("distribution")
    people = {pk: counts for pk, *counts in invited.annotate(n=Count("pk"), answered=Count("pk", filter=Q(answered_at__isnull=False)))}
    skipped = dict(Skip.objects.filter(distribution__in=rows).order_by().values_list("distribution").annotate(n=Count("pk")))
    mails = Delivery.objects.filter(invitation__distribution__in=rows).order_by().values_list("invitation__distribution", "state")
    per_state: dict[int, dict[str, int]] = {}
    for pk, state, n in mails.annotate(n=Count("pk")):
        per_state.setdefault(pk, {})[state] = n
    for row in rows:
        row.invited, row.answered = people.get(row.pk, (0, 0))
        row.skipped, row.mails = skipped.get(row.pk, 0), per_state.get(row.pk, {})
    return rows


class InvitationSerializer(serializers.ModelSerializer):
    """One person asked in one distribution, with the state of the last mail. `answered_at` is null for anonymous surveys."""

    survey = serializers.CharField(source="distribution.survey.key", read_only=True)
    contact = named_by("email")
    account = serializers.CharField(source="contact.account.external_id", read_only=True)
    state = serializers.ChoiceField(source="mail_state", choices=Delivery.State.choices, read_only=True, allow_null=True)
    reminder = serializers.IntegerField(source="mail_number", read_only=True, allow_null=True, help_text="0: the first mail.")
    reason = serializers.CharField(source="mail_reason", read_only=True, allow_null=True, help_text="Why it bounced, failed, waits …")
    sent_at = serializers.DateTimeField(source="mail_sent_at", read_only=True, allow_null=True)
    answered = serializers.SerializerMethodField()
    answered_at = serializers.SerializerMethodField()

    class Meta:
        model = Invitation
        fields = [
            "id",
            "distribution",
            "survey",
            "contact",
            "account",
            "language",
            "created_at",
            "state",
            "reminder",
            "reason",
            "sent_at",
            "answered",
            "answered_at",
        ]

    @extend_schema_field(serializers.ChoiceField(choices=["yes", "partly", "no"]))
    def get_answered(self, invitation: Any) -> str:
        return "yes" if invitation.answered_at else "partly" if invitation.response_state else "no"

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_answered_at(self, invitation: Any) -> Any:
        return None if invitation.distribution.survey.is_anonymous else invitation.answered_at


class InvitationFilter(django_filters.FilterSet):
    distribution = django_filters.NumberFilter("distribution__id", label="Id of the distribution")
    survey = django_filters.CharFilter("distribution__survey__key", label="Key of the survey")
    contact = django_filters.CharFilter("contact__email", "iexact", label="E-mail address of the contact")
    account = django_filters.CharFilter("contact__account__external_id", label="External id of the account")
    state = django_filters.ChoiceFilter("mail_state", choices=Delivery.State.choices, label="State of the last mail")
    answer = django_filters.ChoiceFilter(choices=[(value, value) for value in (ANSWERED, PARTLY, OPENED, SILENT)], method="by_answer")
    sent_since = django_filters.IsoDateTimeFilter("mail_sent_at", "gte", label="Last mail sent at or after")

    def by_answer(self, rows: "QuerySet[Invitation]", name: str, value: str) -> "QuerySet[Invitation]":
        return by_answer(rows, value)


class InvitationViewSet(ReadViewSet):
    """What became of each invitation."""

    queryset = with_last_mail(Invitation.objects.all()).select_related("distribution__survey", "contact__account").order_by("pk")
    serializer_class = InvitationSerializer
    filterset_class = InvitationFilter


class SkipSerializer(serializers.ModelSerializer):
    survey = serializers.CharField(source="distribution.survey.key", read_only=True)
    contact = named_by("email")
    account = serializers.CharField(source="contact.account.external_id", read_only=True)

    class Meta:
        model = Skip
        fields = ["id", "distribution", "survey", "contact", "account", "reason"]


class SkipFilter(django_filters.FilterSet):
    distribution = django_filters.NumberFilter("distribution__id", label="Id of the distribution")
    contact = django_filters.CharFilter("contact__email", "iexact", label="E-mail address of the contact")
    account = django_filters.CharFilter("contact__account__external_id", label="External id of the account")
    reason = django_filters.ChoiceFilter(choices=Skip.Reason.choices)


class SkipViewSet(ReadViewSet):
    """Who of an audience was not invited, and the one reason."""

    queryset = Skip.objects.select_related("distribution__survey", "contact__account").order_by("pk")
    serializer_class = SkipSerializer
    filterset_class = SkipFilter

    def visible(self, rows: Any) -> Any:
        return rows.filter(visible_rows(self.request.user, "contact__account"))


class SuppressionSerializer(serializers.ModelSerializer):
    """An address that must not be mailed: by no survey, or not by the one named."""

    survey = serializers.SlugRelatedField("key", queryset=Survey.objects.all(), required=False, allow_null=True)

    class Meta:
        model = Suppression
        fields = ["id", "email", "reason", "survey", "source", "created_at"]
        read_only_fields = ["created_at"]
        validators: list[Any] = []  # what is there already is no error

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("survey") and attrs["reason"] != Suppression.Reason.UNSUBSCRIBED:
            raise serializers.ValidationError({"survey": ONLY_UNSUBSCRIBED})
        return attrs


class SuppressionFilter(django_filters.FilterSet):
    email = django_filters.CharFilter(lookup_expr="iexact")
    reason = django_filters.ChoiceFilter(choices=Suppression.Reason.choices)
    survey = django_filters.CharFilter("survey__key", label="Key of the survey that alone is unwanted")
    created_since = django_filters.IsoDateTimeFilter("created_at", "gte", label="Suppressed at or after, to fetch what is new")


class SuppressionViewSet(ReadByRoleViewSet):
    """Addresses that must not be mailed. They can be added to, and not lifted: only the person can undo it."""

    read_roles = write_roles = MANAGES_SURVEYS
    queryset = suppressions().order_by("pk")
    serializer_class = SuppressionSerializer
    filterset_class = SuppressionFilter

    @extend_schema(responses={200: SuppressionSerializer, 201: SuppressionSerializer})
    def create(self, request: Request) -> Response:
        """Suppress an address. 201 where it is new, 200 where it was suppressed for this reason before, which then stays as it is."""
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = {"source": BY_API, "survey": None, **{name: value for name, value in form.validated_data.items() if value != ""}}
        email, source = given.pop("email"), given.pop("source")
        stored, is_new = Suppression.objects.get_or_create(
            email__iexact=email, **given, defaults={"email": email.lower(), "source": source}
        )
        if is_new:
            audit.record(request.user, stored, {"added by": BY_API})
        return Response(self.get_serializer(stored).data, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)
