"""Passes over all texts: one worker at a time, bounded in time, and picked up where they stopped.

What a pass has to do is read from the answers themselves, so nothing is lost with a worker that dies; the lease only keeps
two workers from doing the same work twice.
"""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from analytics.text.pass_models import Lease

KEPT = timedelta(minutes=2)  # a worker that did not renew for so long is taken for dead
LONGEST_RUN = 60.0  # seconds; the next sweep goes on, and other tasks get their turn


@dataclass
class Run:
    """One worker's hold on a pass. `goes_on()` is asked before each batch."""

    name: str
    seconds: float | None
    holder: str = field(default_factory=lambda: uuid.uuid4().hex)
    begun: float = field(default_factory=time.monotonic)

    def take(self) -> bool:
        """Whether the pass is ours now; false while another worker's lease runs."""
        Lease.objects.get_or_create(name=self.name)
        free = Q(until=None) | Q(until__lt=timezone.now()) | Q(holder=self.holder)
        return Lease.objects.filter(free, name=self.name).update(holder=self.holder, until=timezone.now() + KEPT) == 1

    def goes_on(self) -> bool:
        """False when the time is up, or when another worker took over because we stood still for too long."""
        has_time = self.seconds is None or time.monotonic() - self.begun < self.seconds
        return has_time and self._renewed()

    def _renewed(self) -> bool:
        return Lease.objects.filter(name=self.name, holder=self.holder).update(until=timezone.now() + KEPT) == 1

    def give_back(self) -> None:
        Lease.objects.filter(name=self.name, holder=self.holder).update(until=None)


@contextmanager
def alone(name: str, seconds: float | None = LONGEST_RUN) -> Iterator[Run | None]:
    """The pass `name`, or None where another worker is at it; `seconds` None for as long as there is work."""
    run = Run(name, seconds)
    if not run.take():
        yield None
        return
    try:
        yield run
    finally:
        run.give_back()
