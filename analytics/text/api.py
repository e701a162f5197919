"""API: the sentiment of text answers, to read and to judge, and their themes, to read."""

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from analytics.text.judging.disagree import opposed
from analytics.text.judging.judge import CanNotJudge, judge, take_back
from analytics.text.models import OfAnswerQuerySet, Sentiment
from analytics.text.search.find import matching
from analytics.text.themes.models import AnswerTheme, Theme
from feedback_site.access.api import ReadByRoleViewSet, ReadViewSet, named_by
from feedback_site.access.permissions import HANDLES_FEEDBACK
from feedback_site.access.personal_data import is_masked_for, readable_words
from surveys.collection.models import Answer


class OtherPartSerializer(serializers.Serializer):
    """`engine` is empty where none covers the language."""

    language = serializers.CharField(read_only=True)
    engine = serializers.CharField(read_only=True)
    engine_version = serializers.CharField(source="version", read_only=True)


class SentimentSerializer(serializers.ModelSerializer):
    """`label` is what counts: what a person says (`is_judged`), or else what the engine does (`engine_label`).

    `polarity` is null where the text is not scored: no engine covers its language, or understood it. `confidence` (0…1, that
    `engine_label` is right) is null where the engine gives none.
    """

    text_updated_at = serializers.DateTimeField(source="answer_updated_at", read_only=True, help_text="Of the text that was read.")
    words = serializers.SerializerMethodField(help_text="Those that decided, as pairs of word and weight; positive for praise.")
    is_judged = serializers.SerializerMethodField(help_text="Whether a person has judged this text.")
    judged_label = serializers.SerializerMethodField(help_text="What the person said; not_scored where they could not tell.")

    other_engines = OtherPartSerializer(
        source="other_parts", many=True, read_only=True, help_text="Who read the parts in other languages than `language`."
    )

    response = serializers.IntegerField(source="answer.response_id", read_only=True)
    question_key = serializers.CharField(source="answer.question_key", read_only=True)
    account = serializers.CharField(source="answer.response.account.external_id", read_only=True)

    class Meta:
        model = Sentiment
        fields = [
            "id",
            "response",
            "answer",
            "question_key",
            "account",
            "language",
            "label",
            "engine_label",
            "polarity",
            "confidence",
            "words",
            "engine",
            "engine_version",
            "other_engines",
            "scored_at",
            "text_updated_at",
            "is_judged",
            "judged_label",
        ]

    @extend_schema_field(serializers.ListField(child=serializers.ListField()))
    def get_words(self, sentiment: Sentiment) -> list[Any]:
        return readable_words(sentiment.words, sentiment.answer.text, is_masked_for(self.context["request"].user))

    def get_is_judged(self, sentiment: Sentiment) -> bool:
        return sentiment.judgement is not None

    @extend_schema_field(serializers.ChoiceField(choices=Sentiment.Label.choices, allow_null=True))
    def get_judged_label(self, sentiment: Sentiment) -> str | None:
        return sentiment.judgement.label if sentiment.judgement else None


class JudgementSerializer(serializers.Serializer):
    label = serializers.ChoiceField(  # type: ignore[assignment]  # a field of this name, as in the row
        choices=Sentiment.Label.choices, help_text="not_scored where it can not be told."
    )
    text_updated_at = serializers.DateTimeField(help_text="As it was read here: a text that the customer changed since is not judged.")


class SentimentFilter(django_filters.FilterSet):
    response = django_filters.NumberFilter("answer__response", label="Id of the response")
    account = django_filters.CharFilter("answer__response__account__external_id", label="External id of the account")
    survey = django_filters.CharFilter("answer__response__survey__key", label="Key of the survey")
    label = django_filters.ChoiceFilter(choices=Sentiment.Label.choices)
    language = django_filters.CharFilter()
    scored_since = django_filters.IsoDateTimeFilter("scored_at", "gte", label="Scored at or after, to fetch what is new")
    search = django_filters.CharFilter(method="by_text", label="Words of the text, as in the search of the feedback list")
    judged_since = django_filters.IsoDateTimeFilter("answer__judgement__judged_at", "gte", label="Judged by a person at or after")
    disagrees = django_filters.BooleanFilter(method="by_disagreement", label="Whether the text is the opposite of its response's score")

    def by_text(self, sentiments: OfAnswerQuerySet, name: str, value: str) -> OfAnswerQuerySet:
        return sentiments.filter(answer__in=matching(Answer.objects.texts(), value, is_masked_for(self.request.user)))

    def by_disagreement(self, sentiments: OfAnswerQuerySet, name: str, value: bool) -> OfAnswerQuerySet:
        return opposed(sentiments) if value else sentiments.exclude(pk__in=opposed(sentiments))


class SentimentViewSet(ReadViewSet):
    """What the texts say, by which engine. A text that waits to be scored has no row yet."""

    write_roles = HANDLES_FEEDBACK
    queryset = Sentiment.objects.select_related("answer__response__account", "answer__judgement").order_by("pk")
    serializer_class = SentimentSerializer
    filterset_class = SentimentFilter

    @extend_schema(request=JudgementSerializer, responses=SentimentSerializer)
    @action(detail=True, methods=["post"], filter_backends=[])
    def judge(self, request: Request, pk: str) -> Response:
        """Say what the sentiment is; that counts, whatever the engine says. Who says so last counts."""
        said = JudgementSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        answer, read_at = self.get_object().answer, said.validated_data["text_updated_at"]
        try:
            judge(answer, said.validated_data["label"], request.user, read_at=read_at)  # type: ignore[arg-type]
        except CanNotJudge as problem:
            raise serializers.ValidationError({"text_updated_at": [str(problem)]}) from problem
        return self._now(pk)

    @extend_schema(request=None, responses=SentimentSerializer)
    @judge.mapping.delete
    def unjudge(self, request: Request, pk: str) -> Response:
        """Take back what a person said; the engine's label counts again."""
        take_back(self.get_object().answer, request.user)  # type: ignore[arg-type]
        return self._now(pk)

    def _now(self, pk: str) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=pk)).data)


class ThemeSerializer(serializers.ModelSerializer):
    """`terms` by language, as customers write them; `parent` is the key of the theme that it is part of."""

    parent: Any = named_by("key")
    terms = serializers.SerializerMethodField()

    class Meta:
        model = Theme
        fields = ["id", "key", "names", "parent", "is_active", "terms"]

    def get_terms(self, theme: Theme) -> dict[str, list[str]]:
        terms: dict[str, list[str]] = {}
        for term in theme.terms.all():
            terms.setdefault(term.language, []).append(term.text)
        return terms


class ThemeViewSet(ReadByRoleViewSet):
    """What customers speak of: the themes with their terms, those out of use included."""

    queryset = Theme.objects.select_related("parent").prefetch_related("terms").order_by("position", "pk")
    serializer_class = ThemeSerializer


class AnswerThemeSerializer(serializers.ModelSerializer):
    """`label` and `polarity` are those of the sentences that mention the theme; `spans` are [from, to] of each mention in the text."""

    response = serializers.IntegerField(source="answer.response_id", read_only=True)
    theme = named_by("key")

    class Meta:
        model = AnswerTheme
        fields = ["id", "response", "answer", "theme", "label", "polarity", "spans"]


class AnswerThemeFilter(django_filters.FilterSet):
    response = django_filters.NumberFilter("answer__response", label="Id of the response")
    theme = django_filters.CharFilter("theme__key", label="Key of the theme")
    label = django_filters.ChoiceFilter(choices=Sentiment.Label.choices)


class AnswerThemeViewSet(ReadViewSet):
    """Which answers speak of which themes in use. A text that waits has no row yet."""

    queryset = AnswerTheme.objects.filter(theme__is_active=True).select_related("theme", "answer").order_by("pk")
    serializer_class = AnswerThemeSerializer
    filterset_class = AnswerThemeFilter


router = SimpleRouter()
router.register("sentiments", SentimentViewSet, "sentiment")
router.register("themes", ThemeViewSet, "theme")
router.register("answer-themes", AnswerThemeViewSet, "answer-theme")
