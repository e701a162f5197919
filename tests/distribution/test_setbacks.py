"""What held a mail up, what is remembered of it, and what was decided meanwhile."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from surveys.distribution import results, send
from surveys.distribution.confirm import stop
from surveys.distribution.send import send_due_mails
from surveys.distribution.transport import Outcome, Result
from surveys.models import Delivery, Invitation, Suppression
from tests import factories
from tests.distribution.mails import states, waiting

pytestmark = pytest.mark.django_db


def test_a_server_that_hangs_up_after_so_many_mails_is_called_again_at_once(postbox):
    distribution = factories.distribution()
    for name in "abc":
        waiting(f"{name}@example.com", distribution)
    postbox.rcpt["b@example.com"] = ["421 4.7.0 enough on this line", "250 ok"]
    assert send_due_mails() == {Outcome.SENT: 3}
    assert len(postbox.connections) == 2


def test_while_no_server_answers_the_pause_of_a_mail_doubles_up_to_half_an_hour(settings):
    settings.EMAIL_PORT = 1
    delivery, pauses = waiting(), []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(8):
            send_due_mails()
            delivery.refresh_from_db()
            pauses.append((delivery.not_before - timezone.now()).total_seconds())
            clock.shift(pauses[-1])
    assert pauses == [30, 60, 120, 240, 480, 960, 1800, 1800]
    assert delivery.attempts == 0


def test_what_was_put_off_and_then_sent_remembers_both(postbox):
    delivery = waiting()
    postbox.rcpt["dana@example.com"] = ["451 4.7.1 greylisted", "250 ok"]
    send_due_mails()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        send_due_mails()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("sent", "")
    assert list(delivery.setbacks.values_list("state", "reason")) == [("deferred", "451 4.7.1 greylisted")]


def test_a_mail_in_a_workers_hand_while_its_distribution_is_stopped_does_not_wait_for_ever(postbox, monkeypatch):
    delivery = waiting()
    postbox.rcpt["dana@example.com"] = ["451 4.7.1 later"]
    message = send.invitation_message

    def stopped_meanwhile(delivery, look):
        stop(delivery.invitation.distribution, factories.user("survey_owner"))
        return message(delivery, look)

    monkeypatch.setattr(send, "invitation_message", stopped_meanwhile)
    send_due_mails()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("cancelled", "The distribution was stopped.")


def test_a_slow_worker_that_was_given_up_still_notes_that_its_mail_was_sent():
    delivery = waiting()
    delivery.claim()
    Delivery.objects.update(state="uncertain")
    assert delivery.mark_sent("<id>") is True
    Delivery.objects.update(state="sending", resends=1)  # a person had it sent again, and another worker has it
    assert delivery.mark_sent("<id>") is False


@pytest.mark.parametrize(("hours", "state"), [(0, "sent"), (30, "cancelled")])
def test_a_mail_that_waited_while_another_survey_asked_is_not_sent(settings, postbox, hours, state):
    """As after a long pause: what was decided when the person was invited holds no more."""
    settings.DAYS_BETWEEN_INVITATIONS = 30
    delivery = waiting()
    now = timezone.now()
    Delivery.objects.filter(pk=delivery.pk).update(created_at=now - timedelta(hours=hours))
    Invitation.objects.update(created_at=now - timedelta(hours=hours))
    other = factories.invitation(contact=delivery.invitation.contact)
    Delivery.objects.create(invitation=other, state="sent", sent_at=now, claimed_at=now)
    send_due_mails()
    delivery.refresh_from_db()
    assert delivery.state == state
    assert delivery.reason == ("" if state == "sent" else send.ASKED_MEANWHILE)


def test_who_gave_a_mail_up_is_not_contradicted_by_its_slow_worker(postbox):
    """A person decided about it meanwhile: the refusal that comes late marks nobody."""
    delivery = waiting()
    delivery.claim()
    Delivery.objects.update(state="cancelled")
    results.note(delivery, Result(Outcome.NO_MAILBOX, "550 5.1.1 no such user"))
    assert (states(), Suppression.objects.count(), delivery.setbacks.count()) == (["cancelled"], 0, 0)


def test_stopped_while_a_mail_is_moved_to_the_next_morning(postbox, monkeypatch):
    delivery = waiting()

    def tomorrow(now, zone):
        stop(delivery.invitation.distribution, factories.user("survey_owner"))
        return now + timedelta(hours=12)

    monkeypatch.setattr(send, "next_moment", tomorrow)
    send_due_mails()
    assert states() == ["cancelled"]


def test_a_surveys_limit_that_was_changed_holds_for_a_worker_that_runs_already(settings):
    settings.DAYS_BETWEEN_INVITATIONS = 0
    delivery = waiting()
    send.with_what_they_share([delivery])
    delivery.invitation.distribution.survey.__class__.objects.update(days_between_invitations=77)
    send.with_what_they_share([delivery])
    assert delivery.invitation.distribution.survey.days_between_invitations == 77
