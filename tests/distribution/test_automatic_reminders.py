"""Reminders that go by themselves: so many, so many days apart, to those who stay silent."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from surveys.distribution.messages import invitation_message
from surveys.distribution.remind import remind, remind_due
from surveys.models import Delivery, Distribution
from tests import factories
from tests.distribution.at_once import at_once

DAY = timedelta(days=1)


@pytest.fixture
def distribution(db):
    return factories.distribution(reminders=2, reminder_days=5, closes_at=timezone.now() + 30 * DAY)


def mailed(distribution, days_ago, number=0, invitation=None, **fields):
    invitation = invitation or factories.invitation(distribution)
    sent_at = timezone.now() - days_ago * DAY
    Delivery.objects.create(invitation=invitation, number=number, **{"state": "sent", "sent_at": sent_at, **fields})
    return invitation


def numbers(invitation):
    return list(invitation.deliveries.order_by("number").values_list("number", "state"))


def test_who_has_been_silent_for_so_many_days_is_reminded_once(distribution):
    silent, mailed_lately = mailed(distribution, 5), mailed(distribution, 4)
    assert remind_due(timezone.now()) == 1
    assert remind_due(timezone.now()) == 0
    assert numbers(silent) == [(0, "sent"), (1, "queued")]
    assert numbers(mailed_lately) == [(0, "sent")]


def test_the_next_counts_from_the_last_mail_and_after_the_last_there_is_none(distribution):
    invitation = mailed(distribution, 12)
    mailed(distribution, 6, number=1, invitation=invitation)
    assert remind_due(timezone.now()) == 1
    Delivery.objects.filter(number=2).update(state="sent", sent_at=timezone.now() - 6 * DAY)
    assert remind_due(timezone.now()) == 0
    assert numbers(invitation) == [(0, "sent"), (1, "sent"), (2, "sent")]


def test_a_person_s_reminder_is_one_of_them(distribution, survey_owner):
    invitation = mailed(distribution, 20)
    remind(distribution, 1, survey_owner, timezone.now())
    Delivery.objects.filter(number=1).update(state="sent", sent_at=timezone.now() - 19 * DAY)
    remind_due(timezone.now())
    Delivery.objects.filter(number=2).update(state="sent", sent_at=timezone.now() - 9 * DAY)
    assert remind_due(timezone.now()) == 0
    assert len(numbers(invitation)) == 3


def test_who_has_answered_left_or_unsubscribed_is_left_in_peace(distribution):
    for contact, answered in ((factories.contact(status="left"), None), (factories.contact(), timezone.now())):
        mailed(distribution, 9, invitation=factories.invitation(distribution, contact, answered_at=answered))
    mailed(distribution, 9, state="bounced")
    assert remind_due(timezone.now()) == 0


@pytest.mark.parametrize(
    "changes",
    [{"state": "paused"}, {"state": "cancelled"}, {"reminders": 0}, {"closes_at": timezone.now() + timedelta(hours=20)}],
    ids=["paused", "stopped", "none wanted", "closes within a day"],
)
def test_a_distribution_that_rests_or_ends_reminds_nobody(distribution, changes):
    mailed(distribution, 9)
    Distribution.objects.update(**changes)
    assert remind_due(timezone.now()) == 0


def test_three_workers_at_once_queue_one_reminder_each(transactional_db):
    distribution = factories.distribution(reminders=1, reminder_days=5)
    silent = [mailed(distribution, 9) for _ in range(4)]
    at_once(3, lambda: remind_due(timezone.now()))
    assert [numbers(invitation) for invitation in silent] == [[(0, "sent"), (1, "queued")]] * 4


def test_the_number_of_queries_does_not_grow_with_the_people(distribution, django_assert_num_queries):
    mailed(distribution, 9)
    with django_assert_num_queries(6):
        remind_due(timezone.now())
    Delivery.objects.filter(number=1).delete()
    for _ in range(3):
        mailed(distribution, 9)
    with django_assert_num_queries(6):
        remind_due(timezone.now())


@pytest.mark.django_db
def test_the_reminder_has_words_of_its_own_or_those_of_the_invitation():
    delivery = Delivery.objects.create(invitation=factories.invitation(), number=1)
    inherited = invitation_message(delivery)
    assert inherited.subject == "Reminder: One question"
    assert "We asked you a short while ago" in inherited.body and "Please tell us." in inherited.body
    delivery.invitation.distribution.version.texts["en"] |= {
        "reminder_subject": "Still there?",
        "reminder": "One more try, {contact.name}.",
    }
    own = invitation_message(delivery)
    assert own.subject == "Still there?"
    for text in (own.body, own.alternatives[0][0]):
        assert f"One more try, {delivery.invitation.contact.name}." in text
        assert "Please tell us." not in text and "a short while ago" not in text


@pytest.mark.django_db
def test_the_plan_can_be_changed_while_it_is_open(login, survey_owner, distribution):
    owner, page = login(survey_owner), reverse("distribution:plan_reminders", args=[distribution.pk])
    owner.post(page, {"reminders": 3, "reminder_days": 7})
    distribution.refresh_from_db()
    assert (distribution.reminders, distribution.reminder_days) == (3, 7)
    assert list(owner.post(page, {"reminders": 9, "reminder_days": 7}).context["plan"].errors) == ["reminders"]
    Distribution.objects.update(closes_at=timezone.now() - DAY)
    owner.post(page, {"reminders": 1, "reminder_days": 1})
    distribution.refresh_from_db()
    assert (distribution.reminders, distribution.reminder_days) == (3, 7)
