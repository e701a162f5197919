"""A distribution that starts later, and one that is spread over days."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from surveys.distribution.confirm import confirm
from surveys.distribution.pacing import days_of_wave
from surveys.distribution.send import send_due_mails
from surveys.distribution.transport import Outcome
from surveys.models import Delivery, Distribution, Skip
from tests import factories
from tests.distribution.planning import seen

JERUSALEM = ZoneInfo("Asia/Jerusalem")
THURSDAY = datetime(2026, 11, 26, 10, 0, tzinfo=JERUSALEM)


@pytest.fixture
def israeli_week(settings):
    settings.SENDING_HOURS, settings.WORKING_DAYS, settings.HOLIDAYS_OF = (8, 20), frozenset({6, 0, 1, 2, 3}), "IL"


def local(moment):
    return moment.astimezone(JERUSALEM).strftime("%a %d %H:%M")


def test_a_wave_goes_on_working_days_each_at_the_same_hour(israeli_week):
    assert [local(day) for day in days_of_wave(THURSDAY, 4)] == ["Thu 26 10:00", "Sun 29 08:00", "Mon 30 10:00", "Tue 01 10:00"]


def test_without_rules_a_wave_takes_one_day_after_the_other():
    assert [local(day) for day in days_of_wave(THURSDAY, 3)] == ["Thu 26 10:00", "Fri 27 10:00", "Sat 28 10:00"]


@pytest.mark.django_db
def test_the_people_of_a_wave_are_spread_evenly_and_by_chance(survey_owner):
    contacts = [factories.contact() for _ in range(30)]
    distribution = factories.distribution(state="prepared", spread_days=3, starts_at=THURSDAY, closes_at=THURSDAY + timedelta(days=20))
    confirm(distribution, survey_owner, THURSDAY - timedelta(days=1))
    days = dict(Delivery.objects.values_list("invitation__contact", "not_before"))
    assert Counter(local(day) for day in days.values()) == {"Thu 26 10:00": 10, "Fri 27 10:00": 10, "Sat 28 10:00": 10}
    assert {days[contact.pk] for contact in contacts[:10]} != {days[contacts[0].pk]}


@pytest.mark.django_db
def test_a_wave_that_is_confirmed_late_takes_the_days_that_are_left(login, survey_owner, israeli_week):
    for _ in range(6):
        factories.contact()
    closes_at = datetime(2026, 11, 30, 23, 59, 59, tzinfo=JERUSALEM)  # Sunday and Monday are left
    distribution = factories.distribution(state="prepared", spread_days=5, closes_at=closes_at)
    with time_machine.travel(THURSDAY + timedelta(hours=12), tick=False):
        page = login(survey_owner).get(reverse("distribution:detail", args=[distribution.pk]))
        assert [local(day) for day in page.context["days"]] == ["Sun 29 08:00", "Mon 30 08:00"]
        confirm(distribution, survey_owner, timezone.now())
    days = Counter(local(day) for day in Delivery.objects.values_list("not_before", flat=True))
    assert days == {"Sun 29 08:00": 3, "Mon 30 08:00": 3}


@pytest.mark.django_db
@pytest.mark.parametrize("starts_at", [None, THURSDAY + timedelta(hours=10, minutes=45)])
def test_where_no_mail_could_go_before_it_closes_nobody_is_invited_and_the_page_says_what_to_do(
    login, survey_owner, israeli_week, starts_at
):
    factories.contact()
    saturday_night = datetime(2026, 11, 28, 23, 59, 59, tzinfo=JERUSALEM)
    distribution = factories.distribution(state="prepared", closes_at=saturday_night, starts_at=starts_at)
    page, click = (reverse(f"distribution:{name}", args=[distribution.pk]) for name in ("detail", "confirm"))
    with time_machine.travel(THURSDAY + timedelta(hours=10, minutes=30), tick=False):
        owner = login(survey_owner)
        for shown in (owner.get(page), owner.post(click, seen(owner, distribution), follow=True)):
            text = shown.content.decode()
            assert "No mail could go before it closes" in text and "a later closing date" in text
            assert click not in text and "Mails go" not in text
        distribution.refresh_from_db()
        assert (distribution.state, Delivery.objects.count(), Skip.objects.count()) == ("prepared", 0, 0)
        Distribution.objects.update(closes_at=saturday_night + timedelta(days=1))
        assert click in owner.get(page).content.decode()
        owner.post(click, seen(owner, distribution))
    assert local(Delivery.objects.get().not_before) == "Sun 29 08:00"


@pytest.mark.django_db
def test_the_first_mail_waits_for_the_morning_of_the_person(survey_owner, israeli_week):
    factories.contact(time_zone="America/New_York")
    distribution = factories.distribution(state="prepared", closes_at=THURSDAY + timedelta(days=20))
    confirm(distribution, survey_owner, THURSDAY)  # four in the morning there, and Thanksgiving is no Israeli holiday
    assert Delivery.objects.get().not_before == datetime(2026, 11, 26, 8, 0, tzinfo=ZoneInfo("America/New_York"))


def test_what_is_due_at_night_waits_for_the_morning_and_the_attempt_does_not_count(postbox, israeli_week, transactional_db):
    night = datetime(2026, 11, 24, 23, 0, tzinfo=JERUSALEM)
    with time_machine.travel(night, tick=False):
        distribution = factories.distribution(closes_at=night + timedelta(days=9))
        mail = Delivery.objects.create(invitation=factories.invitation(distribution))
        assert send_due_mails() == {}
        mail.refresh_from_db()
        assert (mail.state, mail.attempts, local(mail.not_before)) == ("queued", 0, "Wed 25 08:00")
        assert send_due_mails() == {}
    with time_machine.travel(datetime(2026, 11, 25, 8, 1, tzinfo=JERUSALEM), tick=False):
        assert send_due_mails() == {Outcome.SENT: 1}
        assert send_due_mails() == {}
    assert len(postbox.per_address) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"starts_at": "2020-01-01T10:00"}, "starts_at"),
        ({"spread_days": 9}, "closes_on"),
        ({"spread_days": 0}, "spread_days"),
        ({"starts_at": "{in_8_days}"}, "closes_on"),
        ({"reminders": 6}, "reminders"),
    ],
)
def test_a_plan_that_can_not_be_kept_is_refused(login, survey_owner, fields, wrong):
    later = (timezone.localtime() + timedelta(days=8)).strftime("%Y-%m-%dT%H:%M")
    fields = {name: str(value).format(in_8_days=later) for name, value in fields.items()}
    day = (timezone.localdate() + timedelta(days=7)).isoformat()
    plan = {"name": "Wave", "survey": factories.survey().pk, "closes_on": day, "spread_days": 1, "reminders": 0, "reminder_days": 5}
    page = login(survey_owner).post(reverse("distribution:create"), {**plan, **fields})
    assert list(page.context["form"].errors) == [wrong]
    assert Distribution.objects.count() == 0


@pytest.mark.django_db
def test_a_prepared_distribution_can_be_changed_and_a_confirmed_one_not(login, survey_owner):
    owner, retail = login(survey_owner), factories.segment("Retail")
    distribution = factories.distribution(state="prepared", audience={"segments": [retail.pk], "sample": {"percent": 20, "seed": 4}})
    page = reverse("distribution:edit", args=[distribution.pk])
    form = owner.get(page).context["form"]
    assert (form["segments"].value(), form["percent"].value(), form["seed"].value()) == ([retail.pk], 20, 4)
    assert form.is_sampling_open() and not form.is_more_open()
    plan = {
        "name": "Changed",
        "survey": distribution.survey_id,
        "closes_on": (timezone.localdate() + timedelta(days=9)).isoformat(),
        "spread_days": 2,
        "reminders": 1,
        "reminder_days": 3,
    }
    assert owner.post(page, {**plan, "number": 5, "seed": 4}).url == reverse("distribution:detail", args=[distribution.pk])
    distribution.refresh_from_db()
    assert (distribution.name, distribution.spread_days, distribution.reminders) == ("Changed", 2, 1)
    assert distribution.audience["sample"]["number"] == 5
    Distribution.objects.update(state="confirmed")
    assert owner.get(page).url == owner.post(page, plan).url == reverse("distribution:detail", args=[distribution.pk])
    distribution.refresh_from_db()
    assert distribution.audience["sample"]["number"] == 5
