"""What comes back to the bounce address: whose mail it was, and what follows; read from a real IMAP server."""

import imaplib
import socket
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from surveys.distribution import bounces
from surveys.distribution.bounce_mailbox import read_bounce_mailbox
from surveys.distribution.bounces import note_returned_mail
from surveys.distribution.send import send_due_mails
from surveys.distribution.suppress import note_complaint
from surveys.distribution.tokens import delivery_from_return_path, return_path
from surveys.models import Contact, Delivery, ReturnedMail, Suppression
from tests import factories

pytestmark = pytest.mark.django_db

HARD = "550 5.1.1 no such user"
SOFT = "552 5.2.2 mailbox full"


def sent(email="dana@example.com", **fields):
    contact = factories.contact(email=email)
    return Delivery.objects.create(
        invitation=factories.invitation(contact=contact), **{"state": "sent", "sent_at": timezone.now(), **fields}
    )


def sent_to(contact, **fields):
    fields = {"state": "sent", "sent_at": timezone.now(), "email": contact.email, **fields}
    return Delivery.objects.create(invitation=factories.invitation(contact=contact), **fields)


def report(address, diagnostic, note=""):
    """A bounce as Postfix writes it, to the return path of the mail."""
    return f"""To: {address}
From: MAILER-DAEMON@mx.example (Mail Delivery System)
X-Note: {note}
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; somebody-else@example.com
Action: failed
Status: {diagnostic.split()[1]}
Diagnostic-Code: smtp; {diagnostic}

--x--
""".encode()


def come_back(delivery, diagnostic, note="", at=None):
    return note_returned_mail(report(return_path(delivery), diagnostic, note), at or timezone.now())


def suppressed():
    return list(Suppression.objects.values_list("email", "reason", "source"))


def test_a_mail_leaves_with_a_return_path_of_its_own(postbox):
    delivery = sent(state="queued", sent_at=None)
    send_due_mails()
    (mail,) = postbox.seen["dana@example.com"]
    assert postbox.senders["dana@example.com"] == return_path(delivery)
    assert delivery_from_return_path(return_path(delivery)) == delivery
    assert mail.count(b"Return-Path") == 0  # the server writes it


def test_a_bounce_for_good_ends_the_mails_to_the_address_at_once():
    delivery = sent()
    come_back(delivery, HARD)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("bounced", f"smtp; {HARD}")
    assert Contact.objects.get().status == "bounced"
    assert suppressed() == [("dana@example.com", "bounced", "a mail came back")]


def test_bounces_for_now_end_them_after_several_mails_within_the_days(settings):
    settings.SOFT_BOUNCES, settings.SOFT_BOUNCE_DAYS = 3, 30
    now, contact = timezone.now(), factories.contact(email="dana@example.com")
    long_ago, first, second, third = (sent_to(contact) for _ in range(4))
    come_back(long_ago, SOFT, at=now - timedelta(days=31))
    come_back(first, SOFT, "first")
    come_back(first, SOFT, "told of twice")
    come_back(second, SOFT, "second")
    assert suppressed() == []
    come_back(third, SOFT, "third")
    assert suppressed() == [("dana@example.com", "bounced", "several mails came back in a short time")]


def test_a_full_mailbox_told_at_once_counts_as_one_told_later(settings, postbox):
    settings.SOFT_BOUNCES = 2
    contact = factories.contact(email="dana@example.com")
    come_back(sent_to(contact), SOFT)
    postbox.rcpt[contact.email] = [SOFT]
    sent_to(contact, state="queued", sent_at=None)
    send_due_mails()
    assert list(Delivery.objects.values_list("state", flat=True)) == ["bounced", "bounced"]
    assert suppressed() == [("dana@example.com", "bounced", "refused by the mail server")]


def test_a_late_bounce_says_nothing_about_the_address_that_was_corrected_since():
    delivery = sent_to(factories.contact(email="old@example.com"))
    Contact.objects.update(email="new@example.com")
    come_back(delivery, HARD)
    assert suppressed() == [("old@example.com", "bounced", "a mail came back")]
    assert Contact.objects.get().status == "active"


def test_the_same_report_twice_is_one():
    delivery = sent()
    assert come_back(delivery, SOFT) is not None
    assert come_back(delivery, SOFT) is None
    assert ReturnedMail.objects.count() == 1


def test_a_return_path_that_was_lower_cased_on_its_way_is_known():
    delivery = sent()
    assert delivery_from_return_path(return_path(delivery).upper()) == delivery


def test_a_forged_return_path_and_two_at_once_are_nobodys():
    first, second = sent("a@example.com"), sent("b@example.com")
    forged = return_path(first).replace(f"+{first.pk}-", f"+{second.pk}-")
    assert delivery_from_return_path(forged) is None
    assert delivery_from_return_path(f"{return_path(first)} {return_path(second)}") is None
    note_returned_mail(report(forged, HARD), timezone.now())
    assert suppressed() == []
    assert ReturnedMail.objects.get().delivery is None


def test_the_address_in_a_report_is_never_taken_for_the_persons():
    factories.contact(email="somebody-else@example.com")
    note_returned_mail(report("bounces@kesher.example", HARD), timezone.now())
    assert suppressed() == []


def test_a_complaint_ends_the_mails_and_is_found_by_the_copy_of_the_mail():
    delivery = sent()
    complaint = f"""To: abuse@kesher.example
Content-Type: multipart/report; report-type=feedback-report; boundary=x

--x
Content-Type: message/feedback-report

Feedback-Type: abuse
Original-Mail-From: <{return_path(delivery)}>

--x
Content-Type: message/rfc822

From: feedback@kesher.example

--x--
"""
    note_returned_mail(complaint.encode(), timezone.now())
    delivery.refresh_from_db()
    assert delivery.state == "complained"
    assert suppressed() == [("dana@example.com", "complained", "a complaint to the mail provider")]
    assert Contact.objects.get().status == "active"


def test_a_complaint_holds_for_all_surveys_though_one_was_unwanted_before():
    delivery = sent()
    survey = delivery.invitation.distribution.survey
    Suppression.objects.create(email="dana@example.com", reason="complained", survey=survey)
    note_complaint(delivery)
    assert set(Suppression.objects.values_list("survey", flat=True)) == {survey.pk, None}


def test_an_automatic_reply_has_no_consequence():
    delivery = sent()
    note_returned_mail(f"To: {return_path(delivery)}\nAuto-Submitted: auto-replied\n\nAway.".encode(), timezone.now())
    delivery.refresh_from_db()
    assert (delivery.state, suppressed()) == ("sent", [])
    assert ReturnedMail.objects.get().kind == "automatic"


@pytest.mark.parametrize(
    "content",
    [
        b"Auto-Submitted: auto-replied\nSubject: " + "מחוץ למשרד".encode() + b"\n\nx",
        b"Auto-Submitted: auto-replied\nSubject: away \xff\x00\n\nx",
        report("bounces@kesher.example", "550 5.1.1 no \x00 such").replace(b"such", b"\xff\xfe"),
    ],
    ids=["Hebrew that is not encoded", "no text at all", "a report with bytes of no text"],
)
def test_whatever_bytes_a_stranger_writes_can_be_stored(content):
    """A mail that can not be stored would be read again and again, and hold up those behind it."""
    assert note_returned_mail(content, timezone.now()) is not None
    assert "\x00" not in ReturnedMail.objects.get().reason


def test_a_bounce_that_is_faster_than_the_worker_is_not_overwritten():
    delivery = sent(state="sending", sent_at=None)
    come_back(delivery, HARD)
    assert delivery.mark_sent("<id>") is False
    delivery.refresh_from_db()
    assert delivery.state == "bounced"


# --- The mailbox ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def imap_server():
    """A real IMAP server in a process of its own, with some mails of strangers in the INBOX."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [Path(sys.executable).with_name("pymap"), "--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict", "--demo-data"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _attempt in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.1)
    yield port
    server.terminate()
    server.wait(10)


@pytest.fixture
def put_in_mailbox(imap_server, settings):
    settings.BOUNCE_MAILBOX_URL = f"imap://demouser:demopass@127.0.0.1:{imap_server}/INBOX"
    settings.EMAIL_TIMEOUT = 5
    read_bounce_mailbox()
    ReturnedMail.objects.all().delete()

    def put(content):
        with imaplib.IMAP4("127.0.0.1", imap_server, timeout=5) as client:
            client.login("demouser", "demopass")
            client.append("INBOX", None, None, content.replace(b"\n", b"\r\n"))

    return put


def test_what_is_unread_is_noted_once_and_stays_in_the_mailbox(put_in_mailbox):
    delivery = sent()
    put_in_mailbox(report(return_path(delivery), HARD))
    put_in_mailbox(b"From: dana@example.com\nSubject: Thanks\n\nAll is well.\n")
    assert read_bounce_mailbox() == 2
    assert sorted(ReturnedMail.objects.values_list("kind", flat=True)) == ["hard", "ordinary"]
    assert suppressed() == [("dana@example.com", "bounced", "a mail came back")]
    assert read_bounce_mailbox() == 0


def test_a_worker_that_dies_between_noting_and_marking_notes_nothing_twice(put_in_mailbox, monkeypatch):
    delivery = sent()
    put_in_mailbox(report(return_path(delivery), SOFT))
    with monkeypatch.context() as dying:
        dying.setattr("imap_tools.BaseMailBox.flag", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            read_bounce_mailbox()
    assert read_bounce_mailbox() == 1
    assert ReturnedMail.objects.count() == 1


def test_a_mail_that_can_not_be_followed_holds_up_none_behind_it(put_in_mailbox, monkeypatch):
    first, second = sent("a@example.com"), sent("b@example.com")
    follow = bounces.follow

    def sometimes(delivery, returned, now):
        if delivery == first:
            raise ValueError("something nobody thought of")
        follow(delivery, returned, now)

    monkeypatch.setattr(bounces, "follow", sometimes)
    for delivery in (first, second):
        put_in_mailbox(report(return_path(delivery), HARD))
    assert read_bounce_mailbox() == 2
    assert suppressed() == [("b@example.com", "bounced", "a mail came back")]
    assert read_bounce_mailbox() == 0


def test_without_a_mailbox_nothing_is_read(settings):
    settings.BOUNCE_MAILBOX_URL = ""
    assert read_bounce_mailbox() == 0


def test_a_mailbox_that_is_away_raises_and_loses_nothing(settings):
    settings.BOUNCE_MAILBOX_URL = "imap://demouser:demopass@127.0.0.1:9/INBOX"
    with pytest.raises(OSError):
        read_bounce_mailbox()


# --- The pages ------------------------------------------------------------------------------------


def page(client, name, *args, role="survey_owner", **query):
    client.force_login(factories.user(role))
    return client.get(reverse(f"distribution:{name}", args=args), query)


def test_the_page_lists_what_came_back_and_whose_it_was(client):
    delivery = sent()
    come_back(delivery, HARD)
    note_returned_mail(b"From: a@example.com\n\nHello", timezone.now())
    content = page(client, "returned").content.decode()
    assert "dana@example.com" in content
    assert "Of no mail that was sent from here" in content
    assert [mail.kind for mail in page(client, "returned", kind="hard").context["page_obj"]] == ["hard"]


def test_account_managers_have_no_such_page(client):
    assert page(client, "returned", role="account_manager").status_code == 403


def test_the_list_takes_as_many_queries_for_three_as_for_one(client, django_assert_max_num_queries):
    client.force_login(factories.user("survey_owner"))
    address = reverse("distribution:returned")
    counts = []
    for n in range(3):
        come_back(sent(f"person{n}@example.com"), HARD)
        with django_assert_max_num_queries(20) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[2]


def test_the_time_line_of_a_person_tells_of_it(client):
    delivery = sent()
    come_back(delivery, HARD)
    content = page(client, "person", delivery.invitation.distribution_id, delivery.invitation_id).content.decode()
    assert "Bounced for good" in content
    assert HARD in content
