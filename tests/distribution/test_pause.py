"""Pausing and resuming: with effect on the very next mail."""

import pytest
from django.urls import reverse
from django.utils import timezone

from surveys.distribution.confirm import pause, resume, stop
from surveys.distribution.queries import progress
from surveys.distribution.send import send_due_mails, send_one
from surveys.distribution.transport import Outcome, Transport
from surveys.models import Delivery, Distribution
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def distribution():
    distribution = factories.distribution()
    for n in range(3):
        Delivery.objects.create(invitation=factories.invitation(distribution, factories.contact(email=f"person{n}@example.com")))
    return distribution


@pytest.fixture
def owner():
    return factories.user("survey_owner")


def test_paused_sends_nothing_and_resumed_sends_all_once(distribution, owner, postbox):
    assert pause(distribution, owner) is True
    assert send_due_mails() == {}
    assert resume(distribution, owner) is True
    assert send_due_mails() == {Outcome.SENT: 3}
    assert set(postbox.per_address.values()) == {1}


def test_a_mail_that_a_worker_holds_in_its_list_already_is_not_claimed(distribution, owner):
    held = Delivery.objects.due(timezone.now())[0]
    pause(distribution, owner)
    assert held.claim() is False


def test_a_mail_that_was_claimed_just_before_goes_back(distribution, owner, monkeypatch):
    held = Delivery.objects.due(timezone.now())[0]
    claim = Delivery.claim

    def claim_then_paused(delivery):
        claimed = claim(delivery)
        pause(distribution, owner)
        return claimed

    monkeypatch.setattr(Delivery, "claim", claim_then_paused)
    with Transport() as transport:
        assert send_one(held, transport) is None
    held.refresh_from_db()
    assert (held.state, held.attempts) == ("deferred", 0)


def test_answers_are_accepted_while_it_is_paused(distribution, owner):
    pause(distribution, owner)
    assert distribution.is_closed is False
    assert Distribution.objects.open(timezone.now()).get() == distribution


def test_paused_twice_or_resumed_while_going_changes_nothing(distribution, owner):
    assert resume(distribution, owner) is False
    pause(distribution, owner)
    assert pause(distribution, owner) is False


def test_what_is_paused_can_be_stopped_for_good(distribution, owner):
    pause(distribution, owner)
    assert stop(distribution, owner) is True
    assert resume(distribution, owner) is False
    assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}


def test_the_progress_tells_that_mails_wait_for_a_person(distribution, owner):
    pause(distribution, owner)
    now = progress(distribution)
    assert (now.waiting, now.is_moving, now.is_paused) == (3, False, True)


def test_the_buttons_pause_and_resume(client, distribution, owner):
    client.force_login(owner)
    page = client.post(reverse("distribution:pause", args=[distribution.pk]), follow=True).content.decode()
    assert "Paused: 3 mails wait until you resume." in page
    page = client.post(reverse("distribution:resume", args=[distribution.pk]), follow=True).content.decode()
    assert "3 of 3 mails still wait." in page
    assert client.get(reverse("distribution:pause", args=[distribution.pk])).status_code == 405


def test_account_managers_can_not_pause(client, distribution):
    client.force_login(factories.user("account_manager"))
    assert client.post(reverse("distribution:pause", args=[distribution.pk])).status_code == 403
