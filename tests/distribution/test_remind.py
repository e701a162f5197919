"""Reminders go to those who were mailed and stay silent."""

import pytest
from django.utils import timezone

from surveys.distribution.remind import next_round, outcome, remind
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
    Suppression.objects.create(email="no@example.com", reason="unsubscribed")
    found = outcome(distribution, timezone.now())
    assert found.reminded == 1
    assert found.skipped == {"answered": 1, "not_sent": 1, "left": 1, "bounced": 1, "unsubscribed": 1}


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
def test_the_same_round_reminds_nobody_twice_though_some_joined_late(survey_owner):
    distribution = factories.distribution()
    invited(distribution)
    late = invited(distribution, mail="deferred")
    now = timezone.now()
    assert remind(distribution, 1, survey_owner, now) == 1
    Delivery.objects.update(state="sent", sent_at=now)
    assert remind(distribution, 2, survey_owner, now) == 2
    Delivery.objects.update(state="sent", sent_at=now)
    assert remind(distribution, 2, survey_owner, now) == 0
    assert list(late.deliveries.values_list("number", flat=True)) == [0, 2]


@pytest.mark.django_db
def test_a_round_that_is_not_next_is_refused(survey_owner):
    distribution = factories.distribution()
    invited(distribution)
    assert [remind(distribution, number, survey_owner, timezone.now()) for number in (0, 2, 9)] == [0, 0, 0]
