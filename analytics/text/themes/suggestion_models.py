"""Suggestions of new themes, and when they were made."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from analytics.text.themes.models import Theme


class ThemeSuggestion(models.Model):
    """What some texts that no theme covers have in common: `terms`, the strongest first; `n` texts have one of them.

    Of these, `scored` could be scored and `negative` are negative. `examples` are the keys of answers, the most typical first.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("suggested theme", "Open")
        ACCEPTED = "accepted", pgettext_lazy("suggested theme", "Accepted")
        DISCARDED = "discarded", pgettext_lazy("suggested theme", "Discarded")

    language = models.CharField(_("language"), max_length=8)
    terms: "models.JSONField[list[str]]" = models.JSONField(_("terms"), default=list)
    n = models.PositiveIntegerField()
    scored = models.PositiveIntegerField(default=0)
    negative = models.PositiveIntegerField(default=0)
    examples: "models.JSONField[list[int]]" = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    made_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by"))
    theme = models.ForeignKey(Theme, models.SET_NULL, null=True, related_name="+", verbose_name=_("theme"))

    class Meta:
        ordering = ["language", "-n", "pk"]
        verbose_name = _("suggested theme")
        verbose_name_plural = _("suggested themes")
        indexes = [models.Index(fields=["state", "language"], name="suggestions_by_state")]

    def __str__(self) -> str:
        return ", ".join(self.terms[:3])


class SuggestionMark(models.Model):
    """The one row that says when suggestions were wanted, begun and made last, and of how many `texts` by language.

    Somebody waits for them from `wanted_at` on; `steps` are those that are done since `begun_at`.
    """

    wanted_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(null=True)
    steps = models.PositiveIntegerField(default=0)
    texts: "models.JSONField[dict[str, int]]" = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.made_at}"
