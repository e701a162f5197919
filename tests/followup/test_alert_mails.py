"""To whom alerts are mailed: the account manager, or somebody else who can act; and not to those who want none."""

from datetime import timedelta

import pytest
from django.utils import timezone

from surveys.distribution.provider_transport import open_transport
from surveys.distribution.transport import Outcome
from surveys.followup import alert_mails
from surveys.followup.alerts import tell
from surveys.models import Alert, Delivery, Suppression
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]


def bounced(manager, **fields):
    contact = factories.contact(factories.account(account_manager=manager, **fields), is_key=True)
    Suppression.objects.create(email=contact.email.lower(), reason="bounced", created_at=timezone.now() - timedelta(hours=1))
    return contact


def switched_off(**fields):
    return factories.user(is_active=False, **fields)


def told(outbox):
    """Whom each mail went to: one person, as a server may take it from one and not from the other."""
    return [address for one in outbox for address in one.to]


def test_those_without_a_manager_are_one_mail_to_each_administrator(outbox, administrator):
    second = factories.user(role="administrator")
    factories.user(role="administrator", is_active=False)
    for _ in range(2):
        bounced(None)
    bounced(switched_off())
    for _ in range(2):
        tell(timezone.now())
    assert told(outbox) == [administrator.email, second.email]
    assert outbox[0].subject == "3 things to know about your accounts"
    assert outbox[0].body.count("The account has no account manager.") == 2
    assert Alert.objects.filter(mailed_at=None).count() == 0


def test_the_simulated_administrator_is_told_where_there_is_no_other(outbox):
    simulated = factories.user(role="administrator", is_simulated=True)
    bounced(None)
    tell(timezone.now())
    real = factories.user(role="administrator")
    bounced(None)
    tell(timezone.now())
    assert told(outbox) == [simulated.email, real.email]


def test_the_lead_acts_for_a_manager_who_left_the_team(outbox, administrator):
    team = factories.team()
    lead = factories.user(role="team_lead", team=team)
    factories.user(role="team_lead", team=factories.team())
    bounced(switched_off(team=team, name="Noa"))
    tell(timezone.now())
    assert told(outbox) == [lead.email]
    assert "Its account manager, Noa, can not act on it." in outbox[0].body


def test_the_lead_has_the_own_accounts_and_those_of_who_left_in_one_mail(outbox, administrator):
    team = factories.team()
    lead = factories.user(role="team_lead", team=team)
    bounced(lead)
    bounced(switched_off(team=team))
    tell(timezone.now())
    assert told(outbox) == [lead.email]
    assert outbox[0].body.count("can not act on it") == 1


def test_a_team_without_a_lead_is_the_administrators_matter(outbox, administrator):
    team = factories.team()
    factories.user(role="team_lead", team=team, is_active=False)
    bounced(switched_off(team=team))
    tell(timezone.now())
    assert told(outbox) == [administrator.email]


def test_a_manager_whose_role_sees_the_account_no_more_is_not_told_of_it(outbox, administrator):
    bounced(factories.user(role="sales"))
    tell(timezone.now())
    assert told(outbox) == [administrator.email]


def test_whoever_manages_the_account_by_now_is_told(outbox, account_manager):
    contact = bounced(factories.user())
    tell_later = Alert.objects.create(kind="contact_bounces", account=contact.account, contact=contact, occasion="x", facts={"email": "x"})
    type(contact.account).objects.filter(pk=contact.account_id).update(account_manager=account_manager)
    tell(timezone.now())
    tell_later.refresh_from_db()
    assert (told(outbox), tell_later.mailed_at is None) == ([account_manager.email], False)


def test_who_wants_no_mails_finds_it_under_alerts_and_nobody_else_is_told(outbox, login, administrator, account_manager):
    client = login(account_manager)
    client.post("/profile/", {"name": "Dana", "language": "en", "time_zone": "Asia/Jerusalem", "theme": "auto"})
    contact = bounced(account_manager)
    tell(timezone.now())
    assert outbox == []
    assert contact.name in client.get("/alerts/").content.decode()


def test_the_wish_for_no_mails_is_ones_own_choice_and_mails_are_the_rule(login, account_manager):
    assert account_manager.mails_alerts
    form = login(account_manager).get("/profile/").context["form"]
    assert form["mails_alerts"].value() is True
    values = {"name": "Dana", "language": "en", "time_zone": "Asia/Jerusalem", "theme": "auto", "mails_alerts": "on"}
    login(account_manager).post("/profile/", values)
    account_manager.refresh_from_db()
    assert account_manager.mails_alerts


def test_the_mail_leads_to_account_contact_and_for_survey_owners_the_distribution(outbox, account_manager, survey_owner):
    for manager in (account_manager, survey_owner):
        contact = bounced(manager)
        invitation = factories.invitation(contact=contact)
        Delivery.objects.create(invitation=invitation, state="bounced")
    tell(timezone.now())
    links = {one.to[0]: [line.split("/", 3)[-1] for line in one.body.splitlines() if "http" in line] for one in outbox}
    for user in (account_manager, survey_owner):
        alert = Alert.objects.get(user=user)
        to_distribution = [f"distributions/{alert.distribution_id}/"] if user == survey_owner else []
        expected = [f"accounts/{alert.account_id}/", f"distributions/contacts/{alert.contact_id}/", *to_distribution, "alerts/", "profile/"]
        assert links[user.email] == expected


def test_colleagues_are_told_each_in_their_own_language(outbox):
    for language in ("en", "he"):
        factories.user(role="administrator", language=language)
    bounced(None)
    tell(timezone.now())
    assert [f'lang="{language}"' in one.alternatives[0].content for one, language in zip(outbox, ("en", "he"), strict=True)] == [True] * 2


def test_an_alert_knows_its_distribution(account_manager):
    account = factories.account(account_manager=account_manager, is_key=True)
    first, second = (factories.distribution() for _ in range(2))
    for distribution, days in ((first, 60), (second, 40)):
        invitation = factories.invitation(distribution, account.contacts.first() or factories.contact(account))
        Delivery.objects.create(invitation=invitation, state="sent", sent_at=timezone.now() - timedelta(days=days))
    tell(timezone.now())
    assert Alert.objects.get().distribution == first


@pytest.mark.parametrize("outcome", [Outcome.AWAY, Outcome.LATER, Outcome.BROKEN])
def test_what_was_surely_not_taken_goes_again_and_holds_up_nobody(outbox, outcome):
    first, second = factories.user(role="account_manager"), factories.user(role="account_manager")
    bounced(first), bounced(second)
    outbox.answers[first.email] = [outcome]
    tell(timezone.now())
    assert told(outbox) == [second.email]
    for _ in range(2):
        tell(timezone.now())
    assert told(outbox) == [second.email, first.email]


@pytest.mark.parametrize("outcome", [Outcome.UNCERTAIN, Outcome.REFUSED, Outcome.NO_MAILBOX, RuntimeError("the provider's own library")])
def test_what_may_have_been_taken_or_never_will_be_goes_no_second_time_and_holds_up_nobody(outbox, outcome):
    first, second = factories.user(role="account_manager"), factories.user(role="account_manager")
    bounced(first), bounced(second)
    outbox.answers[first.email] = [outcome]
    for _ in range(2):
        tell(timezone.now())
    assert (told(outbox), sorted(outbox.tried)) == ([second.email], sorted([first.email, second.email]))


def test_a_mail_that_can_not_be_written_waits_and_holds_up_nobody(outbox, monkeypatch):
    first, second = factories.user(role="account_manager"), factories.user(role="account_manager")
    bounced(first), bounced(second)
    written = alert_mails.message

    def fails(reader, alerts):
        if reader == first:
            raise ValueError("a template is wrong")
        return written(reader, alerts)

    monkeypatch.setattr(alert_mails, "message", fails)
    tell(timezone.now())
    assert told(outbox) == [second.email]
    monkeypatch.setattr(alert_mails, "message", written)
    tell(timezone.now())
    assert told(outbox) == [second.email, first.email]


def test_of_several_who_can_act_one_is_enough_and_nobody_has_it_twice(outbox, administrator):
    second = factories.user(role="administrator")
    bounced(None)
    outbox.answers |= {administrator.email: [Outcome.LATER] * 2, second.email: [Outcome.LATER]}
    tell(timezone.now())
    assert told(outbox) == []
    for _ in range(2):
        tell(timezone.now())
    assert told(outbox) == [second.email]


def test_without_a_mail_server_not_everybody_is_tried(outbox):
    managers = [factories.user(role="account_manager") for _ in range(5)]
    for manager in managers:
        bounced(manager)
        outbox.answers[manager.email] = [Outcome.AWAY]
    tell(timezone.now())
    assert len(outbox.tried) == alert_mails.MOST_AWAY
    assert Alert.objects.filter(mailed_at=None).count() == 5


@pytest.mark.parametrize("reply", ["450 4.2.0 greylisted", "421 4.7.0 too many"])
def test_a_server_that_wants_it_later_has_it_later(postbox, monkeypatch, account_manager, reply):
    monkeypatch.setattr(alert_mails, "open_transport", open_transport)
    bounced(account_manager)
    postbox.rcpt[account_manager.email] = [reply, "250 ok"]
    tell(timezone.now())
    assert (postbox.per_address, Alert.objects.get().mailed_at) == ({}, None)
    for _ in range(2):
        tell(timezone.now())
    assert postbox.per_address == {account_manager.email: 1}
