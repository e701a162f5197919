"""When a mail may reach a person: sending hours, working days and holidays, in the time zone of the person."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.timezone import get_default_timezone
from holidays import country_holidays

from feedback_site.environment import END_OF_AN_EVE, RESTS_FROM_SUNSET, SATURDAY

MIDNIGHT = time(0)
ONE_DAY = timedelta(days=1)
LONGEST_REST = 60  # days; no calendar closes for so long, so that wrong settings do not search for ever


def next_moment(moment: datetime, zone: str = "") -> datetime:
    """The earliest moment from `moment` on at which a mail may reach a person of time zone `zone`.

    An unknown or empty zone is the organisation's. Where the settings name no hours, days and holidays, `moment` itself.
    """
    tz = zone_of(zone)
    first = moment.astimezone(tz).date()
    for days in range(LONGEST_REST):
        window = window_of(first + days * ONE_DAY, tz)
        if window and moment < window[1]:
            return max(moment, window[0])
    return moment


def window_of(day: date, tz: ZoneInfo) -> tuple[datetime, datetime] | None:
    """From when until when mails go on `day`; None on a day of rest."""
    if not is_working_day(day):
        return None
    first, last = settings.SENDING_HOURS or (0, 24)
    begins = datetime.combine(day, time(first), tz)
    ends = datetime.combine(day, time(last), tz) if last < 24 else datetime.combine(day + ONE_DAY, MIDNIGHT, tz)
    if is_eve(day):
        ends = min(ends, datetime.combine(day, time(END_OF_AN_EVE), tz))
    return (begins, ends) if begins < ends else None


def is_working_day(day: date) -> bool:
    is_in_week = not settings.WORKING_DAYS or day.weekday() in settings.WORKING_DAYS
    return is_in_week and not is_shabbat(day) and day not in rest_days()


def is_shabbat(day: date) -> bool:
    """The day of rest of each week where the country's holidays say so, whatever WORKING_DAYS names."""
    return settings.HOLIDAYS_OF in RESTS_FROM_SUNSET and day.weekday() == SATURDAY


def is_eve(day: date) -> bool:
    """Whether the day of rest that follows begins on the evening of `day`."""
    tomorrow = day + ONE_DAY
    return settings.HOLIDAYS_OF in RESTS_FROM_SUNSET and (tomorrow in rest_days() or is_shabbat(tomorrow))


def rest_days() -> Mapping[Any, Any]:
    """The public holidays of the settings' country, by day; further years are worked out when they are asked for."""
    return holidays_of(settings.HOLIDAYS_OF) if settings.HOLIDAYS_OF else {}


@lru_cache(maxsize=8)
def holidays_of(country: str) -> Mapping[Any, Any]:
    return country_holidays(country)


@lru_cache(maxsize=512)
def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # an import knows zones that this machine does not
        return get_default_timezone()  # type: ignore[return-value]
