"""How many mails went out in a minute, counted by all workers together."""

from django.db import models


class SentInMinute(models.Model):
    """A counter of one minute: of all mails (an empty domain), or of those to one domain."""

    minute = models.DateTimeField()
    domain = models.CharField(max_length=255, blank=True)
    mails = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["minute", "domain"], name="one_counter_a_minute")]

    def __str__(self) -> str:
        return f"{self.minute:%Y-%m-%d %H:%M} {self.domain}: {self.mails}"
