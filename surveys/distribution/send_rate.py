"""How many mails may go in a minute, over all workers together: in all, and to each receiving domain."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import F

from surveys.distribution.rate_models import SentInMinute

ALL = ""  # the counter of all mails, and in the settings' domains "*": any other
KEPT = timedelta(hours=1)


class Rates:
    """What this run has seen of the limits. `full` are the domains that can take no more in this minute."""

    def __init__(self) -> None:
        self.minute = datetime.min.replace(tzinfo=UTC)
        self.full: set[str] = set()

    def begin(self, now: datetime) -> None:
        """A new minute: what was full is so no more."""
        minute = now.replace(second=0, microsecond=0)
        if minute != self.minute:
            self.minute, self.full = minute, set()

    def take(self, email: str, now: datetime) -> bool:
        """Take one place for a mail to this address; false where there is none left in this minute."""
        self.begin(now)
        domain = domain_of(email)
        if not self._take(domain, limit_of(domain)):
            return False
        if self._take(ALL, settings.MAILS_A_MINUTE):
            return True
        self._give_back(domain)
        return False

    @property
    def is_full(self) -> bool:
        return ALL in self.full

    def _take(self, domain: str, limit: int) -> bool:
        """One atomic step in the database, so that workers together never exceed `limit`; 0 is no limit."""
        if not limit:
            return True
        counters = SentInMinute.objects.filter(minute=self.minute, domain=domain)
        if counters.filter(mails__lt=limit).update(mails=F("mails") + 1):
            return True
        _counter, is_new = SentInMinute.objects.get_or_create(minute=self.minute, domain=domain, defaults={"mails": 1})
        if is_new:
            return True
        # Another worker made it in between, or it is full.
        if counters.filter(mails__lt=limit).update(mails=F("mails") + 1):
            return True
        self.full.add(domain)
        return False

    def _give_back(self, domain: str) -> None:
        if limit_of(domain):
            SentInMinute.objects.filter(minute=self.minute, domain=domain).update(mails=F("mails") - 1)


def limit_of(domain: str) -> int:
    """Mails a minute to `domain`; 0 is no limit."""
    limits: Mapping[str, int] = settings.MAILS_A_MINUTE_PER_DOMAIN
    return limits.get(domain, limits.get("*", 0))


def domain_of(email: str) -> str:
    return email.rpartition("@")[2].lower()


def forget_old_minutes(now: datetime) -> None:
    SentInMinute.objects.filter(minute__lt=now - KEPT).delete()
