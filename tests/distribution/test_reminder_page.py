"""The page on which silent people are reminded by hand."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from surveys.distribution import tasks
from surveys.models import Delivery, Suppression
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(login, survey_owner, monkeypatch):
    monkeypatch.setattr(tasks, "hint_sending", lambda: None)
    return login(survey_owner)


def silent_since(hours):
    """The page's address, of a distribution whose one person was mailed `hours` ago, and that mail."""
    invitation = factories.invitation()
    mail = Delivery.objects.create(invitation=invitation, state="sent", sent_at=timezone.now() - timedelta(hours=hours))
    return reverse("distribution:reminder", args=[invitation.distribution_id]), mail


def reminders():
    return Delivery.objects.filter(number=1).count()


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_who_was_mailed_a_short_while_ago_is_reminded_only_where_that_is_meant(owner):
    address, mail = silent_since(2)
    shown = owner.get(address).content.decode()
    assert date_format(timezone.localtime(mail.sent_at), "DATETIME_FORMAT") in shown
    assert 'name="soon"' in shown
    refused = owner.post(address, {"round": 1}, follow=True)
    assert (reminders(), refused.request["PATH_INFO"]) == (0, address)
    assert said(refused) == ["Nobody was reminded yet: the last mail went less than a day ago. Say below that you mean it."]
    owner.post(address, {"round": 1, "soon": "on"})
    assert reminders() == 1


def test_after_a_day_nothing_is_asked(owner):
    address, _mail = silent_since(25)
    assert 'name="soon"' not in owner.get(address).content.decode()
    owner.post(address, {"round": 1})
    assert reminders() == 1


def test_a_mail_to_somebody_who_is_not_reminded_does_not_count(owner):
    address, mail = silent_since(25)
    late = factories.invitation(mail.invitation.distribution, answered_at=timezone.now())
    Delivery.objects.create(invitation=late, state="sent", sent_at=timezone.now())
    assert 'name="soon"' not in owner.get(address).content.decode()


def test_it_is_told_why_nobody_was_reminded(owner):
    address, mail = silent_since(25)
    owner.post(address, {"round": 1}, follow=True)
    assert said(owner.post(address, {"round": 1}, follow=True)) == [
        "Nobody was reminded again: reminders were queued since you opened the page."
    ]
    Delivery.objects.filter(number=1).delete()
    Suppression.objects.create(email=mail.invitation.contact.email, reason="unsubscribed")
    assert said(owner.post(address, {"round": 1}, follow=True)) == [
        "Nobody was reminded: of those who were mailed, nobody is left who is silent and may be mailed."
    ]
