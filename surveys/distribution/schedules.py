"""Schedules: what they make distributions of, each day or round once, whoever looks and however often."""

import logging
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from feedback_site.access import audit
from feedback_site.access.models import User
from feedback_site.access.permissions import MANAGES_SURVEYS
from surveys.distribution import events
from surveys.distribution.audience import LIST_LOST, Audience, has_lost_a_list
from surveys.distribution.confirm import confirm
from surveys.distribution.fatigue import limits_of, limits_of_all
from surveys.distribution.models import Distribution
from surveys.distribution.pacing import can_mail, days_of_wave, end_of
from surveys.distribution.sample import Rotation
from surveys.distribution.schedule_models import Schedule
from surveys.distribution.seen import Seen

logger = logging.getLogger(__name__)

MONTHS_A_YEAR = 12
NO_SURVEY = gettext_noop("The survey is not published any more.")
NO_CREATOR = gettext_noop("Whoever made this schedule can not send surveys any more. Somebody else must save it anew.")
UNEXPECTED = gettext_noop("Something went wrong; the log of the worker says what. It is tried again.")


def run_schedules(now: datetime) -> None:
    """Make what is due of each schedule; the trouble of one does not hold up the others."""
    for schedule in Schedule.objects.filter(is_stopped=False).select_related("survey", "created_by").order_by("pk"):
        trouble = trouble_of(schedule)
        if not trouble:
            try:
                run(schedule, now)
            except Exception:  # whatever is wrong with one must not hold up the others
                logger.exception("schedule %s failed", schedule.pk)
                trouble = UNEXPECTED
        Schedule.objects.filter(pk=schedule.pk).exclude(trouble=trouble).update(trouble=trouble)


def start(schedule: Schedule, user: User, seen: Seen) -> bool:
    """Let it send from now on. False where it does already; raises NotAsSeen where it is not what `user` has looked at any more."""
    with transaction.atomic():
        if Schedule.objects.filter(pk=schedule.pk, is_stopped=True).update(is_stopped=False) == 0:
            return False
        schedule.refresh_from_db()  # held from the update on: nobody changes it now
        seen.must_be_settings_of(schedule)
        audit.record(user, schedule, {"is_stopped": False})
    return True


def stop(schedule: Schedule, user: User) -> bool:
    """Nothing new is sent. False where it was stopped before."""
    if Schedule.objects.filter(pk=schedule.pk, is_stopped=False).update(is_stopped=True) == 0:
        return False
    audit.record(user, schedule, {"is_stopped": True})
    return True


def run(schedule: Schedule, now: datetime) -> None:
    if schedule.kind == Schedule.Kind.EVENT:
        events.run(schedule, now)
        return
    due = due_round(schedule, timezone.localdate(now, timezone.get_default_timezone()))
    if due is not None:
        make_round(schedule, due, now)


def trouble_of(schedule: Schedule) -> str:
    """Why nothing can be sent by this schedule, or empty."""
    creator = schedule.created_by
    if creator is None or not creator.is_active or not creator.has_role(*MANAGES_SURVEYS):
        return NO_CREATOR
    if not schedule.survey.published:
        return NO_SURVEY
    return LIST_LOST if has_lost_a_list(Audience.from_json(schedule.audience)) else ""


def day_of_round(schedule: Schedule, number: int) -> date:
    """The first is 0. Counted from the first day, so that a 31st comes back after a shorter month."""
    return schedule.starts_on + relativedelta(months=schedule.months * number)


def due_round(schedule: Schedule, today: date) -> int | None:
    """The newest round whose day has come, while it would still be open; rounds that were missed are not made up."""
    number = newest_round(schedule, today)
    if number is None or today - day_of_round(schedule, number) >= timedelta(days=schedule.days_open):
        return None
    return number


def newest_round(schedule: Schedule, today: date) -> int | None:
    if today < schedule.starts_on:
        return None
    months = (today.year - schedule.starts_on.year) * MONTHS_A_YEAR + today.month - schedule.starts_on.month
    number = months // schedule.months
    return number if day_of_round(schedule, number) <= today else number - 1


def next_day(schedule: Schedule, today: date) -> date:
    """The day of the round that comes next, today's included while it is not made."""
    newest = newest_round(schedule, today)
    if newest is None:
        return schedule.starts_on
    is_made = schedule.distributions.filter(scheduled_for=day_of_round(schedule, newest)).exists()
    is_due = due_round(schedule, today) is not None and not is_made
    return day_of_round(schedule, newest if is_due else newest + 1)


def rounds_a_year(months: int) -> int:
    return MONTHS_A_YEAR // months


def rounds_from(schedule: Schedule, day: date, years: int = 1) -> list[date]:
    """The days of its rounds in so many years, beginning with the newest of `day`."""
    first = newest_round(schedule, day) or 0
    return [day_of_round(schedule, first + number) for number in range(years * rounds_a_year(schedule.months))]


def can_spread(schedule: Schedule, day: date) -> bool:
    """Whether the waves of a year from `day` on end before their rounds close, whatever days of rest lie in between."""
    zone = timezone.get_default_timezone()
    waves = ((begins, days_of_wave(datetime.combine(begins, time(), zone), schedule.spread_days)) for begins in rounds_from(schedule, day))
    return all(moments[-1] < closing(schedule, begins) for begins, moments in waves)


def too_close(schedule: Schedule, day: date) -> tuple[int, int] | None:
    """After how few days the same person's turn comes again, and how many must lie between; None where that is enough.

    As many days as must lie between are too few: a round begins with the day, and the mails of the last one went later in theirs.
    """
    rounds = rounds_a_year(schedule.months)
    rounds_between = max(1, rounds // (schedule.asks_a_year or rounds))
    days = rounds_from(schedule, day, years=2)
    fewest = min((later - earlier).days for earlier, later in zip(days, days[rounds_between:], strict=False))
    needed = max(limits_of_all().days_between or 0, limits_of(schedule.survey).days_between or 0)
    return (fewest, needed) if fewest <= needed else None


def audience_of_round(schedule: Schedule, number: int) -> Audience:
    """The schedule's audience, and of its accounts those whose turn it is."""
    rounds = rounds_a_year(schedule.months)
    asks = schedule.asks_a_year or rounds
    return Audience.from_json(schedule.audience).in_turn(Rotation(number, rounds, asks) if asks < rounds else None)


def make_round(schedule: Schedule, number: int, now: datetime) -> Distribution | None:
    """One distribution of this round, confirmed; None where another worker was first, or no mail would go before it closes."""
    assert schedule.created_by is not None, "trouble_of() says so before"
    day = day_of_round(schedule, number)
    if schedule.distributions.filter(scheduled_for=day).exists():
        return None
    made = planned(schedule, day)
    if not can_mail(now, made.closes_at):
        return None
    made.audience = audience_of_round(schedule, number).as_json()
    try:
        with transaction.atomic():
            made.save()
            confirm(made, schedule.created_by, now)
    except IntegrityError:
        if schedule.distributions.filter(scheduled_for=day).exists():
            return None
        raise
    return made


def closing(schedule: Schedule, day: date) -> datetime:
    """When the round that begins on `day` closes."""
    return end_of(day + timedelta(days=schedule.days_open))


def planned(schedule: Schedule, day: date) -> Distribution:
    """The distribution of one day of a schedule, not stored yet."""
    return Distribution(
        schedule=schedule,
        scheduled_for=day,
        name=f"{schedule.name} · {day.isoformat()}"[:150],
        survey=schedule.survey,
        version=schedule.survey.published,
        audience=schedule.audience,
        spread_days=schedule.spread_days,
        reminders=schedule.reminders,
        reminder_days=schedule.reminder_days,
        closes_at=closing(schedule, day),
        created_by=schedule.created_by,
        is_simulated=schedule.is_simulated,
    )
