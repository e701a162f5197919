"""What the texts of answers say: sentiment, by which engine, or that no engine understood it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from feedback_site.access.models import User
from feedback_site.access.visibility import visible_rows
from surveys.collection.models import Answer, AnswerQuerySet, identified


class SentimentQuerySet(models.QuerySet["Sentiment"]):
    def visible_to(self, user: User) -> "SentimentQuerySet":
        return self.filter(visible_rows(user, "answer__response__account"), identified("answer__response__"))


class Sentiment(models.Model):
    """The sentiment of one text answer. A language that no engine covers is *not scored*, never neutral."""

    class Label(models.TextChoices):
        POSITIVE = "positive", _("Positive")
        NEUTRAL = "neutral", _("Neutral")
        NEGATIVE = "negative", _("Negative")
        MIXED = "mixed", _("Mixed")
        NOT_SCORED = "not_scored", _("Not scored")

    answer = models.OneToOneField(Answer, models.CASCADE, related_name="sentiment")
    language = models.CharField(_("language"), max_length=8, blank=True)
    label = models.CharField(_("sentiment"), max_length=12, choices=Label.choices)
    polarity = models.FloatField(_("polarity, −1…1"), null=True)
    engine = models.CharField(_("engine"), max_length=40, blank=True)
    engine_version = models.CharField(_("version"), max_length=40, blank=True)
    answer_updated_at = models.DateTimeField()  # of the text that was scored: a corrected text is scored again
    scored_at = models.DateTimeField(auto_now=True)

    objects = SentimentQuerySet.as_manager()

    class Meta:
        verbose_name = _("sentiment")
        constraints = [
            models.CheckConstraint(
                condition=Q(label="not_scored", polarity__isnull=True) | (~Q(label="not_scored") & Q(polarity__isnull=False)),
                name="polarity_if_scored",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_label_display()} ({self.language})"


def awaiting_sentiment() -> AnswerQuerySet:
    """Text answers never scored, or changed since."""
    never = Q(sentiment__isnull=True)
    changed = ~Q(sentiment__answer_updated_at=F("updated_at"))
    return Answer.objects.texts().filter(never | changed)
