"""The pages of schedules and events."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from surveys.distribution.audience import Audience
from surveys.distribution.sample import Sample
from surveys.distribution.schedules import run_schedules
from surveys.models import Distribution, Invitation, Schedule
from tests import factories
from tests.distribution.planning import after, event, noon, schedule, to

# --- Pages and programs ---------------------------------------------------------------------------


def start(owner, schedule, seen=None):
    """Press the button that its page shows; returns what it says."""
    seen = seen or owner.get(to("schedule", schedule.pk)).context["seen"]
    return [str(message) for message in owner.post(to("start_schedule", schedule.pk), {"seen": seen}, follow=True).context["messages"]]


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
    assert "not started" in owner.get(to("schedules")).content.decode()
    assert start(owner, made) == ["Started. It sends by itself from now on; stop it here at any time."]
    assert not Schedule.objects.get().is_stopped
    owner.post(to("stop_schedule", made.pk))
    assert Schedule.objects.get().is_stopped
    owner.post(to("delete_schedule", made.pk))
    assert Schedule.objects.count() == 0


@pytest.mark.django_db
def test_nothing_is_sent_before_somebody_has_looked_and_started_it(login, survey_owner):
    owner, survey = login(survey_owner), factories.survey()
    fits, left = factories.contact(), factories.contact(status="left")
    form = {**PLAN, "survey": survey.pk, "months": 3, "starts_on": timezone.localdate().isoformat(), "spread_days": 1}
    page = owner.post(to("add_schedule", "recurring"), form, follow=True)
    made = Schedule.objects.get()
    assert (page.context["invited"], [(why, n) for why, _label, n in page.context["skipped"]]) == (1, [("left", 1)])
    assert page.context["people"] == [fits, left]
    assert "its mails go as soon as you start it" in page.content.decode()
    assert owner.get(to("schedule", made.pk), {"outcome": "left"}).context["people"] == [left]
    run_schedules(timezone.now())
    assert Distribution.objects.count() == 0
    start(owner, made)
    run_schedules(timezone.now())
    assert Invitation.objects.count() == 1


@pytest.mark.django_db
def test_a_changed_schedule_waits_until_it_is_started_anew(login, survey_owner):
    owner, made = login(survey_owner), schedule(survey_owner)
    factories.contact()
    form = {**PLAN, "survey": made.survey_id, "months": 6, "starts_on": "2026-01-31", "spread_days": 1}
    assert "It sends nothing yet" in owner.post(to("edit_schedule", made.pk), form, follow=True).content.decode()
    run_schedules(noon("2026-01-31"))
    assert Distribution.objects.count() == 0
    start(owner, made)
    run_schedules(noon("2026-01-31"))
    assert Distribution.objects.count() == 1


@pytest.mark.django_db
def test_only_what_was_looked_at_is_started(login, survey_owner):
    owner, made = login(survey_owner), schedule(survey_owner, is_stopped=True)
    looked = owner.get(to("schedule", made.pk)).context["seen"]
    Schedule.objects.update(audience=Audience(sample=Sample(percent=20)).as_json())
    assert start(owner, made, looked) == ["Not started: somebody has changed this schedule since you looked. Look again, and start it."]
    assert start(owner, made, "x") == ["Not started. Look below whom it will reach, and start it there."]
    assert Schedule.objects.get().is_stopped


@pytest.mark.django_db
def test_the_first_day_is_preset_to_tomorrow(login, survey_owner):
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert login(survey_owner).get(to("add_schedule", "recurring")).context["form"]["starts_on"].value() == tomorrow


@pytest.mark.django_db
def test_the_dry_run_is_of_the_day_of_the_round(login, survey_owner, settings):
    """Who was asked a while ago may be asked again by then; who leaves before is not there any more."""
    settings.DAYS_BETWEEN_INVITATIONS = 30
    day = timezone.localdate() + timedelta(days=60)
    asked, leaves = factories.contact(), factories.contact(factories.account(ended_on=day))
    factories.invitation(factories.distribution(), contact=asked)
    made = schedule(survey_owner, starts_on=day)
    assert login(survey_owner).get(to("schedule", made.pk), {"outcome": "invited"}).context["people"] == [asked]
    assert login(survey_owner).get(to("schedule", made.pk), {"outcome": "account_ended"}).context["people"] == [leaves]


@pytest.mark.django_db
def test_a_schedule_for_events_shows_who_could_be_asked_today(login, survey_owner):
    sample = Sample(percent=1, per_account=1)
    account = factories.account()
    factories.contact(account), factories.contact(account), factories.contact(), factories.contact(status="left")
    page = login(survey_owner).get(to("schedule", after(survey_owner, audience=Audience(sample=sample).as_json()).pk))
    assert page.context["invited"] == 2
    assert [(why, n) for why, _label, n in page.context["skipped"]] == [("left", 1), ("not_drawn", 1)]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["recurring", "event"])
def test_its_page_takes_as_many_queries_for_many_people_as_for_one(login, survey_owner, kind, django_assert_num_queries):
    owner, made = login(survey_owner), schedule(survey_owner) if kind == "recurring" else after(survey_owner)
    factories.contact()
    owner.get(to("schedule", made.pk))
    with CaptureQueriesContext(connection) as one:
        owner.get(to("schedule", made.pk))
    for _ in range(3):
        factories.contact()
    with django_assert_num_queries(len(one)):
        assert owner.get(to("schedule", made.pk)).context["invited"] == 4


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
