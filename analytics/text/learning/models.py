"""Which engine reads which language, and the models trained on the organisation's own answers."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from analytics.text.engines.errors import said


class WithProblem(models.Model):
    """What is wrong, kept so that whoever reads it later reads it in a language of their own."""

    problem = models.TextField(_("problem"), blank=True)  # in English
    problem_params: "models.JSONField[dict[str, str | int]]" = models.JSONField(default=dict)  # what goes into it

    class Meta:
        abstract = True

    @property
    def problem_text(self) -> str:
        """In the reader's language."""
        return said(self.problem, self.problem_params)


class TrainedModel(WithProblem):
    """One training on the organisation's own scored comments and judgements: kept, so that an older one can be taken again.

    `data` is a linear model as bytes. `trained_on` counts texts by where they come from, and as `repeated` those left out because
    they say the same as one that was held back. `figures` are those on answers that were held back, beside those of the engine that
    was in use then; `analytics.text.learning.measure` has their keys.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        TRAINING = "training", _("Training")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    language = models.CharField(_("language"), max_length=8)
    version = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    progress = models.PositiveSmallIntegerField(_("done, in percent"), default=0)
    trained_on: "models.JSONField[dict[str, int]]" = models.JSONField(_("trained on"), default=dict)
    figures: "models.JSONField[dict[str, Any]]" = models.JSONField(_("figures"), default=dict)
    data = models.BinaryField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("asked for by"))
    created_at = models.DateTimeField(_("asked for at"), auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)  # a training that stands still has died

    class Meta:
        ordering = ["language", "-version"]
        verbose_name = _("trained model")
        verbose_name_plural = _("trained models")
        constraints = [
            models.UniqueConstraint(fields=["language", "version"], name="one_version_of_a_model"),
            models.UniqueConstraint(fields=["language"], name="one_training_at_a_time", condition=Q(state__in=["waiting", "training"])),
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.version}"


class EngineChoice(WithProblem):
    """The engine that a person chose for a language; without a row, or with an empty name, the first that covers it.

    What was chosen before it is kept, to go back to. While the engine has a `problem` the next one in line reads, and at
    `retry_at` it is tried again.
    """

    language = models.CharField(_("language"), max_length=8, unique=True)
    engine = models.CharField(_("engine"), max_length=40, blank=True)
    model = models.ForeignKey(TrainedModel, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("trained model"))
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("chosen by"))
    chosen_at = models.DateTimeField(_("chosen at"), null=True)  # None while nobody has chosen
    former_engine = models.CharField(_("engine before"), max_length=40, blank=True)
    former_model = models.ForeignKey(TrainedModel, models.PROTECT, null=True, related_name="+", verbose_name=_("trained model before"))
    retry_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["language"]
        verbose_name = _("choice of engine")
        verbose_name_plural = _("choices of engines")

    def __str__(self) -> str:
        return f"{self.language}: {self.engine}"
