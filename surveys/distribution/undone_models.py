"""Unsubscriptions that were taken back: why somebody who had unsubscribed is mailed again."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys.authoring.models import Survey


class UndoneUnsubscription(models.Model):
    """What stood on the list of suppressed addresses until its owner came back: of one survey, or without one of all."""

    email = models.EmailField(_("e-mail address"), db_index=True)  # in lower case
    survey = models.ForeignKey(Survey, models.CASCADE, null=True, related_name="+", verbose_name=_("survey"))
    source = models.CharField(_("source"), max_length=200, blank=True)  # the way by which they had unsubscribed
    unsubscribed_at = models.DateTimeField()
    undone_by = models.CharField(max_length=200)  # the way by which they came back
    undone_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["undone_at", "id"]
        verbose_name = _("undone unsubscription")
        verbose_name_plural = _("undone unsubscriptions")

    def __str__(self) -> str:
        return self.email
