"""Reminders go to those who were mailed and stay silent."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from surveys.distribution.remind import next_round, outcome, remind, remind_due
from surveys.models import Delivery, Distribution, Suppression
from tests import factories
from tests.distribution.at_once import at_once


def invited(distribution, mail="sent", answered=False, **contact):
    invitation = factories.invitation(distribution, factories.contact(**contact), answered_at=timezone.now() if answered else None)
    Delivery.objects.create(invitation=invitation, state=mail, sent_at=timezone.now() if mail == "sent" else None)
    return invitation


@pytest.mark.django_db
def test_everybody_who_gets_none_has_one_reason():
    distribution = factories.distribution()
    invited(distribution)
    invited(distribution, answered=True)
    invited(distribution, mail="uncertain")
    invited(distribution, status="left")
    invited(distribution, status="bounced")
    invited(distribution, email="no@example.com")
    invited(distribution, email="spam@example.com")
    Suppression.objects.create(email="no@example.com", reason="unsubscribed")
    Suppression.objects.create(email="spam@example.com", reason="complained")
    found = outcome(distribution, timezone.now())
    assert found.reminded == 1
    assert found.skipped == {"answered": 1, "not_sent": 1, "left": 1, "bounced": 1, "unsubscribed": 1, "complained": 1}


def test_a_reminder_is_the_next_mail_of_the_invitation(survey_owner):
    distribution = factories.distribution()
    invitation = invited(distribution)
    assert remind(distribution, 1, survey_owner, timezone.now()) == 1
    assert list(invitation.deliveries.values_list("number", "state")) == [(0, "sent"), (1, "queued")]


def test_a_second_click_reminds_nobody_even_when_the_first_is_out_already(survey_owner):
    distribution = factories.distribution()
    invited(distribution)
    this_round = next_round(distribution)
    remind(distribution, this_round, survey_owner, timezone.now())
    Delivery.objects.update(state="sent", sent_at=timezone.now())
    assert remind(distribution, this_round, survey_owner, timezone.now()) == 0
    assert next_round(distribution) == 2
    assert remind(distribution, 2, survey_owner, timezone.now()) == 1


@pytest.mark.parametrize("fields", [{"state": "cancelled"}, {"closes_at": timezone.now()}])
def test_a_closed_distribution_reminds_nobody(survey_owner, fields):
    distribution = factories.distribution(**fields)
    invited(distribution)
    assert remind(distribution, 1, survey_owner, timezone.now()) == 0


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_make_one_reminder_each():
    user, distribution = factories.user(role="survey_owner"), factories.distribution()
    for _ in range(10):
        invited(distribution)

    def click():
        return remind(Distribution.objects.get(pk=distribution.pk), 1, user, timezone.now())

    at_once(3, click)
    assert Delivery.objects.filter(number=1).count() == 10
    assert Delivery.objects.count() == 20


@pytest.mark.django_db
def test_a_second_click_reminds_nobody_though_some_were_mailed_later_than_others(survey_owner):
    distribution = factories.distribution()
    invited(distribution)
    late = invited(distribution, mail="deferred")
    now = timezone.now()
    assert remind(distribution, 1, survey_owner, now) == 1
    Delivery.objects.update(state="sent", sent_at=now)
    assert remind(distribution, 2, survey_owner, now) == 2
    Delivery.objects.update(state="sent", sent_at=now)
    assert remind(distribution, 2, survey_owner, now) == 0
    assert list(late.deliveries.values_list("number", flat=True)) == [0, 1]


@pytest.mark.django_db
def test_a_round_that_is_not_next_is_refused(survey_owner):
    distribution = factories.distribution()
    invited(distribution)
    assert [remind(distribution, number, survey_owner, timezone.now()) for number in (0, 2, 9)] == [0, 0, 0]


def test_a_click_and_the_automatic_reminders_at_the_same_moment_make_one_each(transactional_db):
    user, now = factories.user(role="survey_owner"), timezone.now()
    distribution = factories.distribution(reminders=3, reminder_days=1)
    early, late = invited(distribution), invited(distribution)
    Delivery.objects.create(invitation=early, number=1, state="sent")
    Delivery.objects.update(sent_at=now - timedelta(days=2))
    works = [lambda: remind(distribution, 2, user, now), lambda: remind_due(now)]

    def work():
        return works.pop()()

    at_once(2, work)
    assert [list(one.deliveries.values_list("number", flat=True)) for one in (early, late)] == [[0, 1, 2], [0, 1]]


@pytest.mark.django_db
def test_who_looked_before_the_automatic_reminders_sends_none_on_top(survey_owner):
    distribution = factories.distribution(reminders=3, reminder_days=1)
    invitation, now = invited(distribution), timezone.now()
    seen = next_round(distribution)
    Delivery.objects.update(sent_at=now - timedelta(days=2))
    assert remind_due(now) == 1
    Delivery.objects.update(state="sent", sent_at=now)
    assert remind(distribution, seen, survey_owner, now) == 0
    assert invitation.deliveries.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hour", "state", "says"),
    [
        (12, "confirmed", "2 reminders are on their way."),
        (22, "confirmed", "2 reminders are queued, and go from 30 November 2026, 08:00 on."),
        (22, "paused", "2 reminders wait until you resume."),
    ],
)
def test_whoever_reminds_is_told_when_they_go(login, survey_owner, settings, hour, state, says):
    settings.SENDING_HOURS, settings.WORKING_DAYS, settings.HOLIDAYS_OF = (8, 20), frozenset({6, 0, 1, 2, 3}), "IL"
    sunday = datetime(2026, 11, 29, hour, tzinfo=ZoneInfo("Asia/Jerusalem"))
    with time_machine.travel(sunday, tick=False):
        distribution = factories.distribution(state=state, closes_at=sunday + timedelta(days=9))
        invited(distribution), invited(distribution)
        page = login(survey_owner).post(reverse("distribution:reminder", args=[distribution.pk]), {"round": 1}, follow=True)
        assert [str(message) for message in page.context["messages"]] == [says]


@pytest.mark.django_db
def test_a_reminder_waits_for_the_morning_of_the_person(survey_owner, settings):
    settings.SENDING_HOURS, settings.WORKING_DAYS, settings.HOLIDAYS_OF = (8, 20), frozenset(), ""
    noon = datetime(2026, 11, 29, 12, tzinfo=ZoneInfo("Asia/Jerusalem"))
    distribution = factories.distribution(closes_at=noon + timedelta(days=9))
    far = invited(distribution, time_zone="America/New_York")
    invited(distribution)
    assert remind(distribution, 1, survey_owner, noon) == 2
    times = dict(Delivery.objects.filter(number=1).values_list("invitation", "not_before"))
    assert times.pop(far.pk) == datetime(2026, 11, 29, 8, tzinfo=ZoneInfo("America/New_York"))
    assert list(times.values()) == [noon]
