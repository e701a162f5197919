"""What we do about it: first cut, a note that a low score was handled."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.collection.models import Response


class Handling(models.Model):
    """Who has dealt with a response, when, and what came of it."""

    response = models.OneToOneField(Response, models.CASCADE, related_name="handling")
    note = models.TextField(_("what was done"), max_length=4000)
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    handled_at = models.DateTimeField(_("handled at"), auto_now_add=True)

    class Meta:
        ordering = ["-handled_at"]
        verbose_name = _("handled response")

    def __str__(self) -> str:
        return str(self.response)
