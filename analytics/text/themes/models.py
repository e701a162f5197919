"""What customers speak of: themes, the terms by which they are found, and the themes of each answer."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from analytics.text.models import SEARCHED_BEFORE, OfAnswerQuerySet, Sentiment
from surveys.collection.models import Answer


class ThemeQuerySet(models.QuerySet["Theme"]):
    def active(self) -> "ThemeQuerySet":
        return self.filter(is_active=True)


class Theme(models.Model):
    """One theme, at most two levels deep. `names` by language; `key` stays when it is renamed."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    names: "models.JSONField[dict[str, str]]" = models.JSONField(_("names"), default=dict)
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children", verbose_name=_("part of"))
    position = models.PositiveIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["position", "key"]
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        constraints = [models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("id")), name="theme_is_not_its_own_part")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the reader's language, else in any that it has."""
        language = (get_language() or "en").split("-")[0]
        return self.names.get(language) or next((name for name in self.names.values() if name), self.key)


class Term(models.Model):
    """A word or phrase that speaks of a theme, as customers write it."""

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="terms", verbose_name=_("theme"))
    language = models.CharField(_("language"), max_length=8)
    text = models.CharField(_("term"), max_length=100)

    class Meta:
        ordering = ["language", "id"]
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        constraints = [models.UniqueConstraint(fields=["theme", "language", "text"], name="one_term_a_theme")]

    def __str__(self) -> str:
        return self.text


class Catalogue(models.Model):
    """The one row that says which revision the themes are at: each change raises it, and answers of older ones are done again."""

    revision = models.PositiveIntegerField(default=SEARCHED_BEFORE + 1)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.revision}"


class AnswerTheme(models.Model):
    """That an answer speaks of a theme, and what the sentences that do so say of it. `spans`: [from, to] of each mention."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="themes")
    theme = models.ForeignKey(Theme, models.CASCADE, related_name="mentions", verbose_name=_("theme"))
    label = models.CharField(_("sentiment"), max_length=12, choices=Sentiment.Label.choices)
    polarity = models.FloatField(_("polarity, −1…1"), null=True)
    spans: "models.JSONField[list[tuple[int, int]]]" = models.JSONField(default=list)

    objects = OfAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("theme of an answer")
        verbose_name_plural = _("themes of answers")
        constraints = [models.UniqueConstraint(fields=["answer", "theme"], name="one_theme_an_answer")]

    def __str__(self) -> str:
        return f"{self.theme} ({self.get_label_display()})"
