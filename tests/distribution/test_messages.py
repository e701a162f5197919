"""The mails themselves."""

import re
from email import message_from_bytes, policy

import pytest

from surveys.distribution.messages import invitation_message
from surveys.distribution.tokens import (
    answer_token,
    invitation_from_answer_token,
    invitation_from_unsubscribe_token,
    unsubscribe_token,
)
from surveys.models import Delivery
from tests import factories

pytestmark = pytest.mark.django_db


def mail(number=0, score_type="nps", **contact):
    distribution = factories.distribution(factories.survey(score_type=score_type))
    invitation = factories.invitation(distribution, factories.contact(**contact))
    delivery = Delivery.objects.create(invitation=invitation, number=number, attempts=1)
    return message_from_bytes(invitation_message(delivery).message().as_bytes(), policy=policy.default), invitation


def html(message):
    return message.get_body(("html",)).get_content()


def test_a_mail_carries_text_and_html_in_the_language_of_the_contact(settings):
    message, invitation = mail(language="he", name="דנה")
    assert message["Subject"] == "שאלה אחת"
    assert message["To"].addresses[0].display_name == "דנה"
    assert '<html lang="he" dir="rtl">' in html(message)
    assert f"{settings.SITE_URL}/a/{answer_token(invitation)}/" in message.get_body(("plain",)).get_content()
    assert "ספרו לנו." in html(message)


@pytest.mark.parametrize(("score_type", "scores"), [("nps", range(11)), ("csat", range(1, 6)), ("ces", range(1, 8))])
def test_every_score_is_a_button_lowest_first(score_type, scores):
    message, _invitation = mail(score_type=score_type)
    assert [int(score) for score in re.findall(r"\?score=(\d+)", html(message))] == list(scores)


def test_the_headers_let_a_mail_program_unsubscribe_at_once(settings):
    message, invitation = mail()
    assert message["List-Unsubscribe"].strip() == f"<{settings.SITE_URL}/u/{unsubscribe_token(invitation)}/>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == f"<{invitation.reference}.0.1@kesher.example>"


def test_a_reminder_says_that_it_is_one():
    message, _invitation = mail(number=1)
    assert message["Subject"] == "Reminder: One question"
    assert "We asked you a short while ago" in html(message)
    assert "We asked you a short while ago" in message.get_body(("plain",)).get_content()


def test_html_in_a_name_is_shown_not_run():
    message, _invitation = mail(name='<script>alert("x")</script>')
    assert "<script" not in html(message)
    assert "&lt;script&gt;" in html(message)


def test_a_line_break_in_a_name_begins_no_header_of_its_own():
    message, _invitation = mail(name="Dana\r\nBcc: everybody@example.com", email="dana@example.com")
    assert message["Bcc"] is None
    assert [str(address.addr_spec) for address in message["To"].addresses] == ["dana@example.com"]


def test_a_mail_stays_small():
    message, _invitation = mail(language="he", name="ש" * 150)
    assert len(message.as_bytes()) < 60_000


def test_a_token_changed_by_one_letter_or_made_for_another_purpose_is_worth_nothing():
    invitation = factories.invitation()
    token = answer_token(invitation)
    other = "A" if token[-5] != "A" else "B"
    assert invitation_from_answer_token(token) == invitation
    assert invitation_from_answer_token(token[:-5] + other + token[-4:]) is None
    assert invitation_from_answer_token(token[:5] + ("x" if token[5] != "x" else "y") + token[6:]) is None
    assert invitation_from_unsubscribe_token(token) is None
    assert invitation_from_answer_token(unsubscribe_token(invitation)) is None
    assert invitation_from_answer_token("") is None
