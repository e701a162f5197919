"""What kept a mail from going, attempt by attempt: kept, though the mail may have gone later."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.distribution.models import Delivery


class Setback(models.Model):
    """One attempt at a mail that did not end in its being sent; or, as *queued*, that a person had it sent again."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="setbacks")
    state = models.CharField(_("state"), max_length=10, choices=Delivery.State.choices)
    reason = models.TextField(_("reason"), blank=True)
    happened_at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["happened_at", "id"]
        verbose_name = _("setback")
        verbose_name_plural = _("setbacks")

    def __str__(self) -> str:
        return f"{self.delivery}: {self.get_state_display()}"
