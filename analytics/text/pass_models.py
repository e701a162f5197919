"""Who is at which pass over the texts."""

from django.db import models


class Lease(models.Model):
    """Until when one worker has a pass for itself; it renews that while it works.

    `finished_at` is when the pass last had looked at everything, and `finished_for` under which choice of engines.
    """

    name = models.CharField(max_length=40, unique=True)
    holder = models.CharField(max_length=32, blank=True)
    until = models.DateTimeField(null=True)
    a_second = models.FloatField(null=True)  # texts, in the last run that had any
    finished_at = models.DateTimeField(null=True)
    finished_for = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.name} until {self.until}"
