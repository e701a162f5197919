"""What is told of one invitation, of one contact over all distributions, and of one distribution as a whole."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback_site.access import audit
from surveys.distribution import confirm, pausing, remind, time_line_views
from surveys.distribution.contact_time_line import contact_time_line
from surveys.distribution.distribution_time_line import begun, distribution_time_line
from surveys.distribution.time_line import time_line, with_history
from surveys.models import (
    Contact,
    Delivery,
    Distribution,
    Invitation,
    ReturnedMail,
    Setback,
    Skip,
    Suppression,
    UndoneUnsubscription,
    Visit,
)
from tests import factories

pytestmark = pytest.mark.django_db
BEGIN = timezone.now() - timedelta(days=10)


def at(hours):
    return BEGIN + timedelta(hours=hours)


def mail(invitation=None, state="sent", **fields):
    invitation = invitation or factories.invitation()
    Invitation.objects.filter(pk=invitation.pk).update(created_at=BEGIN)
    made = Delivery.objects.create(invitation=invitation, state=state, **fields)
    Delivery.objects.filter(pk=made.pk).update(created_at=BEGIN)
    return Delivery.objects.select_related("invitation").get(pk=made.pk)


def set_back(delivery, state, hours, reason=""):
    return Setback.objects.create(delivery=delivery, state=state, reason=reason, happened_at=at(hours))


def told(events):
    return [(str(event.text), event.reason) for event in events]


def page(client, name, *args, **query):
    return client.get(reverse(f"distribution:{name}", args=args), query)


def test_a_mail_that_was_put_off_and_then_went_tells_so():
    delivery = mail(sent_at=at(3), email="old@example.com")
    set_back(delivery, "deferred", 1, "451 busy")
    set_back(delivery, "deferred", 2, "452 full")
    events = time_line(delivery.invitation)
    put_off = "Put off, will be tried again"
    assert told(events)[2:] == [(put_off, "451 busy"), (put_off, "452 full"), ("Mail sent", "")]
    assert [event.address for event in events] == ["", "", "", "", "old@example.com"]


@pytest.mark.parametrize("state", ["deferred", "uncertain", "failed", "bounced"])
def test_the_present_state_is_not_told_twice(state):
    delivery = mail(state=state, claimed_at=at(1), reason="why")
    invitations = with_history(Invitation.objects.all())
    assert [reason for _text, reason in told(time_line(invitations.get()))].count("why") == 1
    set_back(delivery, state, 1, "why")
    assert [reason for _text, reason in told(time_line(invitations.get()))].count("why") == 1


def test_a_mail_that_failed_and_was_sent_again_by_a_person():
    delivery = mail(sent_at=at(5))
    set_back(delivery, "failed", 1, "552 too large")
    set_back(delivery, "queued", 4)
    assert told(time_line(delivery.invitation))[2:] == [
        ("Failed", "552 too large"),
        ("Somebody had it sent again", ""),
        ("Mail sent", ""),
    ]


def test_what_came_back_is_told_once():
    delivery = mail(state="bounced", sent_at=at(1), failed_at=at(2), reason="550 gone")
    assert told(time_line(delivery.invitation))[2:] == [("Mail sent", ""), ("Bounced", "550 gone")]
    ReturnedMail.objects.create(delivery=delivery, kind="hard", reason="550 gone", received_at=at(2), digest="1")
    assert told(time_line(delivery.invitation))[2:] == [("Mail sent", ""), ("Bounced for good", "550 gone")]


def suppress(reason):
    return lambda invitation: Suppression.objects.create(email=invitation.contact.email.upper(), reason=reason)


def set_status(status):
    return lambda invitation: Contact.objects.filter(pk=invitation.contact_id).update(status=status)


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (suppress("unsubscribed"), "The person has unsubscribed."),
        (suppress("complained"), "The person has reported a mail as spam."),
        (suppress("bounced"), "The address bounces."),
        (set_status("bounced"), "The address bounces."),
        (set_status("left"), "The person has left the company."),
    ],
)
@pytest.mark.parametrize("state", ["queued", "deferred"])
def test_a_mail_that_waits_and_will_be_dropped_is_not_announced(login, survey_owner, happens, reason, state):
    delivery = mail(state=state, not_before=timezone.now() + timedelta(days=1))
    happens(delivery.invitation)
    invitation = with_history(Invitation.objects.all()).get()
    for events in (time_line(invitation), contact_time_line(invitation.contact)):
        assert ("Will not be sent", reason) in told(events)
        assert "Is to be sent, not earlier" not in dict(told(events))
    shown = page(login(survey_owner), "detail", invitation.distribution_id).content.decode()
    assert (shown.count("Will not be sent"), shown.count(reason)) == (1, 1)


def test_a_mail_that_waits_for_its_time_is_announced(login, survey_owner):
    delivery = mail(state="queued", not_before=timezone.now() + timedelta(days=1))
    Suppression.objects.create(email=delivery.invitation.contact.email, reason="unsubscribed", survey=factories.survey())
    invitation = with_history(Invitation.objects.all()).get()
    assert told(time_line(invitation))[-1] == ("Is to be sent, not earlier", "")
    assert "Will not be sent" not in page(login(survey_owner), "detail", invitation.distribution_id).content.decode()


def test_the_list_of_people_takes_as_many_queries_for_many_that_will_not_be_mailed(login, survey_owner):
    distribution, client = factories.distribution(), login(survey_owner)

    def add():
        set_status("left")(mail(factories.invitation(distribution), "queued").invitation)

    add()
    page(client, "detail", distribution.pk)
    with CaptureQueriesContext(connection) as one:
        page(client, "detail", distribution.pk)
    add(), add()
    with CaptureQueriesContext(connection) as many:
        assert page(client, "detail", distribution.pk).content.decode().count("Will not be sent") == 3
    assert len(one) == len(many)


def test_of_other_surveys_wishes_nothing_is_told():
    invitation = mail(email="Old@example.com").invitation
    for source, email, survey in (
        ("another survey", invitation.contact.email, factories.survey()),
        ("this survey", invitation.contact.email, invitation.distribution.survey),
        ("all surveys", "old@example.com", None),
    ):
        Suppression.objects.create(email=email, reason="unsubscribed", survey=survey, source=source)
    assert told(time_line(invitation))[-2:] == [("Unsubscribed", "this survey"), ("Unsubscribed", "all surveys")]
    assert "another survey" not in str(told(time_line(invitation)))


def test_who_stopped_half_way_has_partly_answered():
    invitation = mail(sent_at=at(1)).invitation
    factories.response(contact=invitation.contact, survey=invitation.distribution.survey, invitation=invitation, state="partial", at=at(2))
    assert [str(event.text) for event in time_line(invitation)][-2:] == ["Began to answer", "Partly answered"]


def test_the_time_line_of_a_contact_has_all_distributions_newest_first():
    contact = factories.contact()
    first, second = (factories.invitation(contact=contact) for _ in range(2))
    mail(first, sent_at=at(1))
    mail(first, number=1, sent_at=at(30))
    mail(second, "bounced", claimed_at=at(40), reason="550 gone")
    Visit.objects.create(invitation=first, at=at(31))
    Invitation.objects.filter(pk=first.pk).update(answered_at=at(32))
    skipping = factories.distribution(name="Winter", confirmed_at=at(50))
    Skip.objects.create(distribution=skipping, contact=contact, reason="asked_recently")
    other = factories.survey(name="Pulse")
    Suppression.objects.create(email=contact.email.upper(), reason="unsubscribed", survey=other, created_at=at(60))
    mail(factories.invitation(), sent_at=at(70))
    events = contact_time_line(contact)
    assert [str(event.text) for event in events[:7]] == [
        "Unsubscribed",
        "Skipped: Was asked recently",
        "Bounced",
        "Answered",
        "Opened the page",
        "Reminder sent",
        "Mail sent",
    ]
    assert events[0].survey == other
    assert (events[1].distribution, events[2].invitation, events[3].invitation) == (skipping, second, first)
    assert sorted(str(event.text) for event in events[7:]) == ["Invited", "Invited", "Mail queued", "Mail queued", "Reminder queued"]
    assert str(events[-1].text) == "Invited"


def test_the_page_of_a_contact_is_paged_and_takes_as_many_queries_for_many(login, survey_owner, monkeypatch):
    client, contact = login(survey_owner), factories.contact()

    def add():
        delivery = mail(factories.invitation(contact=contact), sent_at=at(1))
        set_back(delivery, "deferred", 0)
        Delivery.objects.create(invitation=delivery.invitation, number=1)
        Visit.objects.create(invitation=delivery.invitation)
        ReturnedMail.objects.create(delivery=delivery, kind="automatic", received_at=at(2), digest=str(delivery.pk))
        Skip.objects.create(distribution=factories.distribution(), contact=contact, reason="left")
        Suppression.objects.create(email=contact.email, reason="unsubscribed", survey=delivery.invitation.distribution.survey)
        survey = delivery.invitation.distribution.survey
        UndoneUnsubscription.objects.create(email=contact.email, survey=survey, unsubscribed_at=at(3), undone_by="link", undone_at=at(4))

    add()
    page(client, "contact", contact.pk)
    with CaptureQueriesContext(connection) as one:
        page(client, "contact", contact.pk)
    for _ in range(4):
        add()
    with CaptureQueriesContext(connection) as many:
        shown = page(client, "contact", contact.pk)
    assert len(one) == len(many)
    assert shown.context["page_obj"].paginator.count == 5 * 12
    monkeypatch.setattr(time_line_views, "PER_PAGE", 30)
    assert len(page(client, "contact", contact.pk, page=2).context["page_obj"].object_list) == 30


def test_an_account_manager_reads_the_history_of_own_contacts_and_decides_nothing(login, account_manager):
    own = factories.contact(factories.account(account_manager=account_manager))
    delivery = mail(factories.invitation(contact=own), "uncertain", claimed_at=at(1))
    foreign = mail(state="uncertain")
    client = login(account_manager)
    address = reverse("distribution:person", args=[delivery.invitation.distribution_id, delivery.invitation_id])
    assert address in page(client, "contact", own.pk).content.decode()
    shown = client.get(address).content.decode()
    assert "Uncertain" in shown
    decide, distribution = (
        reverse(f"distribution:{name}", args=[pk])
        for name, pk in (("decide", delivery.pk), ("detail", delivery.invitation.distribution_id))
    )
    assert decide not in shown and f'"{distribution}"' not in shown
    assert page(client, "person", foreign.invitation.distribution_id, foreign.invitation_id).status_code == 404
    assert page(client, "contact", foreign.invitation.contact_id).status_code == 404


def test_who_manages_surveys_decides_from_the_page_of_the_person(login, survey_owner):
    delivery = mail(state="uncertain", claimed_at=at(1))
    shown = page(login(survey_owner), "person", delivery.invitation.distribution_id, delivery.invitation_id).content.decode()
    assert reverse("distribution:decide", args=[delivery.pk]) in shown


def happened(distribution):
    return [(str(event.text), event.by and event.by.name) for event in distribution_time_line(Distribution.objects.get(pk=distribution.pk))]


def test_a_distribution_tells_what_was_done_to_it_and_by_whom(survey_owner):
    survey_owner.name = "Owner"
    survey_owner.save()
    distribution, now = factories.distribution(state="prepared", created_by=survey_owner), timezone.now()
    for status in ("active", "active", "left"):
        factories.contact(status=status)
    confirm.confirm(distribution, survey_owner, now)
    Delivery.objects.update(state="sent", sent_at=timezone.now())
    pausing.pause(distribution, survey_owner)
    pausing.resume(distribution, survey_owner)
    remind.plan_reminders(distribution, 2, 7, survey_owner)
    remind.remind(distribution, 1, survey_owner, timezone.now())
    Delivery.objects.filter(number=1).update(state="sent", sent_at=timezone.now())
    assert happened(distribution) == [
        ("Prepared", "Owner"),
        ("Confirmed: 2 invited, 1 skipped", "Owner"),
        ("First mail sent", None),
        ("Paused", "Owner"),
        ("Resumed", "Owner"),
        ("Automatic reminders: 2 at most, 7 days after each mail", "Owner"),
        ("Reminder 1 begun: 2 mails", None),
        ("Last of 4 mails so far", None),
        ("Is to be closed", None),
    ]
    confirm.stop(distribution, survey_owner)
    assert happened(distribution)[-1] == ("Stopped", "Owner")


def test_what_was_changed_before_it_was_confirmed_is_told(login, survey_owner):
    distribution, client = factories.distribution(state="prepared"), login(survey_owner)
    day = (timezone.localdate() + timedelta(days=7)).isoformat()
    filled_in = {"name": "Autumn", "survey": distribution.survey_id, "closes_on": day, "spread_days": 1, "reminders": 0, "reminder_days": 5}
    edit = reverse("distribution:edit", args=[distribution.pk])
    client.post(edit, filled_in)
    client.post(edit, {**filled_in, "name": "Winter", "percent": 20})
    client.post(edit, {**filled_in, "name": "Winter", "percent": 20, "reminders": 2})
    told_of = [text for text, by in happened(distribution) if by == survey_owner.name]
    assert told_of[-2:] == ["Changed: name, audience", "Changed: automatic reminders"]


def test_large_numbers_are_readable():
    distribution = factories.distribution(confirmed_at=at(0))
    audit.record(None, distribution, {"state": "confirmed", "invited": 12345, "skipped": 6789})
    assert "Confirmed: 12,345 invited, 6,789 skipped" in dict(happened(distribution))
    assert str(begun(1, 2345)) == "Reminder 1 begun: 2,345 mails"


def test_a_distribution_that_closed_by_its_date():
    ended = factories.distribution(confirmed_at=at(0), closes_at=at(2))
    Distribution.objects.filter(pk=ended.pk).update(created_at=at(-1))
    assert happened(ended) == [("Prepared", None), ("Confirmed", None), ("Closed by its date", None)]


def test_the_page_of_a_distribution_has_its_time_line(login, survey_owner):
    distribution = factories.distribution(created_by=survey_owner)
    shown = page(login(survey_owner), "time_line", distribution.pk)
    assert "Prepared" in shown.content.decode()
    assert (
        reverse("distribution:time_line", args=[distribution.pk]) in page(login(survey_owner), "detail", distribution.pk).content.decode()
    )


@pytest.mark.parametrize("name", ["skipped", "time_line"])
def test_of_what_is_only_prepared_the_dry_run_is_shown(login, survey_owner, name):
    distribution = factories.distribution(state="prepared")
    assert page(login(survey_owner), name, distribution.pk).url == reverse("distribution:detail", args=[distribution.pk])


def test_the_skipped_stand_on_the_page_with_their_reasons(login, survey_owner):
    distribution, client = factories.distribution(), login(survey_owner)
    for reason, name in (("left", "Anna"), ("left", "Ben"), ("asked_recently", "Carl")):
        distribution.skips.create(contact=factories.contact(name=name), reason=reason)
    shown = page(client, "skipped", distribution.pk)
    assert [(reason, count) for reason, _label, count in shown.context["reasons"]] == [("left", 2), ("asked_recently", 1)]
    assert (shown.context["progress"].people, shown.context["skips"]) == (0, 3)
    for query, names in (({"reason": "left"}, ["Anna", "Ben"]), ({"search": "carl"}, ["Carl"]), ({"reason": "left", "search": "carl"}, [])):
        found = page(client, "skipped", distribution.pk, **query)
        assert [skip.contact.name for skip in found.context["page_obj"]] == names
        assert found.context["skips"] == 3
    assert f"{reverse('distribution:skipped', args=[distribution.pk])}#faces" in page(client, "detail", distribution.pk).content.decode()


def test_people_are_found_by_whether_they_opened_the_page(login, survey_owner):
    distribution = factories.distribution()
    opened, scanned, answered, began = (mail(factories.invitation(distribution), sent_at=at(1)).invitation for _ in range(4))
    for invitation in (opened, answered, began):
        Visit.objects.create(invitation=invitation)
    Visit.objects.create(invitation=scanned, is_scanner=True)
    Invitation.objects.filter(pk=answered.pk).update(answered_at=at(2))
    factories.response(contact=began.contact, survey=distribution.survey, invitation=began, state="partial", completed_at=None)
    client = login(survey_owner)
    for answer, expected in (("opened", [opened]), ("partly", [began]), ("answered", [answered]), ("silent", [opened, scanned])):
        assert list(page(client, "detail", distribution.pk, answer=answer).context["page_obj"]) == expected
    assert page(client, "detail", distribution.pk).content.decode().count("opened the page") == 1
