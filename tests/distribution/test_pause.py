"""Pausing and resuming: with effect on the very next mail."""

import time
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from surveys.distribution import send
from surveys.distribution.bounces import note_returned_mail
from surveys.distribution.confirm import stop
from surveys.distribution.pausing import LEAST_FAILURES, WINDOW, pause, resume
from surveys.distribution.queries import progress
from surveys.distribution.send import send_due_mails
from surveys.distribution.tokens import return_path
from surveys.distribution.transport import Outcome
from surveys.models import Contact, Delivery, Distribution, Suppression
from tests import factories
from tests.distribution.test_bounces import report

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
    held = Delivery.objects.due(timezone.now()).with_recipient()[0]
    pause(distribution, owner)
    assert held.claim() is False


def test_pausing_in_the_middle_of_a_batch_holds_the_rest_of_it(distribution, owner, monkeypatch, postbox):
    """Whoever is mailed at this very moment is mailed; nobody after."""
    message = send.invitation_message

    def pausing(delivery, look):
        pause(distribution, owner)
        return message(delivery, look)

    monkeypatch.setattr(send, "invitation_message", pausing)
    assert send_due_mails() == {Outcome.SENT: 1}
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["queued", "queued", "sent"]


def test_what_was_read_more_than_a_second_ago_is_read_again(distribution, monkeypatch, postbox):
    """So that somebody who has just unsubscribed is not mailed by a worker whose list is old."""
    message = send.invitation_message

    def slow(delivery, look):
        others = Delivery.objects.waiting().values_list("invitation__contact__email", flat=True)
        Suppression.objects.bulk_create(
            [Suppression(email=email, reason="unsubscribed") for email in others if not Suppression.objects.exists()]
        )
        monkeypatch.setattr(send, "FRESH", 0.01)
        time.sleep(0.02)
        return message(delivery, look)

    monkeypatch.setattr(send, "FRESH", 0.0)
    monkeypatch.setattr(send, "invitation_message", slow)
    send_due_mails()
    assert sorted(Delivery.objects.values_list("state", "reason")) == [
        ("cancelled", "The person has unsubscribed."),
        ("cancelled", "The person has unsubscribed."),
        ("sent", ""),
    ]


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


def test_an_address_that_bounced_earlier_stays_marked(broken, postbox):
    dead = factories.contact(email="dead@example.com")
    postbox.rcpt[dead.email] = ["550 5.1.1 no such user"]
    Delivery.objects.create(invitation=factories.invitation(contact=dead), not_before=broken.created_at)
    with time_machine.travel(timezone.now() - WINDOW - timedelta(minutes=1)):
        Delivery.objects.filter(invitation__contact=dead).update(not_before=timezone.now())
        send_due_mails()
    send_due_mails()
    broken.refresh_from_db()
    dead.refresh_from_db()
    assert (broken.state, dead.status) == ("paused", "bounced")
    assert Suppression.objects.get().email == "dead@example.com"


def test_a_server_that_breaks_under_many_small_distributions_pauses_them_all(postbox):
    """As schedules after events make them: none has enough mails to be seen by itself."""
    for _round in range(4):
        distribution = factories.distribution()
        for n in range(LEAST_FAILURES // 4 + 1):
            contact = factories.contact(email=f"p{distribution.pk}-{n}@d{n}.example")
            postbox.rcpt[contact.email] = ["550 5.1.1 no such user"]
            Delivery.objects.create(invitation=factories.invitation(distribution, contact))
    send_due_mails()
    assert set(Distribution.objects.values_list("state", flat=True)) == {"paused"}
    assert marked() == (0, 0)
    assert not Delivery.objects.exclude(state__in=["queued", "deferred"]).exists()


# --- A mass of failures that is told of later ------------------------------------------------------


def sent_to(distribution, emails, at):
    contacts = [factories.contact(email=email) for email in emails]
    rows = [{"state": "sent", "sent_at": at, "claimed_at": at, "email": contact.email} for contact in contacts]
    invitations = [factories.invitation(distribution, contact) for contact in contacts]
    return [Delivery.objects.create(invitation=invitation, **row) for invitation, row in zip(invitations, rows, strict=True)]


def come_back(mails, diagnostic="550 5.1.1 no such user"):
    for mail in mails:
        note_returned_mail(report(return_path(mail), diagnostic), timezone.now())


def marked():
    return Contact.objects.filter(status="bounced").count(), Suppression.objects.count()


@pytest.mark.parametrize("diagnostic", ["550 5.1.1 no such user", "554 5.7.1 policy"], ids=["for good", "for now"])
def test_nearly_all_come_back_an_hour_later_and_nobody_is_marked(settings, diagnostic):
    """A relay that took everything and then returned everything."""
    settings.SOFT_BOUNCES = 1
    distribution = factories.distribution()
    mails = sent_to(distribution, [f"p{n}@d{n}.example" for n in range(LEAST_FAILURES + 12)], timezone.now() - timedelta(hours=1))
    come_back(mails, diagnostic)
    distribution.refresh_from_db()
    assert (distribution.state, marked()) == ("paused", (0, 0))
    assert set(Delivery.objects.values_list("state", flat=True)) == {"deferred"}


def test_one_companys_broken_server_among_many_pauses_and_marks_nobody():
    distribution, then = factories.distribution(), timezone.now() - timedelta(minutes=5)
    sent_to(distribution, [f"p{n}@d{n}.example" for n in range(60)], then)
    come_back(sent_to(distribution, [f"p{n}@busy.example" for n in range(LEAST_FAILURES + 3)], then))
    distribution.refresh_from_db()
    assert (distribution.state, marked()) == ("paused", (0, 0))
    assert distribution.paused_at_domain == "busy.example"


def test_dead_addresses_here_and_there_told_of_late_are_marked():
    """Of all that were sent at the time they are few, though nothing else has gone in the last ten minutes."""
    distribution, then = factories.distribution(), timezone.now() - timedelta(hours=3)
    sent_to(distribution, [f"p{n}@d{n}.example" for n in range(60)], then)
    come_back(sent_to(distribution, [f"dead{n}@e{n}.example" for n in range(LEAST_FAILURES + 3)], then))
    distribution.refresh_from_db()
    assert (distribution.state, marked()) == ("confirmed", (LEAST_FAILURES + 3, LEAST_FAILURES + 3))


def test_resumed_what_came_back_is_sent_again_under_an_id_of_its_own(owner, postbox):
    distribution = factories.distribution()
    mails = sent_to(distribution, [f"p{n}@d{n}.example" for n in range(LEAST_FAILURES)], timezone.now())
    Delivery.objects.update(attempts=1, message_id="<the first>")
    come_back(mails)
    distribution.refresh_from_db()
    resume(distribution, owner)
    send_due_mails()
    ids = {mail.message_id.partition("@")[0] for mail in Delivery.objects.select_related("invitation")}
    assert ids == {f"<{mail.invitation.reference}.0.1-1" for mail in mails}
