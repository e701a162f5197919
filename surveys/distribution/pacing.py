"""Over which days the first mails of a distribution are spread."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from django.utils.timezone import get_default_timezone, localdate

from surveys.distribution.audience import Decided
from surveys.distribution.models import Distribution
from surveys.distribution.sample import chance
from surveys.distribution.sending_hours import next_moment


def end_of(day: date) -> datetime:
    """The last second of `day`, where the organisation is."""
    return datetime.combine(day, time(23, 59, 59), get_default_timezone())


def days_of_wave(start: datetime, days: int) -> list[datetime]:
    """When each of the wave's `days` begins: the first moment from `start` on, then that of each next day on which mails go."""
    zone = get_default_timezone()
    moments, day = [next_moment(start)], start
    while len(moments) < days:
        day += timedelta(days=1)
        moment = next_moment(day)
        if localdate(moment, zone) > localdate(moments[-1], zone):  # a day of rest leads to the working day that follows, which counts once
            moments.append(moment)
    return moments


def starts_at(distribution: Distribution, now: datetime) -> datetime:
    """From when on its first mails go, if it is confirmed now."""
    return max(now, distribution.starts_at or now)


def can_mail(start: datetime, closes_at: datetime) -> bool:
    """Whether a mail can go from `start` on before it closes; if not, nobody is to be invited."""
    return next_moment(start) < closes_at


def wave_of(distribution: Distribution, now: datetime) -> list[datetime]:
    """The days of its wave, if it is confirmed now: what would come after it closes is left out, as it was confirmed late.

    Empty where not even the first day comes before (`can_mail`).
    """
    moments = days_of_wave(starts_at(distribution, now), distribution.spread_days)
    return [moment for moment in moments if moment < distribution.closes_at]


def paced(people: Sequence[Decided], moments: Sequence[datetime]) -> Iterator[tuple[Decided, datetime]]:
    """Each of `people` with the moment of the first mail, in that order, as many on each day of the wave.

    Who comes on which day is left to chance, so that each day's answers are a fair picture of all; sending hours
    count in the zone of the person.
    """
    shuffled = sorted(people, key=lambda person: chance(1, person.contact))
    for place, person in enumerate(shuffled):
        yield person, next_moment(moments[place * len(moments) // len(shuffled)], person.zone)
