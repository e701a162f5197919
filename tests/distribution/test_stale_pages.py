"""Forms and addresses that were good a moment ago, and plans that can not be kept."""

from datetime import datetime, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.utils import timezone

from surveys.distribution.reminder_plan import reminders_that_fit
from surveys.models import Distribution, SavedAudience
from tests import factories
from tests.distribution.planning import JERUSALEM, after, schedule, to

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def owner(login, survey_owner):
    return login(survey_owner)


def form(chosen, **fields):
    day = (timezone.localdate() + 7 * DAY).isoformat()
    return {"name": "Autumn", "survey": chosen.pk, "closes_on": day, "spread_days": 1, "reminders": 0, "reminder_days": 5, **fields}


def told(page):
    return [str(message) for message in page.context["messages"]]


# --- What a colleague has done meanwhile ----------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "This distribution was confirmed meanwhile."),
        ({"state": "cancelled"}, "This distribution was stopped meanwhile."),
        ({"closes_at": timezone.now() - DAY}, "This distribution has closed meanwhile."),
    ],
)
def test_the_form_of_one_that_is_not_being_prepared_any_more_leads_to_its_page(owner, fields, words):
    distribution = factories.distribution(**fields)
    for page in (
        owner.get(to("edit", distribution.pk), follow=True),
        owner.post(to("edit", distribution.pk), form(distribution.survey), follow=True),
    ):
        assert page.redirect_chain == [(to("detail", distribution.pk), 302)]
        assert told(page) == [f"{words} Nothing was changed."]
    distribution.refresh_from_db()
    assert distribution.name != "Autumn"


def test_the_reminder_page_of_a_stopped_one_leads_to_its_page(owner):
    distribution = factories.distribution(state="cancelled")
    plan = {"reminders": 1, "reminder_days": 3}
    for page in (
        owner.get(to("reminder", distribution.pk), follow=True),
        owner.post(to("reminder", distribution.pk), {"round": 1}, follow=True),
        owner.post(to("plan_reminders", distribution.pk), plan, follow=True),
    ):
        assert page.redirect_chain == [(to("detail", distribution.pk), 302)]
        assert told(page) == ["This distribution was stopped meanwhile. Nobody is reminded any more."]


@pytest.mark.parametrize("page", ["list", "suppressions", "returned", "links", "events", "detail", "skipped"])
@pytest.mark.parametrize("number", ["999", "0", "x"])
def test_a_page_that_there_is_not_shows_one_that_there_is(owner, page, number):
    distribution = factories.distribution()
    address = to(page, distribution.pk) if page in ("detail", "skipped") else to(page)
    assert owner.get(address, {"page": number}).context["page_obj"].number == 1


def test_a_wrong_reminder_plan_keeps_what_was_typed_and_marks_it(owner):
    distribution = factories.distribution(reminders=1)
    page = owner.post(to("plan_reminders", distribution.pk), {"reminders": 99, "reminder_days": 0})
    plan = page.context["plan"]
    assert (page.status_code, list(plan.errors), plan["reminders"].value()) == (422, ["reminders", "reminder_days"], "99")
    assert 'value="99"' in page.content.decode()
    assert f'action="{to("reminder", distribution.pk)}"' in page.content.decode()  # the other form of the page, wherever it is shown
    distribution.refresh_from_db()
    assert distribution.reminders == 1


# --- Days that are too far ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [("starts_at", "9998-12-31T10:00"), ("closes_on", "9999-12-31"), ("closes_on", "{far}"), ("starts_at", "{far}T10:00")],
)
def test_a_distribution_is_not_planned_more_than_two_years_ahead(owner, field, value):
    latest = timezone.localdate() + relativedelta(years=2)
    wrong = form(factories.survey(), **{field: value.format(far=latest + DAY)})
    page = owner.post(to("create"), wrong)
    assert list(page.context["form"].errors) == [field]
    assert "more than two years ahead" in page.content.decode()
    owner.post(to("create"), {**wrong, "starts_at": "", "closes_on": latest.isoformat()})
    assert Distribution.objects.count() == 1


# --- Reminders that can not go --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("closes_after", "reminders", "days", "fit"),
    [(4, 5, 60, 0), (30, 5, 7, 4), (30, 2, 7, 2), (8, 1, 7, 0), (9, 1, 7, 1), (14, 0, 5, 0)],
)
def test_so_many_reminders_fit_before_the_last_day(settings, closes_after, reminders, days, fit):
    settings.SENDING_HOURS, settings.WORKING_DAYS, settings.HOLIDAYS_OF = None, [], ""
    first = datetime(2026, 11, 2, 9, tzinfo=JERUSALEM)
    assert reminders_that_fit(first, first + closes_after * DAY, reminders, days) == fit


def test_the_pages_promise_no_reminder_that_can_not_go(owner, survey_owner):
    factories.contact()
    fields = {"state": "prepared", "reminders": 5, "closes_at": timezone.now() + 4 * DAY}
    distribution = factories.distribution(reminder_days=60, **fields)
    late = "No automatic reminder can go 60 days after the mail: the survey closes before."
    made = [schedule(survey_owner, reminders=5, reminder_days=60, days_open=20), after(survey_owner, reminders=5, reminder_days=60)]
    for page in (to("detail", distribution.pk), to("edit", distribution.pk), *(to("schedule", one.pk) for one in made)):
        text = owner.get(page).content.decode()
        assert late in text and "Who stays silent gets" not in text
    Distribution.objects.update(reminder_days=12, closes_at=timezone.now() + 30 * DAY)
    text = owner.get(to("detail", distribution.pk)).content.decode()
    assert "Of the 5 automatic reminders, 12 days apart, only 2 can go before the survey closes." in text
    assert "Who stays silent gets up to 2 reminders, 12 days after each mail." in text
    Distribution.objects.update(reminders=2)
    assert "can go before" not in owner.get(to("detail", distribution.pk)).content.decode()


def test_a_saved_audience_is_chosen_before_anything_is_filled_in(owner, survey_owner):
    SavedAudience.objects.create(name="Retail", created_by=survey_owner)
    page = owner.get(to("create")).content.decode()
    assert "before you fill in anything else" in page
    assert page.index("?audience=") < page.index('name="name"')
