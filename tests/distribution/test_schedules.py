"""Schedules that come again: each round once, to the right people, and trouble that is told."""

from collections import Counter
from datetime import date

import pytest
import time_machine
from django.utils import timezone

from surveys.distribution import schedules
from surveys.distribution.audience import Audience
from surveys.distribution.schedules import day_of_round, due_round, newest_round, next_day, run_schedules, too_close
from surveys.models import Delivery, Distribution, ExclusionList, HandledEvent, Invitation, Schedule, Skip, Survey
from tests import factories
from tests.distribution.at_once import at_once
from tests.distribution.planning import JERUSALEM, after, event, noon, schedule, to

# --- Days -----------------------------------------------------------------------------------------


def test_a_thirty_first_comes_back_after_a_shorter_month():
    monthly = Schedule(months=1, starts_on=date(2026, 1, 31), days_open=14)
    assert [str(day_of_round(monthly, number)) for number in range(4)] == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


@pytest.mark.parametrize(
    ("today", "newest", "due"),
    [
        ("2026-01-30", None, None),
        ("2026-01-31", 0, 0),
        ("2026-02-13", 0, 0),
        ("2026-02-14", 0, None),
        ("2026-04-29", 0, None),
        ("2026-04-30", 1, 1),
        ("2028-01-31", 8, 8),
    ],
)
def test_a_round_is_due_from_its_day_on_while_it_would_be_open(today, newest, due):
    quarterly, day = Schedule(months=3, starts_on=date(2026, 1, 31), days_open=14), date.fromisoformat(today)
    assert (newest_round(quarterly, day), due_round(quarterly, day)) == (newest, due)


@pytest.mark.parametrize(
    ("months", "asks", "limit", "expected"),
    [
        (1, None, 30, (28, 30)),
        (1, None, 28, (28, 28)),
        (1, None, 27, None),
        (1, 7, 30, (28, 30)),
        (1, 6, 30, None),
        (1, 6, 60, (59, 60)),
        (3, None, 30, None),
        (3, None, 90, (89, 90)),
        (12, None, 365, (365, 365)),
        (12, None, 0, None),
    ],
)
def test_rounds_that_come_sooner_than_people_may_be_asked_are_told(settings, months, asks, limit, expected):
    settings.DAYS_BETWEEN_INVITATIONS = limit
    one = Schedule(months=months, asks_a_year=asks, starts_on=date(2026, 1, 31), survey=Survey())
    assert too_close(one, date(2026, 2, 10)) == expected


def test_the_limit_of_the_survey_counts_as_well(settings):
    settings.DAYS_BETWEEN_INVITATIONS = 0
    one = Schedule(months=1, starts_on=date(2026, 1, 31), survey=Survey(days_between_invitations=45))
    assert too_close(one, date(2026, 2, 10)) == (28, 45)


# --- Rounds ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_round_is_sent_once_however_often_one_looks(survey_owner):
    factories.contact()
    made = schedule(survey_owner, reminders=2, reminder_days=4, spread_days=1)
    for _ in range(3):
        run_schedules(noon("2026-01-31"))
    run_schedules(noon("2026-02-05"))
    distribution = Distribution.objects.get()
    assert (distribution.state, distribution.schedule, str(distribution.scheduled_for)) == ("confirmed", made, "2026-01-31")
    assert (distribution.reminders, distribution.reminder_days, distribution.name) == (2, 4, "Pulse · 2026-01-31")
    assert timezone.localtime(distribution.closes_at, JERUSALEM).isoformat() == "2026-02-14T23:59:59+02:00"
    assert Delivery.objects.count() == 1
    assert next_day(made, date(2026, 2, 5)) == date(2026, 4, 30)


def test_two_workers_at_once_send_a_round_once(transactional_db):
    owner = factories.user(role="survey_owner")
    for _ in range(3):
        factories.contact()
    schedule(owner)
    at_once(3, lambda: run_schedules(noon("2026-01-31")))
    assert (Distribution.objects.count(), Invitation.objects.count()) == (1, 3)
    assert Schedule.objects.get().trouble == ""


@pytest.mark.django_db
def test_a_crash_in_the_middle_leaves_nothing_and_the_next_look_makes_it_whole(survey_owner, monkeypatch):
    factories.contact()
    schedule(survey_owner)

    def dies(*_args):
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(schedules, "confirm", dies)
        run_schedules(noon("2026-01-31"))
    assert (Distribution.objects.count(), Schedule.objects.get().trouble[:20]) == (0, "Something went wrong")
    run_schedules(noon("2026-01-31"))
    assert (Distribution.objects.get().state, Schedule.objects.get().trouble) == ("confirmed", "")


@pytest.mark.django_db
def test_rounds_that_were_missed_are_not_made_up(survey_owner):
    factories.contact()
    schedule(survey_owner)
    run_schedules(noon("2026-11-05"))
    assert [str(one.scheduled_for) for one in Distribution.objects.all()] == ["2026-10-31"]


@pytest.mark.django_db
def test_a_round_that_is_made_late_spreads_over_the_days_that_are_left(survey_owner):
    for _ in range(4):
        factories.contact()
    schedule(survey_owner, spread_days=10)
    with time_machine.travel(noon("2026-02-13"), tick=False):
        run_schedules(noon("2026-02-13"))
    days = Counter(str(timezone.localdate(at, JERUSALEM)) for at in Delivery.objects.values_list("not_before", flat=True))
    assert days == {"2026-02-13": 2, "2026-02-14": 2}


@pytest.mark.django_db
def test_a_round_of_which_no_mail_would_go_before_it_closes_is_not_made(survey_owner, settings):
    settings.SENDING_HOURS, settings.WORKING_DAYS = (8, 20), frozenset({6, 0, 1, 2, 3})
    factories.contact()
    schedule(survey_owner, starts_on=date(2026, 1, 30), days_open=2)  # Friday
    run_schedules(noon("2026-01-31"))
    assert (Distribution.objects.count(), Schedule.objects.get().trouble) == (1, "")
    Distribution.objects.all().delete()
    Schedule.objects.update(days_open=1)
    run_schedules(noon("2026-01-30"))
    assert (Distribution.objects.count(), Schedule.objects.get().trouble) == (0, "")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["recurring", "event"])
def test_a_deleted_exclusion_list_stops_a_schedule_and_is_told(login, survey_owner, kind):
    contact, rivals = factories.contact(), ExclusionList.objects.create(name="Rivals")
    audience = Audience(exclusion_lists=(rivals.pk,)).as_json()
    made = schedule(survey_owner, audience=audience) if kind == "recurring" else after(survey_owner, audience=audience)
    event(contact.account, "2026-01-29")
    Schedule.objects.update(created_at=noon("2026-01-01"))
    rivals.delete()
    run_schedules(noon("2026-01-31"))
    assert (Distribution.objects.count(), HandledEvent.objects.count()) == (0, 0)
    assert "A list of addresses to leave out was deleted" in login(survey_owner).get(to("schedule", made.pk)).content.decode()
    Schedule.objects.update(audience={})
    run_schedules(noon("2026-01-31"))
    assert (Invitation.objects.count(), Schedule.objects.get().trouble) == (1, "")


@pytest.mark.django_db
def test_each_account_is_asked_so_many_times_a_year(survey_owner, settings):
    settings.DAYS_BETWEEN_INVITATIONS = 30
    accounts = [factories.contact().account for _ in range(12)]
    schedule(survey_owner, asks_a_year=2)
    for month in ("2026-01-31", "2026-04-30", "2026-07-31", "2026-10-31"):
        with time_machine.travel(noon(month), tick=False):
            run_schedules(noon(month))
        Delivery.objects.update(state="sent")
    asked = Counter(Invitation.objects.values_list("contact__account", flat=True))
    assert asked == {account.pk: 2 for account in accounts}
    assert set(Skip.objects.values_list("reason", flat=True)) == {"not_drawn"}


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["stopped", "unpublished", "demoted", "left"])
def test_what_can_not_send_does_not_and_says_why(survey_owner, change):
    factories.contact()
    made = schedule(survey_owner)
    if change == "stopped":
        Schedule.objects.update(is_stopped=True)
    elif change == "unpublished":
        made.survey.versions.update(state="archived")
    else:
        type(survey_owner).objects.filter(pk=survey_owner.pk).update(**({"role": "sales"} if change == "demoted" else {"is_active": False}))
    run_schedules(noon("2026-01-31"))
    assert Distribution.objects.count() == 0
    says = {"stopped": "", "unpublished": "The survey is not", "demoted": "Whoever made this", "left": "Whoever made this"}[change]
    assert Schedule.objects.get().trouble[: len(says) or None] == says


@pytest.mark.django_db
def test_the_trouble_of_one_does_not_hold_up_the_others(survey_owner):
    factories.contact()
    schedule(None, name="Orphan")
    schedule(survey_owner, name="Sound")
    run_schedules(noon("2026-01-31"))
    assert [one.schedule.name for one in Distribution.objects.all()] == ["Sound"]
