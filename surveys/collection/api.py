"""API: responses with their answers, to read; and those that another program has collected, to store."""

from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response as HttpResponse
from rest_framework.routers import SimpleRouter

from feedback_site.access.api import ReadViewSet, named_by
from feedback_site.access.permissions import IMPORTS
from feedback_site.access.personal_data import hidden, is_masked_for, readable
from surveys.authoring.flow import shown
from surveys.authoring.models import Question
from surveys.authoring.questionnaire import REQUIRED
from surveys.authoring.values import Value, check, is_empty
from surveys.collection.models import Answer, Band, Response, ResponseQuerySet
from surveys.collection.queries import interviewable
from surveys.collection.searching import matching
from surveys.collection.submit import facts
from surveys.collection.ways import ByProgram
from surveys.customers.models import Contact

TAKEN = _("Another response has this id.")
ANSWERS = (
    "By question key: a number for scales, `yes` or `no`, a key or a list of keys of choices, an object by row for a matrix, "
    "all keys in order for a ranking, text, `2026-11-23` for a date, an object for contact details. Unanswered questions are left out."
)


class AnswerSerializer(serializers.ModelSerializer):
    """Masked where the context says so: a user's role, or `?mask=1`."""

    choices = serializers.ListField(child=serializers.CharField(), read_only=True, help_text="Keys of the chosen options.")

    class Meta:
        model = Answer
        fields = ["id", "question_key", "number", "text", "choices", "data", "updated_at"]

    def to_representation(self, answer: Answer) -> dict[str, Any]:
        row = super().to_representation(answer)
        return {**row, **masked_columns(answer)} if self.context["is_masked"] else row


def masked_columns(answer: Answer) -> dict[str, Any]:
    """What was written, without personal data; of the respondent's own details only which were given."""
    data = readable(answer.data, True) if isinstance(answer.data, str) else answer.data
    if isinstance(data, dict) and is_details(answer):
        data = dict.fromkeys(data, hidden())
    return {"text": readable(answer.text, True), "data": data}


def is_details(answer: Answer) -> bool:
    questions = answer.response.version.questions.all()
    return any(one.key == answer.question_key and one.type == Question.Type.CONTACT_DETAILS for one in questions)


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
            "set_aside",
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

    def to_representation(self, response: Response) -> dict[str, Any]:
        """Masked, the contact is not named either."""
        row = super().to_representation(response)
        return {**row, "contact": None} if self.context.get("is_masked") else row


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
    search = django_filters.CharFilter(method="by_text", label="Words of the texts, as in the search of the feedback list")
    mask = django_filters.BooleanFilter(method="leave", label="Without personal data; always so for roles that do not act on feedback")

    def by_text(self, responses: ResponseQuerySet, name: str, value: str) -> ResponseQuerySet:
        return responses.filter(pk__in=matching(Answer.objects.texts(), value, is_masked_for(self.request.user)).values("response"))

    def leave(self, responses: ResponseQuerySet, name: str, value: bool) -> ResponseQuerySet:
        """The rows are the same, what stands in them is not."""
        return responses


class NewResponseSerializer(serializers.Serializer):
    """A response that another program has collected: answers by the keys of their questions."""

    survey = serializers.SlugRelatedField("key", queryset=interviewable(), help_text="The key of a published survey that is not anonymous.")
    contact = serializers.EmailField(help_text="The contact's e-mail address.")
    external_id = serializers.CharField(max_length=150, help_text="Yours: sent again with the same, the answers replace those before.")
    language = serializers.CharField(max_length=8, required=False, help_text="Without it, the contact's.")
    answers = serializers.DictField(child=serializers.JSONField(), allow_empty=False, help_text=ANSWERS)

    def validate_contact(self, email: str) -> Contact:
        contact = Contact.objects.select_related("account__segment").filter(email__iexact=email).first()
        if contact is None:
            raise serializers.ValidationError(_("No contact has this e-mail address."))
        return contact

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """With the `way` in. What was taken before is gone on with in its own version, whatever was published since."""
        former = Response.objects.select_related("version").filter(external_id=data["external_id"]).first()
        way = ByProgram(data["contact"], data["survey"].published, data["external_id"], former)
        if not way.is_its_own:
            raise serializers.ValidationError({"external_id": TAKEN})
        version = former.version if former else way.version
        known = {question.key: question for question in version.questions.all()}
        wrong = {key: problem for key, value in data["answers"].items() if (problem := problem_of(known.get(key), value))}
        wrong = wrong or missing(former, data["answers"])
        if wrong:
            raise serializers.ValidationError({"answers": wrong})
        language = data.get("language") or data["contact"].language
        if data.get("language") and language not in version.languages:
            raise serializers.ValidationError({"language": _("The survey is not written in this language.")})
        return {**data, "way": way, "language": language if language in version.languages else version.default_language}


def missing(former: Response | None, answers: dict[str, Value]) -> dict[str, str]:
    """What a response that was complete would lack, were its answers replaced by these."""
    if former is None or former.completed_at is None:
        return {}
    visible = shown(former.version, answers, facts(former))
    required = [question.key for question in former.version.questions.all() if question.is_required and question.key in visible]
    return {key: str(REQUIRED) for key in required if is_empty(answers.get(key))}


def problem_of(question: Question | None, value: Value) -> str:
    """Why `value` is no answer; empty where it is one."""
    if question is None:
        return str(_("This survey has no such question."))
    try:
        check(question, value)
    except (ValidationError, TypeError, ValueError, AttributeError):  # JSON brings every shape
        return str(_("This is no answer to the question."))
    return ""


class ResponseViewSet(ReadViewSet):
    """What customers answered. The sentiment of the texts stands at `/api/sentiments/`."""

    write_roles = IMPORTS

    queryset = Response.objects.select_related(
        "survey", "version", "account", "contact", "segment", "account_manager", "sales_representative"
    ).prefetch_related("answers", "version__questions")
    serializer_class = ResponseSerializer
    filterset_class = ResponseFilter

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "is_masked": is_masked_for(self.request.user, self.request.query_params.get("mask"))}

    @extend_schema(request=NewResponseSerializer, responses={200: ResponseSerializer, 201: ResponseSerializer})
    def create(self, request: Request) -> HttpResponse:
        """Store a response that was given elsewhere, as an interview or in an app of yours.

        All answers are taken, or none. 201 for a new response, 200 where one with this `external_id` was there.
        """
        form = NewResponseSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        former = given["way"].response
        before = dict.fromkeys(former.answers.values_list("question_key", flat=True)) if former else {}
        try:
            stored = given["way"].take({**before, **given["answers"]}, timezone.now(), True, given["language"])
        except IntegrityError:  # somebody else's, stored since this one was looked for
            raise serializers.ValidationError({"external_id": TAKEN}) from None
        stored = self.get_queryset().get(pk=stored.pk)
        return HttpResponse(self.get_serializer(stored).data, status=status.HTTP_200_OK if former else status.HTTP_201_CREATED)


router = SimpleRouter()
router.register("responses", ResponseViewSet, "response")
