"""Sending to a real SMTP server that misbehaves in every way a server can."""

import time
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from feedback_site.celery import app
from surveys.distribution import objections, results, send, tasks
from surveys.distribution.send import note_abandoned_mails, send_due_mails
from surveys.distribution.transport import Outcome, meaning
from surveys.models import Contact, Delivery, Suppression
from tests import factories
from tests.distribution.at_once import at_once
from tests.distribution.mails import states, waiting

pytestmark = pytest.mark.django_db


def test_what_is_due_is_sent_over_one_connection(postbox):
    distribution = factories.distribution()
    for n in range(5):
        waiting(f"person{n}@example.com", distribution)
    assert send_due_mails() == {Outcome.SENT: 5}
    assert states() == ["sent"] * 5
    assert postbox.per_address == {f"person{n}@example.com": 1 for n in range(5)}
    assert len(postbox.connections) == 1


def test_a_sent_mail_knows_its_message_id_and_time(postbox):
    delivery = waiting()
    send_due_mails()
    delivery.refresh_from_db()
    assert postbox.mail_to("dana@example.com")["Message-ID"] == delivery.message_id
    assert delivery.sent_at is not None


def test_an_address_that_bounces_marks_the_contact_and_holds_up_nobody(postbox):
    distribution = factories.distribution()
    waiting("dead@example.com", distribution)
    waiting("alive@example.com", distribution)
    postbox.rcpt["dead@example.com"] = ["550 5.1.1 no such user"]
    send_due_mails()
    assert states() == ["bounced", "sent"]
    assert Contact.objects.get(email="dead@example.com").status == "bounced"
    assert Contact.objects.get(email="alive@example.com").status == "active"
    assert list(Suppression.objects.values_list("email", "reason")) == [("dead@example.com", "bounced")]
    assert Delivery.objects.get(state="bounced").reason == "550 5.1.1 no such user"


def test_a_refusal_by_policy_says_nothing_about_the_address(postbox):
    waiting()
    postbox.data["dana@example.com"] = ["554 5.7.1 spam"]
    send_due_mails()
    assert states() == ["failed"]
    assert Contact.objects.get().status == "active"
    assert Suppression.objects.count() == 0


def test_try_later_is_tried_later_and_then_arrives_once(postbox):
    waiting()
    postbox.rcpt["dana@example.com"] = ["451 4.7.1 greylisted", "250 ok"]
    with time_machine.travel(timezone.now(), tick=True) as clock:
        send_due_mails()
        assert states() == ["deferred"]
        send_due_mails()
        assert states() == ["deferred"]
        clock.shift(timedelta(seconds=61))
        send_due_mails()
    assert states() == ["sent"]
    assert postbox.per_address == {"dana@example.com": 1}


def test_a_server_that_always_says_later_is_given_up_with_growing_pauses(postbox):
    delivery = waiting()
    postbox.rcpt["dana@example.com"] = ["451 4.3.0 later"]
    pauses = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(6):
            send_due_mails()
            delivery.refresh_from_db()
            pauses.append(max(delivery.not_before - timezone.now(), timedelta()))
            clock.shift(pauses[-1])
    assert pauses[:5] == results.PAUSES
    assert (delivery.state, delivery.attempts) == ("failed", 6)
    assert Contact.objects.get().status == "active"


def test_when_the_server_is_away_nobody_is_marked_and_no_attempt_is_burnt(settings, postbox):
    distribution = factories.distribution()
    waiting("a@example.com", distribution)
    waiting("b@example.com", distribution)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    send_due_mails()
    assert states() == ["deferred", "queued"]
    assert list(Delivery.objects.values_list("attempts", flat=True)) == [0, 0]
    assert Delivery.objects.get(state="deferred").reason != ""
    settings.EMAIL_PORT = port
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        send_due_mails()
    assert postbox.per_address == {"a@example.com": 1, "b@example.com": 1}


def test_a_server_that_shuts_down_in_mid_run_is_away(postbox):
    distribution = factories.distribution()
    waiting("a@example.com", distribution)
    waiting("b@example.com", distribution)
    postbox.rcpt["a@example.com"] = ["421 4.3.2 shutting down"]
    send_due_mails()
    assert states() == ["deferred", "queued"]
    assert Contact.objects.filter(status="bounced").count() == 0


def test_a_slow_server_before_data_is_tried_again(postbox):
    waiting()
    postbox.rcpt["dana@example.com"] = ["sleep 3", "250 ok"]
    send_due_mails()
    assert states() == ["deferred"]
    assert postbox.per_address == {}


def test_a_line_that_breaks_before_data_is_tried_again(postbox):
    waiting()
    postbox.rcpt["dana@example.com"] = ["hang up", "250 ok"]
    send_due_mails()
    assert states() == ["deferred"]


def test_a_server_that_hung_up_on_an_idle_line_is_called_again_at_once(postbox):
    distribution = factories.distribution()
    waiting("a@example.com", distribution)
    waiting("b@example.com", distribution)
    postbox.rcpt["b@example.com"] = ["hang up", "250 ok"]
    send_due_mails()
    assert states() == ["sent", "sent"]
    assert postbox.per_address == {"a@example.com": 1, "b@example.com": 1}


@pytest.mark.parametrize("misbehaviour", ["hang up", "sleep 3"])
def test_no_reply_after_data_is_uncertain_and_never_sent_again_by_itself(postbox, misbehaviour):
    waiting()
    postbox.data["dana@example.com"] = [misbehaviour]
    send_due_mails()
    assert states() == ["uncertain"]
    postbox.data.clear()
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        send_due_mails()
    assert states() == ["uncertain"]
    assert postbox.per_address == {"dana@example.com": 1}


def test_a_line_that_begins_with_a_dot_arrives_whole(postbox):
    survey = factories.survey(published=False)
    survey.versions.update(texts={"en": {"subject": "Dots", "invitation": "First\n.\n..second"}})
    survey.versions.update(state="published")
    waiting(distribution=factories.distribution(survey))
    send_due_mails()
    words = postbox.mail_to("dana@example.com").get_body(("plain",)).get_content()
    assert words.splitlines()[2:5] == ["First", ".", "..second"]


@pytest.mark.parametrize(
    ("code", "text", "outcome"),
    [
        (550, "5.1.1 User unknown", Outcome.NO_MAILBOX),
        (550, "No such user here", Outcome.NO_MAILBOX),
        (553, "5.1.3 bad address", Outcome.NO_MAILBOX),
        (550, "5.7.1 Message refused", Outcome.REFUSED),
        (550, "blocked as spam", Outcome.REFUSED),
        (550, "relay not permitted", Outcome.REFUSED),
        (550, "5.1.8 sender's domain unknown", Outcome.REFUSED),
        (552, "5.2.2 mailbox full", Outcome.REFUSED),
        (550, "Mailbox is full", Outcome.REFUSED),
        (550, "Administrative prohibition", Outcome.REFUSED),
        (550, "Sender verify failed", Outcome.REFUSED),
        (550, "Message contains a suspicious link", Outcome.REFUSED),
        (550, "too many messages, slow down", Outcome.REFUSED),
        (550, "Recipient address rejected: User unknown", Outcome.NO_MAILBOX),
        (554, "no", Outcome.REFUSED),
        (451, "4.7.1 greylisted", Outcome.LATER),
        (421, "busy", Outcome.AWAY),
    ],
)
def test_what_a_refusal_means(code, text, outcome):
    assert meaning(code, text) is outcome


def test_after_data_only_an_enhanced_code_speaks_of_the_mailbox():
    assert meaning(550, "no such user", after_data=True) is Outcome.REFUSED
    assert meaning(550, "5.1.1 no such user", after_data=True) is Outcome.NO_MAILBOX


@pytest.mark.parametrize(("reply", "state"), [("251 will forward", "sent"), ("nonsense", "uncertain")])
def test_an_odd_reply_after_data_never_sends_it_twice(postbox, reply, state):
    waiting()
    postbox.data["dana@example.com"] = [reply]
    send_due_mails()
    assert states() == [state]


def test_a_contact_removed_at_this_moment_does_not_stop_the_others(postbox, monkeypatch):
    gone, other = waiting("gone@example.com"), waiting("other@example.com")
    claim = Delivery.claim

    def claim_and_lose(delivery):
        claimed = claim(delivery)
        if delivery.pk == gone.pk:
            gone.invitation.contact.delete()
        return claimed

    monkeypatch.setattr(Delivery, "claim", claim_and_lose)
    send_due_mails()
    other.refresh_from_db()
    assert other.state == "sent"


def late_unsubscribe(delivery):
    Suppression.objects.create(email=delivery.invitation.contact.email.upper(), reason="unsubscribed")


def late_answer(delivery):
    type(delivery.invitation).objects.filter(pk=delivery.invitation_id).update(answered_at=timezone.now())


def late_close(delivery):
    type(delivery.invitation.distribution).objects.update(closes_at=timezone.now())


def late_leaving(delivery):
    Contact.objects.update(status="left")


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (late_unsubscribe, objections.UNSUBSCRIBED),
        (late_answer, objections.ANSWERED),
        (late_close, objections.CLOSED),
        (late_leaving, objections.LEFT),
    ],
)
def test_what_happened_since_it_was_queued_stops_a_mail(postbox, happens, reason):
    delivery = waiting()
    happens(delivery)
    send_due_mails()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("cancelled", reason)
    assert postbox.per_address == {}


def test_a_mail_that_can_not_be_written_holds_up_nobody(postbox, monkeypatch):
    distribution = factories.distribution()
    broken = waiting("a@example.com", distribution)
    waiting("b@example.com", distribution)
    original = send.invitation_message

    def sometimes(delivery, look):
        if delivery.pk == broken.pk:
            raise ValueError("a template went wrong")
        return original(delivery, look)

    monkeypatch.setattr(send, "invitation_message", sometimes)
    send_due_mails()
    assert states() == ["failed", "sent"]


def test_one_claim_wins_and_a_mail_is_not_claimed_before_its_time():
    delivery = waiting()
    other = Delivery.objects.get(pk=delivery.pk)
    assert (delivery.claim(), other.claim()) == (True, False)
    early = waiting("late@example.com", not_before=timezone.now() + timedelta(minutes=1))
    assert early.claim() is False


def test_the_sweep_sends_what_no_hint_came_for(postbox):
    waiting()
    tasks.send_due_mails()
    assert states() == ["sent"]


def test_a_mail_abandoned_by_its_worker_becomes_uncertain(postbox):
    delivery = waiting()
    delivery.claim()
    assert note_abandoned_mails() == 0
    with time_machine.travel(timezone.now() + send.ABANDONED_AFTER + timedelta(seconds=1)):
        assert note_abandoned_mails() == 1
        send_due_mails()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("uncertain", send.ABANDONED)
    assert postbox.per_address == {}


def test_a_broker_that_is_away_neither_breaks_nor_delays_the_hint():
    app.conf.broker_url = "redis://127.0.0.1:1"
    app.conf.broker_transport_options = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}
    began = time.monotonic()
    assert tasks.hint_sending() is False
    assert time.monotonic() - began < 2


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_each_address_one_mail(postbox):
    distribution = factories.distribution()
    addresses = [f"person{n}@example.com" for n in range(30)]
    for address in addresses:
        waiting(address, distribution)
    at_once(3, send_due_mails)
    assert postbox.per_address == dict.fromkeys(addresses, 1)
    assert states() == ["sent"] * 30
