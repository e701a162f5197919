"""Schedules: each round and each event once, to the right people, and trouble that is told."""

from collections import Counter
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from surveys.distribution import schedules
from surveys.distribution.audience import Audience
from surveys.distribution.confirm import stop
from surveys.distribution.sample import Sample, is_drawn
from surveys.distribution.schedules import day_of_round, due_round, newest_round, next_day, run_schedules, too_close
from surveys.models import CustomerEvent, Delivery, Distribution, ExclusionList, HandledEvent, Invitation, Schedule, Skip, Survey
from tests import factories
from tests.distribution.at_once import at_once

JERUSALEM = ZoneInfo("Asia/Jerusalem")


def noon(day):
    return datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=JERUSALEM)


def schedule(owner, **fields):
    survey = fields.pop("survey", None) or factories.survey()
    plan = {"name": "Pulse", "kind": "recurring", "months": 3, "starts_on": date(2026, 1, 31), "days_open": 14}
    return Schedule.objects.create(survey=survey, created_by=owner, **{**plan, **fields})


def event(account, day="2026-11-20", occasion="ticket_closed", **fields):
    number = CustomerEvent.objects.count()
    return CustomerEvent.objects.create(occasion=occasion, external_id=f"e{number}", account=account, happened_on=day, **fields)


def after(owner, made="2026-11-01", **fields):
    one = schedule(owner, kind="event", **{"occasion": "ticket_closed", "delay_days": 2, **fields})
    Schedule.objects.filter(pk=one.pk).update(created_at=noon(made))
    return one


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


# --- Events ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_event_is_asked_about_after_its_delay_and_once(survey_owner):
    concerned = factories.contact()
    factories.contact()
    waits = after(survey_owner)
    told = event(concerned.account, "2026-11-20")
    run_schedules(noon("2026-11-21"))
    assert Invitation.objects.count() == 0
    for _ in range(2):
        run_schedules(noon("2026-11-22"))
    assert [invitation.contact for invitation in Invitation.objects.all()] == [concerned]
    handled = HandledEvent.objects.get()
    assert (handled.schedule, handled.event, handled.reason, handled.distribution.schedule) == (waits, told, "", waits)


@pytest.mark.django_db
def test_a_renewal_is_asked_about_days_before(survey_owner):
    contact = factories.contact()
    after(survey_owner, occasion="renewal", delay_days=-30)
    event(contact.account, "2026-12-31", "renewal")
    run_schedules(noon("2026-11-30"))
    assert Invitation.objects.count() == 0
    run_schedules(noon("2026-12-01"))
    assert Invitation.objects.count() == 1


@pytest.mark.django_db
def test_of_several_people_the_one_of_the_event_is_asked(survey_owner):
    account = factories.account()
    one, _other = factories.contact(account), factories.contact(account)
    after(survey_owner)
    event(account, contact=one)
    run_schedules(noon("2026-11-22"))
    assert [invitation.contact for invitation in Invitation.objects.all()] == [one]


@pytest.mark.django_db
def test_two_events_on_one_day_share_a_distribution_and_a_person_has_one_mail(survey_owner, settings):
    settings.DAYS_BETWEEN_INVITATIONS = 0
    first, second = factories.contact(), factories.contact()
    after(survey_owner)
    for account in (first.account, first.account, second.account):
        event(account)
    run_schedules(noon("2026-11-22"))
    assert (Distribution.objects.count(), Invitation.objects.count(), Delivery.objects.count()) == (1, 2, 2)
    assert sorted(HandledEvent.objects.values_list("reason", flat=True))[:2] == ["", ""]


@pytest.mark.django_db
def test_limits_hold_and_the_reason_is_kept(survey_owner):
    contact = factories.contact(status="left")
    after(survey_owner)
    event(contact.account)
    run_schedules(noon("2026-11-22"))
    assert HandledEvent.objects.get().reason.startswith("Everybody was skipped")
    assert Skip.objects.get().reason == "left"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "made", "says"),
    [("2026-11-01", "2026-10-01", "Came too late"), ("2026-11-20", "2026-11-23", "Happened before")],
)
def test_old_events_are_dealt_with_and_nobody_is_mailed(survey_owner, day, made, says):
    contact = factories.contact()
    after(survey_owner, made=made)
    event(contact.account, day)
    run_schedules(noon("2026-11-24"))
    assert HandledEvent.objects.get().reason.startswith(says)
    assert Invitation.objects.count() == 0


@pytest.mark.django_db
def test_an_account_outside_the_audience_is_not_asked(survey_owner):
    contact = factories.contact(factories.account(region="South"))
    after(survey_owner, audience={"regions": ["North"]})
    event(contact.account)
    run_schedules(noon("2026-11-22"))
    assert HandledEvent.objects.get().reason == "Nobody at the account fits the audience."


@pytest.mark.django_db
def test_into_a_distribution_that_was_stopped_nobody_is_invited_any_more(login, survey_owner):
    first, second = factories.contact(), factories.contact()
    made = after(survey_owner)
    event(first.account)
    run_schedules(noon("2026-11-22"))
    stop(Distribution.objects.get(), survey_owner)
    late = event(second.account)
    run_schedules(noon("2026-11-22"))
    handled = HandledEvent.objects.get(event=late)
    assert (handled.reason, handled.distribution) == ("The distribution of this day was stopped.", None)
    assert list(Delivery.objects.values_list("state", flat=True)) == ["cancelled"]
    assert "The distribution of this day was stopped." in login(survey_owner).get(to("schedule", made.pk)).content.decode()


def test_who_stops_while_an_event_is_dealt_with_stops_its_mail_as_well(transactional_db):
    owner = factories.user(role="survey_owner")
    after(owner)
    event(factories.contact().account)
    run_schedules(noon("2026-11-22"))
    for _ in range(5):
        event(factories.contact().account)
    works = [lambda: stop(Distribution.objects.get(), owner), lambda: run_schedules(noon("2026-11-22"))]

    def work():
        return works.pop()()

    at_once(2, work)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}
    assert HandledEvent.objects.filter(reason="").count() == Delivery.objects.count()


@pytest.mark.django_db
def test_at_most_so_many_of_each_account_holds_for_all_events_of_a_day(survey_owner):
    account = factories.account()
    people = [factories.contact(account) for _ in range(5)]
    after(survey_owner, audience=Audience(sample=Sample(per_account=2, seed=3)).as_json())
    event(account, contact=people[0])
    for _ in range(2):
        event(account)
    event(factories.contact().account)
    run_schedules(noon("2026-11-22"))
    assert Invitation.objects.filter(contact__account=account).count() == 2
    assert Invitation.objects.count() == 3
    assert set(Skip.objects.values_list("reason", flat=True)) == {"not_drawn"}


@pytest.mark.django_db
def test_who_is_skipped_by_one_event_and_invited_by_the_next_stands_in_one_list(survey_owner):
    account = factories.account()
    people = [factories.contact(account) for _ in range(2)]
    after(survey_owner, audience=Audience(sample=Sample(per_account=1, seed=3)).as_json())
    event(account)
    run_schedules(noon("2026-11-22"))
    skipped = Skip.objects.get().contact
    Schedule.objects.update(audience=Audience(sample=Sample(per_account=2, seed=3)).as_json())
    event(account, contact=skipped)
    run_schedules(noon("2026-11-22"))
    assert (set(Invitation.objects.values_list("contact", flat=True)), Skip.objects.count()) == ({one.pk for one in people}, 0)


@pytest.mark.django_db
def test_a_share_of_the_events_is_drawn_by_the_number_of_the_lot(survey_owner):
    after(survey_owner, audience=Audience(sample=Sample(percent=40, seed=5)).as_json())
    told = []
    for _ in range(20):
        account = factories.account()
        for _ in range(2):
            factories.contact(account)
        told.append(event(account))
    run_schedules(noon("2026-11-22"))
    drawn = {one.account_id for one in told if is_drawn(40, 5, one.pk)}
    assert 0 < len(drawn) < 20
    assert Counter(Invitation.objects.values_list("contact__account", flat=True)) == dict.fromkeys(drawn, 2)
    assert Counter(HandledEvent.objects.values_list("reason", flat=True)) == {"": len(drawn), "Not drawn in the sample.": 20 - len(drawn)}


def test_three_workers_at_once_ask_about_each_event_once(transactional_db):
    owner = factories.user(role="survey_owner")
    after(owner)
    for _ in range(4):
        event(factories.contact().account)
    at_once(3, lambda: run_schedules(noon("2026-11-22")))
    assert (Distribution.objects.count(), HandledEvent.objects.count(), Invitation.objects.count()) == (1, 4, 4)


# --- Pages and programs ---------------------------------------------------------------------------


def to(name, *args):
    return reverse(f"distribution:{name}", args=args)


PLAN = {"name": "Pulse", "days_open": 14, "reminders": 0, "reminder_days": 5}


@pytest.mark.django_db
def test_a_recurring_schedule_from_the_form_to_its_page(login, survey_owner):
    owner, survey = login(survey_owner), factories.survey()
    factories.contact()
    form = {**PLAN, "survey": survey.pk, "months": 3, "starts_on": timezone.localdate().isoformat(), "asks_a_year": 4, "spread_days": 2}
    page = owner.post(to("add_schedule", "recurring"), form, follow=True)
    assert (page.context["invited"], page.context["next_day"]) == (1, timezone.localdate())
    made = Schedule.objects.get()
    assert (made.created_by, made.kind, made.spread_days) == (survey_owner, "recurring", 2)
    assert owner.get(to("schedules")).status_code == 200
    owner.post(to("stop_schedule", made.pk))
    assert Schedule.objects.get().is_stopped
    owner.post(to("go_on_schedule", made.pk))
    owner.post(to("delete_schedule", made.pk))
    assert Schedule.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "fields", "wrong"),
    [
        ("recurring", {"months": 3, "starts_on": "2020-01-01", "spread_days": 1}, "starts_on"),
        ("recurring", {"months": 3, "starts_on": "2099-01-01", "spread_days": 1}, "starts_on"),
        ("recurring", {"months": 5, "starts_on": "{today}", "spread_days": 1}, "months"),
        ("recurring", {"months": 3, "starts_on": "{today}", "spread_days": 30}, "spread_days"),
        ("recurring", {"months": 3, "starts_on": "{today}", "spread_days": 1, "asks_a_year": 0}, "asks_a_year"),
        ("recurring", {"months": 3, "starts_on": "{today}", "spread_days": 1, "asks_a_year": 6}, "asks_a_year"),
        ("event", {"delay_days": 2}, "occasion"),
        ("event", {"occasion": "renewal", "delay_days": 0, "percent": 101}, "percent"),
        ("event", {"occasion": "renewal", "delay_days": 999}, "delay_days"),
    ],
)
def test_a_wrong_schedule_is_not_saved(login, survey_owner, kind, fields, wrong):
    fields = {name: str(value).format(today=timezone.localdate()) for name, value in fields.items()}
    page = login(survey_owner).post(to("add_schedule", kind), {**PLAN, "survey": factories.survey().pk, **fields})
    assert (page.status_code, list(page.context["form"].errors), Schedule.objects.count()) == (422, [wrong], 0)


@pytest.mark.django_db
def test_a_wave_counts_working_days_as_it_does_when_it_is_sent(login, survey_owner, settings):
    settings.WORKING_DAYS = frozenset({6, 0, 1, 2, 3})
    owner, plan = login(survey_owner), {**PLAN, "survey": factories.survey().pk, "months": 3, "starts_on": timezone.localdate().isoformat()}
    page = owner.post(to("add_schedule", "recurring"), {**plan, "spread_days": 12})
    assert list(page.context["form"].errors) == ["spread_days"]
    owner.post(to("add_schedule", "recurring"), {**plan, "spread_days": 9})
    assert Schedule.objects.get().spread_days == 9


@pytest.mark.django_db
def test_the_page_names_rounds_that_come_too_soon_and_what_a_sample_is_of(login, survey_owner, settings):
    settings.DAYS_BETWEEN_INVITATIONS = 30
    made = schedule(survey_owner, months=1, audience=Audience(sample=Sample(percent=20)).as_json())
    page = login(survey_owner).get(to("schedule", made.pk)).content.decode()
    assert "can come again after 28 days, and more than 30 must lie between two invitations" in page
    assert "The sample is drawn for each round" in page
    Schedule.objects.update(months=3, audience={})
    page = login(survey_owner).get(to("schedule", made.pk)).content.decode()
    assert "can come again" not in page and "drawn for each round" not in page


@pytest.mark.django_db
def test_an_event_schedule_draws_a_share_of_its_events(login, survey_owner):
    form = {**PLAN, "survey": factories.survey().pk, "occasion": "renewal", "delay_days": 0, "percent": 25, "seed": 9}
    login(survey_owner).post(to("add_schedule", "event"), form)
    assert Audience.from_json(Schedule.objects.get().audience).sample == Sample(percent=25, seed=9)


@pytest.mark.django_db
def test_one_that_has_sent_can_not_be_deleted(login, survey_owner):
    owner, made = login(survey_owner), schedule(survey_owner)
    assert to("delete_schedule", made.pk) in owner.get(to("schedule", made.pk)).content.decode()
    factories.distribution(schedule=made, scheduled_for=date(2026, 1, 31))
    assert owner.post(to("delete_schedule", made.pk)).status_code == 404
    assert to("delete_schedule", made.pk) not in owner.get(to("schedule", made.pk)).content.decode()


@pytest.mark.django_db
def test_events_show_what_came_of_them_in_a_constant_number_of_queries(login, survey_owner, django_assert_max_num_queries):
    owner = login(survey_owner)
    after(survey_owner)
    for _ in range(3):
        event(factories.contact().account)
    run_schedules(noon("2026-11-22"))
    with django_assert_max_num_queries(10):
        page = owner.get(to("events"))
    assert page.content.decode().count("Pulse") == 3


@pytest.mark.django_db
def test_schedules_are_paged_and_take_as_many_queries_for_many_as_for_one(login, survey_owner, django_assert_num_queries):
    owner, first = login(survey_owner), schedule(survey_owner, name="Pulse 00")
    factories.invitation(factories.distribution(first.survey, schedule=first), answered_at=timezone.now())
    owner.get(to("schedules"))
    with CaptureQueriesContext(connection) as one:
        owner.get(to("schedules"))
    for n in range(1, 26):
        schedule(survey_owner, survey=first.survey, name=f"Pulse {n:02}")
    with django_assert_num_queries(len(one)):
        page = owner.get(to("schedules"))
    assert [(row.name, row.sent, row.answered) for row in page.context["page_obj"]][:2] == [("Pulse 00", 1, 1), ("Pulse 01", 0, 0)]
    assert [row.name for row in owner.get(to("schedules"), {"page": 2}).context["page_obj"]] == ["Pulse 25"]


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["schedules", "events"])
def test_account_managers_see_none_of_it(login, account_manager, page):
    assert login(account_manager).get(to(page)).status_code == 403


@pytest.mark.django_db
def test_a_kind_that_there_is_not_is_not_found(login, survey_owner):
    assert login(survey_owner).get(to("add_schedule", "weekly")).status_code == 404
