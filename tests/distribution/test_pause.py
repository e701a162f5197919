"""Pausing and resuming: with effect on the very next mail."""

import pytest
from django.urls import reverse
from django.utils import timezone

from surveys.distribution.confirm import stop
from surveys.distribution.pausing import LEAST_FAILURES, pause, resume
from surveys.distribution.queries import progress
from surveys.distribution.send import send_due_mails, send_one
from surveys.distribution.send_rate import Rates
from surveys.distribution.transport import Outcome, Transport
from surveys.models import Contact, Delivery, Distribution, Suppression
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
        assert send_one(held, transport, Rates()) is None
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


# --- A mass of failures ---------------------------------------------------------------------------


@pytest.fixture
def broken(postbox):
    """A distribution to more people than a broken server may refuse, and a server that refuses all."""
    distribution = factories.distribution()
    for n in range(LEAST_FAILURES + 5):
        address = f"refused{n}@example.com"
        Delivery.objects.create(invitation=factories.invitation(distribution, factories.contact(email=address)))
        postbox.rcpt[address] = ["550 5.1.1 no such user"]
    return distribution


def test_a_server_that_refuses_everybody_pauses_the_sending_and_marks_nobody(broken, postbox):
    send_due_mails()
    broken.refresh_from_db()
    assert (broken.state, broken.paused_because[:26]) == ("paused", "Nearly every mail was refu")
    assert set(Delivery.objects.values_list("state", flat=True)) == {"queued", "deferred"}
    assert set(Contact.objects.values_list("status", flat=True)) == {"active"}
    assert Suppression.objects.count() == 0


def test_the_server_mended_and_resumed_everybody_gets_one_mail(broken, postbox, owner):
    send_due_mails()
    broken.refresh_from_db()
    postbox.rcpt.clear()
    resume(broken, owner)
    send_due_mails()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    assert set(postbox.per_address.values()) == {1}


def test_a_person_who_says_that_the_addresses_are_dead_is_believed(client, broken, owner):
    send_due_mails()
    client.force_login(owner)
    page = client.get(reverse("distribution:detail", args=[broken.pk])).content.decode()
    assert "a mail server seems to be broken" in page
    client.post(reverse("distribution:resume", args=[broken.pk]), {"trust": "1"})
    send_due_mails()
    broken.refresh_from_db()
    assert broken.state == "confirmed"
    assert set(Delivery.objects.values_list("state", flat=True)) == {"bounced"}
    assert Suppression.objects.count() == LEAST_FAILURES + 5


def test_many_dead_addresses_among_many_that_live_pause_nothing(broken, postbox):
    for n in range(LEAST_FAILURES):
        contact = factories.contact(email=f"alive{n}@example.com")
        Delivery.objects.create(invitation=factories.invitation(broken, contact), not_before=broken.created_at)
    send_due_mails()
    broken.refresh_from_db()
    assert broken.state == "confirmed"
    assert Suppression.objects.count() == LEAST_FAILURES + 5


def test_an_address_that_bounced_in_another_distribution_stays_marked(broken, postbox):
    dead = factories.contact(email="dead@example.com")
    postbox.rcpt[dead.email] = ["550 5.1.1 no such user"]
    Delivery.objects.create(invitation=factories.invitation(contact=dead), not_before=broken.created_at)
    send_due_mails()
    broken.refresh_from_db()
    dead.refresh_from_db()
    assert (broken.state, dead.status) == ("paused", "bounced")
    assert Suppression.objects.get().email == "dead@example.com"
