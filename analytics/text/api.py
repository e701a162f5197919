"""API: the sentiment of text answers, to read."""

import django_filters
from rest_framework import serializers
from rest_framework.routers import SimpleRouter

from analytics.text.models import Sentiment, SentimentQuerySet
from analytics.text.search import matching
from feedback_site.access.api import ReadViewSet
from feedback_site.access.personal_data import is_masked_for
from surveys.collection.models import Answer


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
    search = django_filters.CharFilter(method="by_text", label="Words of the text, as in the search of the feedback list")

    def by_text(self, sentiments: SentimentQuerySet, name: str, value: str) -> SentimentQuerySet:
        return sentiments.filter(answer__in=matching(Answer.objects.texts(), value, is_masked_for(self.request.user)))


class SentimentViewSet(ReadViewSet):
    """What the texts say, by which engine. A text that waits to be scored has no row yet."""

    queryset = Sentiment.objects.select_related("answer__response__account").order_by("pk")
    serializer_class = SentimentSerializer
    filterset_class = SentimentFilter


router = SimpleRouter()
router.register("sentiments", SentimentViewSet, "sentiment")
