"""Mails a minute: never more than allowed, over all workers together, and one full domain holds up no other."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from surveys.distribution.send import send_due_mails
from surveys.distribution.send_rate import Rates, forget_old_minutes
from surveys.distribution.transport import Outcome
from surveys.models import Delivery, SentInMinute
from tests import factories
from tests.distribution.at_once import at_once

NOON = datetime(2026, 11, 24, 12, 0, 5, tzinfo=ZoneInfo("Asia/Jerusalem"))


def waiting(*emails):
    distribution = factories.distribution(closes_at=NOON.replace(year=2030))
    for email in emails:
        Delivery.objects.create(invitation=factories.invitation(distribution, factories.contact(email=email)), not_before=NOON)


def sent(postbox):
    return sorted(address.split("@")[1] for address in postbox.per_address)


@pytest.mark.django_db
def test_a_full_minute_ends_the_run_and_the_next_minute_goes_on(postbox, settings):
    settings.MAILS_A_MINUTE = 3
    waiting(*(f"p{n}@example.com" for n in range(5)))
    with time_machine.travel(NOON, tick=False):
        assert send_due_mails() == {Outcome.SENT: 3}
        assert send_due_mails() == {}
    assert set(Delivery.objects.values_list("state", "attempts")) == {("sent", 1), ("queued", 0)}
    with time_machine.travel(NOON.replace(minute=1), tick=False):
        assert send_due_mails() == {Outcome.SENT: 2}


@pytest.mark.django_db
def test_a_full_domain_waits_and_the_others_go_on(postbox, settings):
    settings.MAILS_A_MINUTE_PER_DOMAIN = {"slow.example": 1, "*": 4}
    waiting(*(f"a{n}@Slow.example" for n in range(3)), *(f"b{n}@fast.example" for n in range(3)))
    with time_machine.travel(NOON, tick=False):
        assert send_due_mails() == {Outcome.SENT: 4}
    assert sent(postbox) == ["Slow.example", *["fast.example"] * 3]


@pytest.mark.django_db
def test_a_place_that_the_whole_does_not_grant_is_given_back_to_the_domain(settings):
    settings.MAILS_A_MINUTE, settings.MAILS_A_MINUTE_PER_DOMAIN = 1, {"a.example": 5}
    rates = Rates()
    assert [rates.take("x@a.example", NOON) for _ in range(3)] == [True, False, False]
    assert dict(SentInMinute.objects.values_list("domain", "mails")) == {"a.example": 1, "": 1}


@pytest.mark.django_db
def test_without_limits_nothing_is_asked(settings, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Rates().take("x@example.com", NOON)


def test_workers_together_never_exceed_the_limit(transactional_db, settings):
    settings.MAILS_A_MINUTE = 7
    taken = at_once(4, lambda: sum(Rates().take("x@example.com", NOON) for _ in range(5)))
    assert sum(taken) == 7
    assert SentInMinute.objects.get().mails == 7


@pytest.mark.django_db
def test_old_minutes_are_forgotten():
    for hour in (9, 12):
        SentInMinute.objects.create(minute=NOON.replace(hour=hour), mails=1)
    forget_old_minutes(NOON)
    assert [row.minute for row in SentInMinute.objects.all()] == [NOON]
