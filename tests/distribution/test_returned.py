"""Bounces, complaints and automatic replies as mail servers really write them (sisimai's set of e-mails)."""

import email
from email.header import Header

import pytest

from surveys.distribution.returned import Kind, recognise
from tests import real_data

# What each says, read by a person: 5.1.x and "user unknown" are for good; full mailboxes, policy and relaying are not
# the address's fault. Of the two reports about several people, -postfix-02 and -sendmail-02 fail both for good;
# zoho-02 does so for one, whose mailbox is only full for the other, and is read cautiously.
CLASSES = {
    "arf-01": "complaint",
    "arf-02": "complaint",
    "is-not-bounce-01": "ordinary",
    "is-not-bounce-02": "ordinary",
    "lhost-amazonses-01": "soft",  # 5.7.1 access denied
    "lhost-amazonses-02": "hard",  # unknown user
    "lhost-barracuda-01": "soft",  # content rejected
    "lhost-barracuda-02": "soft",
    "lhost-courier-01": "hard",
    "lhost-courier-02": "hard",
    "lhost-exchange2007-01": "hard",
    "lhost-exchange2007-02": "soft",  # mailbox full
    "lhost-exim-01": "soft",  # the sender's own provider refuses
    "lhost-exim-02": "hard",
    "lhost-gmail-01": "hard",
    "lhost-gmail-03": "soft",  # header error
    "lhost-mimecast-01": "hard",  # recipient address rejected
    "lhost-mimecast-02": "soft",  # unable to relay
    "lhost-office365-01": "hard",
    "lhost-office365-02": "hard",
    "lhost-postfix-01": "hard",
    "lhost-postfix-02": "hard",
    "lhost-qmail-01": "hard",
    "lhost-qmail-02": "hard",
    "lhost-sendgrid-01": "hard",
    "lhost-sendgrid-02": "hard",
    "lhost-sendmail-01": "hard",
    "lhost-sendmail-02": "hard",
    "lhost-yahoo-01": "hard",
    "lhost-yahoo-02": "soft",  # mailbox full
    "lhost-zoho-01": "hard",
    "lhost-zoho-02": "soft",
    "rfc3464-01": "hard",
    "rfc3464-03": "soft",  # policy
    "rfc3834-01": "automatic",
    "rfc3834-02": "automatic",
    "rhost-apple-01": "hard",
    "rhost-apple-02": "soft",  # DMARC policy
    "rhost-gsuite-01": "hard",
    "rhost-gsuite-02": "hard",  # address not found
    "rhost-outlook-01": "soft",  # mailbox full
    "rhost-outlook-02": "hard",
}


def sample(name):
    return email.message_from_bytes((real_data.path("bounces") / f"{name}.eml").read_bytes())


def test_every_sample_ends_in_its_class(capsys):
    found = {path.stem: recognise(sample(path.stem)) for path in sorted(real_data.path("bounces").glob("*.eml"))}
    with capsys.disabled():
        print()
        for name, returned in found.items():
            print(f"{name:24}{returned.kind.value:11}{returned.reason[:80]}")
    assert {name: returned.kind.value for name, returned in found.items()} == CLASSES


def test_every_bounce_comes_with_the_words_of_the_server():
    bounces = [name for name, kind in CLASSES.items() if kind in ("hard", "soft")]
    assert all(recognise(sample(name)).reason for name in bounces)
    assert recognise(sample("rhost-outlook-02")).reason == "smtp;550 5.1.1 <kijitora@example.jp>... User Unknown"


def mail(content):
    return email.message_from_string(content)


REPORT = """From: MAILER-DAEMON@mx.example
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: text/plain

About your mail.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; dana@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--x--
"""


@pytest.mark.parametrize(
    ("action", "status", "diagnostic", "kind"),
    [
        ("failed", "5.1.1", "550 5.1.1 no such user", Kind.HARD),
        ("failed", "5.1.8", "501 5.1.8 sender's domain does not exist", Kind.SOFT),
        ("failed", "5.2.1", "550 5.2.1 mailbox disabled", Kind.SOFT),
        ("failed", "5.0.0", "550 unknown user", Kind.HARD),
        ("failed", "4.4.7", "450 4.4.7 delivery time expired", Kind.SOFT),
        ("delayed", "4.4.1", "451 4.4.1 no answer from host", Kind.DELAYED),
        ("delivered", "2.1.5", "250 2.1.5 ok", Kind.ORDINARY),
    ],
)
def test_a_delivery_report_is_read_by_its_fields(action, status, diagnostic, kind):
    assert recognise(mail(REPORT.format(action=action, status=status, diagnostic=diagnostic))).kind is kind


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; x",
        "Precedence: auto_reply",
        "X-Autoreply: yes",
        f"Subject: {Header('מענה אוטומטי: מחוץ למשרד', 'utf-8').encode()}",
    ],
)
def test_automatic_replies_are_no_bounces(headers):
    assert recognise(mail(f"From: dana@example.com\n{headers}\n\nI am away until Sunday; 550 things wait for me.")).kind is Kind.AUTOMATIC


def test_a_person_who_writes_of_an_error_sent_an_ordinary_mail():
    assert recognise(mail("From: dana@example.com\nSubject: your mail\n\nYour site said: 550 5.1.1 user unknown")).kind is Kind.ORDINARY


def test_a_report_that_the_mail_is_no_spam_is_no_complaint():
    report = "Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/feedback-report\n\nFeedback-Type: {}\n\n--x--\n"
    assert recognise(mail(report.format("not-spam"))).kind is Kind.ORDINARY
    assert recognise(mail(report.format("abuse"))).kind is Kind.COMPLAINT


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\x00\xff",
        "Content-Type: multipart/report; boundary=x\n\n",
        "Content-Type: text/plain; charset=nobody-knows\n\nx",
        "Content-Type: message/delivery-status\n\n\n",
    ],
)
def test_broken_mails_are_ordinary(content):
    assert recognise(mail(content)).kind is Kind.ORDINARY


def test_a_report_of_nothing_but_line_breaks_is_read_in_no_time():
    """Anybody can write to the bounce address: no pattern may take the square of a mail's length."""
    assert recognise(mail("From: MAILER-DAEMON@mx.example\n\n" + "\n-" * 200_000)).kind is Kind.ORDINARY
