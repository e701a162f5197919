"""Unsubscribing, from the mail and back."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from surveys.distribution.audience import with_skip_reason
from surveys.distribution.contact_time_line import contact_time_line
from surveys.distribution.send import send_due_mails
from surveys.distribution.suppress import BY_SMTP, note_bounce
from surveys.distribution.time_line import time_line
from surveys.distribution.tokens import answer_token, unsubscribe_token
from surveys.models import Contact, Delivery, Suppression
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor():
    """A browser or mail program that is nobody here, with forgery checks as in production."""
    return Client(enforce_csrf_checks=True)


def address(invitation, name="unsubscribe"):
    return reverse(f"distribution:{name}", args=[unsubscribe_token(invitation)])


def suppressed():
    return list(Suppression.objects.values_list("email", "reason", "source"))


def test_opening_the_link_changes_nothing(visitor):
    """Link scanners open every link of every mail."""
    invitation = factories.invitation(contact=factories.contact(email="Dana@Example.com"))
    response = visitor.get(address(invitation))
    assert response.status_code == 200
    assert "Dana@Example.com" in response.content.decode()
    assert suppressed() == []


def test_one_post_by_the_mail_program_unsubscribes(visitor):
    invitation = factories.invitation(contact=factories.contact(email="Dana@Example.com"))
    response = visitor.post(address(invitation), {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert suppressed() == [("dana@example.com", "unsubscribed", "one-click unsubscribe")]


def test_the_button_unsubscribes_and_a_second_press_changes_nothing(visitor):
    invitation = factories.invitation(contact=factories.contact(email="dana@example.com"))
    visitor.post(address(invitation))
    response = visitor.post(address(invitation))
    assert "You are unsubscribed." in response.content.decode()
    assert suppressed() == [("dana@example.com", "unsubscribed", "unsubscribe link")]


def test_a_mistake_is_undone_by_a_post_only(visitor):
    invitation = factories.invitation()
    visitor.post(address(invitation))
    assert visitor.get(address(invitation, "undo_unsubscribe")).status_code == 405
    assert Suppression.objects.count() == 1
    response = visitor.post(address(invitation, "undo_unsubscribe"))
    assert "you will hear from us again" in response.content.decode()
    assert suppressed() == []


def test_undo_does_not_revive_an_address_that_bounces(visitor):
    invitation = factories.invitation()
    note_bounce(Delivery(invitation=invitation), BY_SMTP)
    visitor.post(address(invitation, "undo_unsubscribe"))
    assert [reason for _email, reason, _source in suppressed()] == ["bounced"]


@pytest.mark.parametrize(("reason", "is_of_this"), [("bounced", True), ("complained", True), ("bounced", False)])
def test_undo_promises_no_mail_where_none_will_come(visitor, reason, is_of_this):
    invitation = factories.invitation()
    held = invitation if is_of_this else factories.invitation()
    Suppression.objects.create(email=held.contact.email, reason=reason)
    visitor.post(address(invitation))
    page = visitor.post(address(invitation, "undo_unsubscribe")).content.decode()
    assert ("you will hear from us again" in page, "none goes there for now" in page) == (not is_of_this, is_of_this)


def test_unsubscribing_and_its_undo_leave_a_bounce_as_it_was(visitor):
    invitation = factories.invitation()
    note_bounce(Delivery(invitation=invitation), BY_SMTP)
    visitor.post(address(invitation))
    assert {reason for _email, reason, _source in suppressed()} == {"bounced", "unsubscribed"}
    visitor.post(address(invitation, "undo_unsubscribe"))
    assert [reason for _email, reason, _source in suppressed()] == ["bounced"]


def test_the_page_speaks_the_language_of_the_mail(visitor):
    invitation = factories.invitation(contact=factories.contact(language="he"))
    assert '<html lang="he" dir="rtl">' in visitor.get(address(invitation)).content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "forge", [lambda invitation: "nonsense", answer_token, lambda invitation: unsubscribe_token(invitation)[:-1] + "!"]
)
def test_a_forged_token_is_answered_politely_and_changes_nothing(visitor, method, forge):
    token = forge(factories.invitation())
    for name in ("unsubscribe", "undo_unsubscribe"):
        response = getattr(visitor, method)(reverse(f"distribution:{name}", args=[token]))
        assert response.status_code in (404, 405)
    assert suppressed() == []


def test_the_link_of_an_old_mail_works_when_the_contact_was_deleted(visitor):
    """Somebody may bring the contact in again: the address must stay suppressed."""
    invitation = factories.invitation(contact=factories.contact(email="Dana@Example.com", language="he"))
    path = address(invitation)
    invitation.contact.delete()
    page = visitor.get(path)
    assert (page.status_code, 'lang="he"' in page.content.decode(), "Dana@Example.com" in page.content.decode()) == (200, True, True)
    visitor.post(path, {"List-Unsubscribe": "One-Click"})
    assert suppressed() == [("dana@example.com", "unsubscribed", "one-click unsubscribe")]
    visitor.post(f"{path}undo/")
    assert suppressed() == []


def only_of_survey(visitor, invitation):
    return visitor.post(address(invitation), {"of": "survey"})


def test_a_person_may_leave_one_survey_and_stay_with_the_others(visitor):
    invitation = factories.invitation(contact=factories.contact(email="dana@example.com"))
    page = only_of_survey(visitor, invitation).content.decode()
    assert "You are unsubscribed from this survey." in page
    assert Suppression.objects.get().survey == invitation.distribution.survey
    contacts = Contact.objects.filter(pk=invitation.contact_id)
    now = timezone.now()
    assert with_skip_reason(contacts, invitation.distribution.survey, now).get().skip_reason == "unsubscribed"
    assert with_skip_reason(contacts, factories.survey(), now).get().skip_reason == ""


def test_a_mail_that_waits_of_the_left_survey_is_not_sent_and_one_of_another_is(visitor, postbox):
    contact = factories.contact(email="dana@example.com")
    left, other = (Delivery.objects.create(invitation=factories.invitation(contact=contact)) for _ in range(2))
    only_of_survey(visitor, left.invitation)
    send_due_mails()
    left.refresh_from_db()
    other.refresh_from_db()
    assert (left.state, other.state) == ("cancelled", "sent")


def test_who_left_one_survey_may_leave_all_and_undo_both(visitor):
    invitation = factories.invitation()
    only_of_survey(visitor, invitation)
    assert "We send no more surveys" in visitor.post(address(invitation)).content.decode()
    assert Suppression.objects.count() == 2
    visitor.post(address(invitation, "undo_unsubscribe"))
    assert Suppression.objects.count() == 0


def test_what_was_taken_back_is_told_with_its_way_and_its_time(visitor):
    invitation = factories.invitation(contact=factories.contact(email="Dana@example.com"))
    survey = invitation.distribution.survey
    only_of_survey(visitor, invitation)
    visitor.post(address(invitation), {"List-Unsubscribe": "One-Click"})
    visitor.post(address(invitation, "undo_unsubscribe"))
    visitor.post(address(invitation, "undo_unsubscribe"))
    visitor.post(address(invitation))
    ways = [("Unsubscribed", "unsubscribe link"), ("Unsubscribed", "one-click unsubscribe")]
    expected = [*ways, *[("Subscribed again", "unsubscribe link")] * 2, ("Unsubscribed", "unsubscribe link")]
    of_person = [(str(event.text), event.reason) for event in time_line(invitation)]
    of_contact = contact_time_line(invitation.contact)[::-1]
    assert of_person[1:] == [(str(event.text), event.reason) for event in of_contact][1:] == expected
    assert {event.address for event in of_contact[1:]} == {"dana@example.com"}
    assert [event.survey for event in of_contact[1:3]] == [survey, None]


def test_of_what_was_taken_back_about_another_survey_the_person_s_page_tells_nothing(visitor):
    invitation = factories.invitation()
    other = factories.invitation(contact=invitation.contact)
    only_of_survey(visitor, other)
    visitor.post(address(other, "undo_unsubscribe"))
    assert [str(event.text) for event in time_line(invitation)] == ["Invited"]
    assert len(contact_time_line(invitation.contact)) == 4


def test_undo_of_one_survey_leaves_the_wish_about_another(visitor):
    contact = factories.contact()
    first, second = factories.invitation(contact=contact), factories.invitation(contact=contact)
    only_of_survey(visitor, first)
    only_of_survey(visitor, second)
    visitor.post(address(first, "undo_unsubscribe"))
    assert Suppression.objects.get().survey == second.distribution.survey


def test_one_click_leaves_all_whatever_else_is_posted(visitor):
    invitation = factories.invitation()
    visitor.post(address(invitation), {"List-Unsubscribe": "One-Click", "of": "survey"})
    assert Suppression.objects.get().survey is None


def test_who_changed_the_address_since_unsubscribes_the_one_that_was_mailed(visitor):
    """And does not learn the new one: somebody else may read the old mailbox by now."""
    invitation = factories.invitation(contact=factories.contact(email="old@example.com"))
    link = reverse("distribution:unsubscribe", args=[unsubscribe_token(invitation)])
    Contact.objects.update(email="new@example.com")
    page = visitor.post(link).content.decode()
    assert list(Suppression.objects.values_list("email", flat=True)) == ["old@example.com"]
    assert ("old@example.com" in page, "new@example.com" in page) == (True, False)
