"""What the texts of answers say: sentiment, by which engine, or that no engine understood it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from analytics.text import other_parts
from analytics.text.other_parts import OtherPart
from feedback_site.access.models import User
from feedback_site.access.visibility import visible_rows
from surveys.collection.models import Answer, identified

SEARCHED_BEFORE = 1  # as `themes_revision`: below that of every catalogue
LOW_CONFIDENCE = 0.6  # below it the page says that the engine is unsure


class OfAnswerQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Rows that each belong to one answer."""

    def visible_to(self, user: User) -> "OfAnswerQuerySet":
        return self.filter(visible_rows(user, "answer__response__account"), identified("answer__response__"))


class Sentiment(models.Model):
    """The sentiment of one text answer. A language that no engine covers is *not scored*, never neutral.

    `label` is what counts: the engine's, or that of a person who judged otherwise (see `Judgement`). `engine_label`,
    `polarity` (−1…1), `confidence` (0…1, that the engine's label is right; none where the engine gives none) and `words` (those
    that decided, with their weights) are the engine's own. Of a text in several languages, `language` and `engine` are those of its
    longest part that was understood, and `other_engines` says who read the others (see `other_parts`).
    """

    class Label(models.TextChoices):
        POSITIVE = "positive", _("Positive")
        NEUTRAL = "neutral", _("Neutral")
        NEGATIVE = "negative", _("Negative")
        MIXED = "mixed", _("Mixed")
        NOT_SCORED = "not_scored", _("Not scored")

    answer = models.OneToOneField(Answer, models.CASCADE, related_name="sentiment")
    language = models.CharField(_("language"), max_length=8, blank=True)
    label = models.CharField(_("sentiment"), max_length=12, choices=Label.choices)
    engine_label = models.CharField(_("sentiment according to the engine"), max_length=12, choices=Label.choices)
    polarity = models.FloatField(_("polarity, −1…1"), null=True)
    confidence = models.FloatField(_("confidence, 0…1"), null=True)
    words: "models.JSONField[list[tuple[str, float]]]" = models.JSONField(_("words that decided"), default=list)
    engine = models.CharField(_("engine"), max_length=40, blank=True)
    engine_version = models.CharField(_("version"), max_length=40, blank=True)
    other_engines = models.TextField(_("engines of the other parts"), blank=True, default="")
    answer_updated_at = models.DateTimeField()  # of the text that was scored: a corrected text is scored again
    scored_at = models.DateTimeField(auto_now=True)
    # Of the catalogue whose themes the answer has; 0 for none yet. SEARCHED_BEFORE: it has them, but what is said of them may be another.
    themes_revision = models.PositiveIntegerField(default=0)

    objects = OfAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("sentiment")
        indexes = [
            models.Index(fields=["language", "engine", "engine_version"], name="sentiments_by_engine"),
            models.Index(fields=["themes_revision", "answer"], name="sentiments_by_themes"),
            models.Index(fields=["other_engines"], name="sentiments_of_several", condition=Q(other_engines__gt="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(engine_label="not_scored", polarity__isnull=True) | (~Q(engine_label="not_scored") & Q(polarity__isnull=False)),
                name="polarity_if_scored",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_label_display()} ({self.language})"

    @property
    def other_parts(self) -> list[OtherPart]:
        """Those in other languages than `language`, by language."""
        return other_parts.read(self.other_engines)

    @property
    def is_unsure(self) -> bool:
        """Whether the engine itself says that its label may well be wrong; false where a person has judged."""
        return self.confidence is not None and self.confidence < LOW_CONFIDENCE and self.judgement is None

    @property
    def judgement(self) -> "Judgement | None":
        """What a person says of this very text; what was said of a text that the customer changed since is none of it."""
        judgement: Judgement | None = getattr(self.answer, "judgement", None)
        return judgement if judgement and judgement.answer_updated_at == self.answer_updated_at else None


class Judgement(models.Model):
    """What a person says the sentiment of a text is, and what the engine had said: it stays, trains, and measures.

    `is_sampled` where the text was drawn at random to be judged: only such judgements tell how often an engine errs, as people
    correct of their own accord mostly what is wrong. A text that the customer changed since is not the one that was judged.
    """

    answer = models.OneToOneField(Answer, models.CASCADE, related_name="judgement")
    label = models.CharField(_("sentiment"), max_length=12, choices=Sentiment.Label.choices)
    language = models.CharField(_("language"), max_length=8, blank=True)
    engine_label = models.CharField(_("sentiment according to the engine"), max_length=12, choices=Sentiment.Label.choices)
    engine = models.CharField(_("engine"), max_length=40, blank=True)
    engine_version = models.CharField(_("version"), max_length=40, blank=True)
    confidence = models.FloatField(_("confidence, 0…1"), null=True)  # of the engine, that its label is right
    is_sampled = models.BooleanField(_("drawn at random"), default=False)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("judged by"))
    judged_at = models.DateTimeField(_("judged at"), auto_now=True)
    answer_updated_at = models.DateTimeField()  # of the text that was judged

    objects = OfAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("judgement")
        verbose_name_plural = _("judgements")

    def __str__(self) -> str:
        return f"{self.get_label_display()} ({self.language})"


def judged_label(label: str) -> Any:
    """A label as a person gives it: what an engine does not score, a person can not tell."""
    return _("Cannot tell") if label == Sentiment.Label.NOT_SCORED else Sentiment.Label(label).label
