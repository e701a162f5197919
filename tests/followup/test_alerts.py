"""Account managers are told of key contacts whose address bounces, and of key accounts that stay silent: once each."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from surveys.distribution.pausing import WINDOW
from surveys.distribution.provider_transport import open_transport
from surveys.followup.alerts import tell
from surveys.models import Alert, Contact, Delivery, Suppression
from tests import factories
from tests.distribution.at_once import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]


def bounced(manager, is_key=True, **fields):
    contact = factories.contact(factories.account(account_manager=manager), is_key=is_key, **fields)
    Suppression.objects.create(email=contact.email.lower(), reason="bounced", created_at=timezone.now() - timedelta(hours=1))
    return contact


def asked(manager, days_ago, is_key=True, survey=None):
    account = factories.account(account_manager=manager, is_key=is_key)
    invitation = factories.invitation(factories.distribution(survey), factories.contact(account))
    Delivery.objects.create(invitation=invitation, state="sent", sent_at=timezone.now() - timedelta(days=days_ago))
    return account


def kinds():
    return list(Alert.objects.order_by("pk").values_list("kind", flat=True))


def test_the_bounce_of_a_key_contact_is_told_once_and_that_of_others_never(account_manager, outbox):
    contact = bounced(account_manager, name="Dana")
    bounced(account_manager, is_key=False)
    for _ in range(2):
        tell(timezone.now())
    assert kinds() == ["contact_bounces"]
    assert Alert.objects.get().contact == contact
    (told,) = outbox
    assert told.to == [account_manager.email]
    assert "Dana" in told.body and contact.email in told.body


def test_a_new_bounce_after_the_first_was_lifted_is_told_again(account_manager, outbox):
    contact = bounced(account_manager)
    tell(timezone.now())
    Suppression.objects.all().delete()
    tell(timezone.now())
    Suppression.objects.create(pk=900_001, email=contact.email.lower(), reason="bounced", created_at=timezone.now() - timedelta(hours=1))
    tell(timezone.now())
    assert (kinds(), len(outbox)) == (["contact_bounces"] * 2, 2)


def test_a_key_contact_marked_by_hand_is_told_too_and_one_who_left_is_not():
    marked = factories.contact(is_key=True, status="bounced")
    left = factories.contact(is_key=True, status="left")
    Suppression.objects.create(email=left.email, reason="bounced", created_at=timezone.now() - timedelta(hours=1))
    tell(timezone.now())
    assert [alert.contact for alert in Alert.objects.all()] == [marked]


def test_a_key_account_that_stays_silent_is_told_after_so_many_days(account_manager, outbox):
    silent = asked(account_manager, 30)
    asked(account_manager, 29)
    asked(account_manager, 40, is_key=False)
    for _ in range(2):
        tell(timezone.now())
    assert [(alert.kind, alert.account, alert.facts["people"]) for alert in Alert.objects.all()] == [("account_silent", silent, 1)]
    assert len(outbox) == 1


def test_an_account_that_has_answered_is_not_silent(account_manager):
    account = asked(account_manager, 40)
    factories.response(account=account, at=timezone.now() - timedelta(days=39))
    tell(timezone.now())
    assert kinds() == []


@pytest.mark.parametrize("days_ago", [41, 60, 300])
def test_an_answer_of_before_the_mail_does_not_count(account_manager, days_ago):
    account = asked(account_manager, 40)
    factories.response(account=account, at=timezone.now() - timedelta(days=days_ago))
    tell(timezone.now())
    assert kinds() == ["account_silent"]


def test_who_is_asked_again_and_again_is_one_silence_from_the_first_mail_on(account_manager):
    account = asked(account_manager, 100)
    tell(timezone.now())
    for days_ago in (75, 50, 25, 5):
        invitation = factories.invitation(contact=account.contacts.get())
        Delivery.objects.create(invitation=invitation, state="sent", sent_at=timezone.now() - timedelta(days=days_ago))
    tell(timezone.now())
    (told,) = Alert.objects.all()
    assert told.since == timezone.localdate(timezone.now() - timedelta(days=100))


def test_a_mail_that_bounced_asked_nobody(account_manager):
    asked(account_manager, 40)
    Delivery.objects.update(state="bounced")
    tell(timezone.now())
    assert kinds() == []


def test_of_anonymous_surveys_nobody_is_told(account_manager):
    asked(account_manager, 60, survey=factories.survey(is_anonymous=True))
    tell(timezone.now())
    assert kinds() == []


def test_many_alerts_are_one_mail(account_manager, outbox):
    for _ in range(3):
        bounced(account_manager)
    tell(timezone.now())
    (told,) = outbox
    assert told.subject == "3 things to know about your accounts"
    assert len([line for line in told.body.splitlines() if "/accounts/" in line]) == 3


def test_a_mail_server_that_is_away_loses_nothing(account_manager, postbox, monkeypatch, settings):
    monkeypatch.setattr("surveys.followup.alert_mails.open_transport", open_transport)
    there, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    bounced(account_manager)
    tell(timezone.now())
    assert Alert.objects.get().mailed_at is None
    settings.EMAIL_PORT = there
    tell(timezone.now())
    assert (postbox.per_address, Alert.objects.get().mailed_at is None) == ({account_manager.email: 1}, False)


def test_a_line_that_breaks_after_the_mail_was_handed_over_sends_it_no_second_time(account_manager, postbox, monkeypatch):
    monkeypatch.setattr("surveys.followup.alert_mails.open_transport", open_transport)
    postbox.data[account_manager.email] = ["hang up", "250 ok"]
    bounced(account_manager)
    for _ in range(2):
        tell(timezone.now())
    assert postbox.per_address == {account_manager.email: 1}


def test_what_its_user_may_not_see_holds_up_nobody_else(account_manager, outbox):
    seller = factories.user(role="sales")
    account = factories.account()
    rows = (Alert(kind="account_silent", account=account, user=seller, occasion=f"old{n}", facts={}) for n in range(501))
    Alert.objects.bulk_create(rows)
    bounced(account_manager)
    tell(timezone.now())
    assert [told.to for told in outbox] == [[account_manager.email]]


def test_those_who_only_look_on_mark_nothing_as_seen(login, leadership):
    bounced(None)
    tell(timezone.now())
    client = login(leadership)
    assert client.get(reverse("followup:alerts")).status_code == 200
    assert client.post(reverse("followup:all_seen"), {"newest": 10**6}).status_code == 403


def test_where_nobody_can_act_the_alert_stays_without_a_mail(account_manager, outbox):
    bounced(None)
    bounced(account_manager)
    type(account_manager).objects.filter(pk=account_manager.pk).update(is_active=False)
    tell(timezone.now())
    assert (len(kinds()), outbox) == (2, [])


def test_two_workers_at_once_tell_once(transactional_db, outbox):
    bounced(factories.user(role="account_manager"))
    at_once(3, lambda: tell(timezone.now()))
    assert (Alert.objects.count(), len(outbox)) == (1, 1)


def test_the_page_shows_own_alerts_and_marks_them_as_seen(login, account_manager, django_assert_max_num_queries):
    own = bounced(account_manager)
    bounced(factories.user(role="account_manager"))
    tell(timezone.now())
    client, page = login(account_manager), reverse("followup:alerts")
    with django_assert_max_num_queries(9):
        assert [alert.contact for alert in client.get(page).context["page_obj"]] == [own]
    other = Alert.objects.exclude(contact=own).get()
    assert client.post(reverse("followup:alert_seen", args=[other.pk])).status_code == 404
    client.post(reverse("followup:all_seen"), {"newest": other.pk + 1})
    assert list(Alert.objects.filter(seen_at__isnull=False).values_list("contact", flat=True)) == [own.pk]
    assert list(client.get(page, {"unseen": "yes"}).context["page_obj"]) == []


def test_a_bounce_is_told_once_it_is_sure_that_no_broken_server_was_at_fault(account_manager):
    contact = bounced(account_manager)
    Suppression.objects.update(created_at=timezone.now())
    Contact.objects.update(status="bounced")
    tell(timezone.now())
    assert not Alert.objects.exists()
    tell(timezone.now() + WINDOW + timedelta(minutes=1))
    assert Alert.objects.get().contact == contact
