"""The pages of schedules and events."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from surveys.distribution.audience import Audience
from surveys.distribution.sample import Sample
from surveys.distribution.schedules import run_schedules
from surveys.models import Schedule
from tests import factories
from tests.distribution.planning import after, event, noon, schedule, to

# --- Pages and programs ---------------------------------------------------------------------------


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
    assert "Next: " in page.content.decode()
    assert "Next: " not in owner.post(to("stop_schedule", made.pk), follow=True).content.decode()
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
