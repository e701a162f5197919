"""API: the sentiment and the themes of text answers, to read."""

from typing import Any

import django_filters
from rest_framework import serializers
from rest_framework.routers import SimpleRouter

from analytics.text.models import Sentiment
from analytics.text.theme_models import AnswerTheme, Theme
from feedback_site.access.api import ReadByRoleViewSet, ReadViewSet, named_by


class SentimentSerializer(serializers.ModelSerializer):
    """`polarity` is null where the text is not scored: no engine covers its language, or understood it."""

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
            "polarity",
            "engine",
            "engine_version",
            "scored_at",
        ]


class SentimentFilter(django_filters.FilterSet):
    response = django_filters.NumberFilter("answer__response", label="Id of the response")
    account = django_filters.CharFilter("answer__response__account__external_id", label="External id of the account")
    survey = django_filters.CharFilter("answer__response__survey__key", label="Key of the survey")
    label = django_filters.ChoiceFilter(choices=Sentiment.Label.choices)
    language = django_filters.CharFilter()
    scored_since = django_filters.IsoDateTimeFilter("scored_at", "gte", label="Scored at or after, to fetch what is new")


class SentimentViewSet(ReadViewSet):
    """What the texts say, by which engine. A text that waits to be scored has no row yet."""

    queryset = Sentiment.objects.select_related("answer__response__account").order_by("pk")
    serializer_class = SentimentSerializer
    filterset_class = SentimentFilter


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
