"""That a link of a mail was opened: by a person, or by a program that looks at every link."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys.distribution.models import Invitation


class Visit(models.Model):
    """One look at the page of an invitation. What a scanner fetched is kept, and counts nowhere."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="visits")
    at = models.DateTimeField(_("at"), default=timezone.now)
    is_scanner = models.BooleanField(_("scanner"), default=False)
    reason = models.CharField(_("reason"), max_length=100, blank=True)  # why it is taken for a scanner
    score = models.SmallIntegerField(null=True)  # of the button whose link was opened

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["invitation", "at"])]

    def __str__(self) -> str:
        return f"{self.invitation} {self.at:%Y-%m-%d %H:%M}"
