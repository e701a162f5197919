"""What a person saw of a distribution or schedule before it went: in that person's name nothing else is sent."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder

from surveys.distribution.models import Distribution
from surveys.distribution.schedule_models import Schedule

OF_BOTH = ("survey", "audience", "spread_days", "reminders", "reminder_days")
SETTINGS: dict[type[Distribution | Schedule], tuple[str, ...]] = {
    Distribution: (*OF_BOTH, "version", "starts_at", "closes_at"),
    Schedule: (*OF_BOTH, "months", "asks_a_year", "starts_on", "occasion", "delay_days", "days_open", "created_by"),
}


class NotAsSeen(Exception):
    """It is another than was shown: in `changed` settings, or in how many would be `invited` now."""

    def __init__(self, changed: Sequence[str], invited: int | None = None) -> None:
        super().__init__(changed, invited)
        self.changed, self.invited = changed, invited


@dataclass(frozen=True)
class Seen:
    """A mark of each setting, and how many people were to be mailed; it travels through the page's form."""

    settings: dict[str, str]
    invited: int

    @classmethod
    def of(cls, shown: Distribution | Schedule, invited: int = 0) -> "Seen":
        return cls({name: mark(shown, name) for name in SETTINGS[type(shown)]}, invited)

    @classmethod
    def from_text(cls, text: str, shown: Distribution | Schedule) -> "Seen | None":
        """None for what no page of just this one has given out."""
        try:
            return cls(**signing.loads(text, salt=salt_of(shown)))
        except signing.BadSignature:
            return None

    def as_text(self, shown: Distribution | Schedule) -> str:
        return signing.dumps(asdict(self), salt=salt_of(shown))

    def must_be_settings_of(self, now: Distribution | Schedule) -> None:
        changed = [name for name in SETTINGS[type(now)] if self.settings.get(name) != mark(now, name)]
        if "version" in changed:  # of the survey, for people
            changed = ["survey", *(name for name in changed if name not in ("survey", "version"))]
        if changed:
            raise NotAsSeen(changed)

    def must_invite(self, invited: int) -> None:
        """As many as were shown; and a person sends to nobody only by mistake."""
        if invited != self.invited or not invited:
            raise NotAsSeen([], invited)


def salt_of(shown: Distribution | Schedule) -> str:
    return f"seen.{shown._meta.model_name}.{shown.pk}"


def mark(shown: Distribution | Schedule, name: str) -> str:
    """Short, and another for another value."""
    value = shown.serializable_value(name)
    return hashlib.sha256(json.dumps(value, sort_keys=True, cls=DjangoJSONEncoder).encode()).hexdigest()[:12]
