"""Who opened the page: scanners are kept apart, and nothing that they do counts."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from surveys.distribution import visits
from surveys.distribution.time_line import time_line
from surveys.distribution.tokens import answer_token
from surveys.models import Delivery, Response, Suppression, Visit
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation():
    mailed = factories.invitation()
    Delivery.objects.create(invitation=mailed, state="sent", sent_at=timezone.now() - timedelta(hours=1))
    return mailed


def address(invitation):
    return reverse("collection:answer", args=[answer_token(invitation)])


def kept():
    return list(Visit.objects.values_list("is_scanner", "reason", "score"))


def test_a_person_opens_the_page_and_nothing_is_answered_by_that(client, invitation):
    client.get(address(invitation), {"score": "9"})
    assert kept() == [(False, "", 9)]
    assert Response.objects.count() == 0
    assert "Opened the page" in [str(event.text) for event in time_line(invitation)]


def test_asking_for_the_address_alone_is_no_person(client, invitation):
    client.head(address(invitation), {"score": "0"})
    assert kept() == [(True, visits.BY_HEAD, 0)]
    assert Response.objects.count() == 0


def test_within_seconds_of_the_mail_it_is_no_person(client, invitation, settings):
    settings.SCANNER_SECONDS = 10
    now = timezone.now()
    Delivery.objects.update(sent_at=now)
    for seconds in (9, 11):
        with time_machine.travel(now + timedelta(seconds=seconds), tick=False):
            client.get(address(invitation))
    assert kept() == [(True, visits.AT_ONCE, None), (False, "", None)]


@pytest.mark.parametrize("number", [0, 1])
def test_while_the_mail_is_being_handed_over_it_is_no_person(client, invitation, settings, number):
    """The server looks at the links before it says that it took the mail: nothing is sent yet, or an earlier mail long ago."""
    settings.SCANNER_SECONDS, now = 10, timezone.now()
    if number == 0:
        Delivery.objects.all().delete()
    Delivery.objects.create(invitation=invitation, number=number, state="sending", claimed_at=now)
    for seconds in (9, 11):
        with time_machine.travel(now + timedelta(seconds=seconds), tick=False):
            client.get(address(invitation))
    assert kept() == [(True, visits.AT_ONCE, None), (False, "", None)]


def test_a_reminder_that_was_put_back_makes_nobody_a_scanner(client, invitation):
    Delivery.objects.create(invitation=invitation, number=1, state="queued", claimed_at=timezone.now())
    client.get(address(invitation))
    assert kept() == [(False, "", None)]


def test_who_opens_every_button_is_no_person_and_the_first_ones_were_none_either(client, invitation):
    for score in range(11):
        client.get(address(invitation), {"score": score})
    assert {(is_scanner, reason) for is_scanner, reason, _score in kept()} == {(True, visits.MANY_LINKS)}
    events = [str(event.text) for event in time_line(invitation)]
    assert "Opened the page" not in events
    assert "A scanner looked at 11 links" in events
    assert Response.objects.count() == 0


def test_a_person_who_changes_their_mind_is_no_scanner(client, invitation):
    now = timezone.now()
    for seconds, score in ((0, 3), (4, 8), (30, 9)):
        with time_machine.travel(now + timedelta(seconds=seconds), tick=False):
            client.get(address(invitation), {"score": score})
    assert {is_scanner for is_scanner, _reason, _score in kept()} == {False}


def test_not_more_is_kept_than_is_needed(client, invitation):
    Visit.objects.bulk_create(Visit(invitation=invitation) for _ in range(visits.MOST_KEPT))
    client.get(address(invitation))
    assert Visit.objects.count() == visits.MOST_KEPT


def test_scanners_push_out_no_person(client, invitation):
    Visit.objects.bulk_create(Visit(invitation=invitation, is_scanner=True, reason=visits.BY_HEAD) for _ in range(visits.MOST_KEPT))
    client.head(address(invitation))
    assert Visit.objects.count() == visits.MOST_KEPT
    client.get(address(invitation))
    assert Visit.objects.filter(is_scanner=False).count() == 1


def test_what_is_kept_no_more_is_known_for_a_scanner_all_the_same(client, invitation):
    Visit.objects.bulk_create(
        Visit(invitation=invitation, is_scanner=True, reason=visits.BY_HEAD, at=timezone.now() - timedelta(hours=1))
        for _ in range(visits.MOST_KEPT)
    )
    for score in range(11):
        client.get(address(invitation), {"score": score})
    assert Visit.objects.filter(is_scanner=False).count() == 0


def test_of_who_is_anonymous_nothing_is_kept(client):
    survey = factories.survey(is_anonymous=True)
    client.get(address(factories.invitation(factories.distribution(survey))))
    assert kept() == []


def test_a_failure_to_keep_it_keeps_nobody_from_the_page(client, invitation, monkeypatch):
    def fails(*_args):
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(visits, "_note", fails)
    assert client.get(address(invitation)).status_code == 200


def test_the_time_line_tells_of_an_address_that_was_suppressed_since(invitation):
    Suppression.objects.create(email=invitation.contact.email.upper(), reason="unsubscribed", source="unsubscribe link")
    assert [(str(event.text), event.reason) for event in time_line(invitation)][-1] == ("Unsubscribed", "unsubscribe link")
