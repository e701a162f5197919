"""What a person saw of a dry run: in that person's name nothing else is sent."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder

from surveys.distribution.models import Distribution

SETTINGS = ("survey", "version", "audience", "starts_at", "spread_days", "reminders", "reminder_days", "closes_at")
SALT = "distribution.seen"


class NotAsSeen(Exception):
    """The distribution is another than was shown: in `changed` settings, or in how many would be `invited` now."""

    def __init__(self, changed: Sequence[str], invited: int | None = None) -> None:
        super().__init__(changed, invited)
        self.changed, self.invited = changed, invited


@dataclass(frozen=True)
class Seen:
    """A mark of each setting, and how many people were to be mailed; it travels through the page's form."""

    settings: dict[str, str]
    invited: int

    @classmethod
    def of(cls, distribution: Distribution, invited: int) -> "Seen":
        return cls({name: mark(distribution, name) for name in SETTINGS}, invited)

    @classmethod
    def from_text(cls, text: str, distribution: Distribution) -> "Seen | None":
        """None for what no dry run of this distribution has given out."""
        try:
            return cls(**signing.loads(text, salt=f"{SALT}.{distribution.pk}"))
        except signing.BadSignature:
            return None

    def as_text(self, distribution: Distribution) -> str:
        return signing.dumps(asdict(self), salt=f"{SALT}.{distribution.pk}")

    def must_be_settings_of(self, distribution: Distribution) -> None:
        changed = [name for name in SETTINGS if self.settings[name] != mark(distribution, name)]
        if "version" in changed:  # of the survey, for people
            changed = ["survey", *(name for name in changed if name not in ("survey", "version"))]
        if changed:
            raise NotAsSeen(changed)

    def must_invite(self, invited: int) -> None:
        """As many as were shown; and a person sends to nobody only by mistake."""
        if invited != self.invited or not invited:
            raise NotAsSeen([], invited)


def mark(distribution: Distribution, name: str) -> str:
    """Short, and another for another value."""
    value = distribution._meta.get_field(name).value_from_object(distribution)
    return hashlib.sha256(json.dumps(value, sort_keys=True, cls=DjangoJSONEncoder).encode()).hexdigest()[:12]
