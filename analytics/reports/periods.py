"""Days and quarters of the organisation, as moments."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings

from analytics.linkage.filters import organisation_today, quarter_of, shifted


def organisation_zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def start_of(day: date) -> datetime:
    """The first moment of `day` where the organisation is."""
    return datetime.combine(day, time.min, organisation_zone())


def last_full_quarters(count: int = 4) -> tuple[date, date]:
    """The first days of the first and the last of the `count` quarters that have ended."""
    running = quarter_of(organisation_today())
    return shifted(running, -count), shifted(running, -1)


def quarter_name(quarter: date) -> str:
    """ "2026 Q1": the same in every language."""
    return f"{quarter.year} Q{(quarter.month + 2) // 3}"
