"""Who is at which pass over the texts."""

from django.db import models


class Lease(models.Model):
    """Until when one worker has a pass for itself; it renews that while it works."""

    name = models.CharField(max_length=40, unique=True)
    holder = models.CharField(max_length=32, blank=True)
    until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} until {self.until}"
