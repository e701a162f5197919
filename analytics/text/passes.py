"""Passes over all texts: one worker at a time, bounded in time, and picked up where they stopped.

What a pass has to do is read from the answers themselves, so nothing is lost with a worker that dies; the lease only keeps
two workers from doing the same work twice.
"""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

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
    done: int = 0
    finished: tuple[datetime | None, str] = (None, "")  # when the pass last had looked at everything, and under which circumstances

    def take(self) -> bool:
        """Whether the pass is ours now; false while another worker's lease runs."""
        lease, _is_new = Lease.objects.get_or_create(name=self.name)
        self.finished = lease.finished_at, lease.finished_for
        free = Q(until=None) | Q(until__lt=timezone.now()) | Q(holder=self.holder)
        return Lease.objects.filter(free, name=self.name).update(holder=self.holder, until=timezone.now() + KEPT) == 1

    def goes_on(self, done: int = 0) -> bool:
        """After a batch of `done`: false when the time is up, or when another worker took over because we stood still for too long."""
        self.done += done
        seconds = time.monotonic() - self.begun
        speed = {"a_second": self.done / seconds} if self.done and seconds else {}
        return self._note(until=timezone.now() + KEPT, **speed) and (self.seconds is None or seconds < self.seconds)

    def is_due(self, every: timedelta, under: str) -> bool:
        """Whether everything was last looked at longer ago than `every`, or `under` other circumstances."""
        finished_at, finished_for = self.finished
        return finished_at is None or finished_at < timezone.now() - every or finished_for != under

    def note_finished(self, under: str) -> bool:
        return self._note(finished_at=timezone.now(), finished_for=under)

    def _note(self, **changes: Any) -> bool:
        """False where the pass is another worker's by now."""
        return Lease.objects.filter(name=self.name, holder=self.holder).update(**changes) == 1

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
