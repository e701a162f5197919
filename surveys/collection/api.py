"""API: responses with their answers, to read."""

import django_filters
from rest_framework import serializers
from rest_framework.routers import SimpleRouter

from feedback_site.access.api import ReadViewSet, named_by
from surveys.collection.models import Answer, Band, Response


class AnswerSerializer(serializers.ModelSerializer):
    choices = serializers.ListField(child=serializers.CharField(), read_only=True, help_text="Keys of the chosen options.")

    class Meta:
        model = Answer
        fields = ["id", "question_key", "number", "text", "choices", "data", "updated_at"]


class ResponseSerializer(serializers.ModelSerializer):
    """Segment, region, account manager and representative are those of the account when the customer answered."""

    survey = named_by("key")
    version = serializers.IntegerField(source="version.number", read_only=True)
    account = named_by("external_id")
    contact = named_by("email")
    segment = named_by("name")
    account_manager = named_by("email")
    sales_representative = named_by("external_id")
    answers = AnswerSerializer(many=True, read_only=True)

    class Meta:
        model = Response
        fields = [
            "id",
            "external_id",
            "survey",
            "version",
            "account",
            "contact",
            "source",
            "state",
            "language",
            "asked_at",
            "started_at",
            "completed_at",
            "updated_at",
            "score",
            "score_type",
            "band",
            "segment",
            "region",
            "account_manager",
            "sales_representative",
            "is_simulated",
            "answers",
        ]


class ResponseFilter(django_filters.FilterSet):
    survey = django_filters.CharFilter("survey__key", label="Key of the survey")
    account = django_filters.CharFilter("account__external_id", label="External id of the account")
    contact = django_filters.CharFilter("contact__email", "iexact", label="E-mail address of the contact")
    segment = django_filters.CharFilter("segment__name", label="Name of the segment at that time")
    region = django_filters.CharFilter()
    band = django_filters.ChoiceFilter(choices=Band.choices)
    state = django_filters.ChoiceFilter(choices=Response.State.choices)
    completed_from = django_filters.IsoDateTimeFilter("completed_at", "gte", label="Completed at or after")
    completed_before = django_filters.IsoDateTimeFilter("completed_at", "lt", label="Completed before")
    updated_since = django_filters.IsoDateTimeFilter("updated_at", "gte", label="Changed at or after, to fetch what is new")


class ResponseViewSet(ReadViewSet):
    """What customers answered. The sentiment of the texts stands at `/api/sentiments/`."""

    queryset = Response.objects.select_related(
        "survey", "version", "account", "contact", "segment", "account_manager", "sales_representative"
    ).prefetch_related("answers")
    serializer_class = ResponseSerializer
    filterset_class = ResponseFilter


router = SimpleRouter()
router.register("responses", ResponseViewSet, "response")
