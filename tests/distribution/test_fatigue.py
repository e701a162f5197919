"""How often a person may be asked: over all surveys together, and by one."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from surveys.distribution.audience import with_skip_reason
from surveys.models import Contact, Delivery, Survey
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits(settings):
    settings.DAYS_BETWEEN_INVITATIONS = settings.MOST_INVITATIONS_A_YEAR = settings.MOST_OPEN_INVITATIONS = 0


@pytest.fixture
def contact():
    return factories.contact()


def reason_for(contact, survey=None):
    return with_skip_reason(Contact.objects.filter(pk=contact.pk), survey or factories.survey(), timezone.now()).get().skip_reason


def asked(contact, days_ago, survey=None, closes_in=14, answered=False, **fields):
    now = timezone.now()
    at = now - timedelta(days=days_ago)
    distribution = factories.distribution(survey, closes_at=now + timedelta(days=closes_in))
    invitation = factories.invitation(distribution, contact, answered_at=at if answered else None)
    return Delivery.objects.create(invitation=invitation, **{"state": "sent", "sent_at": at, **fields})


def test_without_limits_nobody_is_skipped(contact):
    for days in range(5):
        asked(contact, days)
    assert reason_for(contact) == ""


@pytest.mark.parametrize(("days_ago", "reason"), [([10, 300], "asked_often"), ([10, 366], ""), ([10], "")])
def test_invitations_within_365_days_are_counted(settings, contact, days_ago, reason):
    settings.MOST_INVITATIONS_A_YEAR = 2
    for days in days_ago:
        asked(contact, days)
    assert reason_for(contact) == reason


def test_reminders_and_mails_that_never_arrived_are_no_invitations(settings, contact):
    settings.MOST_INVITATIONS_A_YEAR = 2
    first = asked(contact, 10)
    Delivery.objects.create(invitation=first.invitation, number=1, state="sent", sent_at=timezone.now())
    asked(contact, 5, state="bounced")
    assert reason_for(contact) == ""


@pytest.mark.parametrize(
    ("fields", "reason"),
    [({}, "still_open"), ({"answered": True}, ""), ({"closes_in": -1}, ""), ({"state": "failed"}, "")],
    ids=["open", "answered", "closed", "never arrived"],
)
def test_what_waits_for_an_answer_is_counted(settings, contact, fields, reason):
    settings.MOST_OPEN_INVITATIONS = 1
    asked(contact, 3, **fields)
    assert reason_for(contact) == reason


def test_a_survey_counts_its_own_invitations_only(contact):
    survey = factories.survey(most_invitations_a_year=1)
    asked(contact, 10)
    assert reason_for(contact, survey) == ""
    asked(contact, 200, survey)
    assert reason_for(contact, survey) == "asked_often"
    assert reason_for(contact) == ""


@pytest.mark.parametrize(("days_ago", "reason"), [(89, "asked_recently"), (91, "")])
def test_a_survey_may_wait_longer_than_all(contact, days_ago, reason):
    survey = factories.survey(days_between_invitations=90)
    asked(contact, days_ago, survey)
    assert reason_for(contact, survey) == reason


def test_a_limit_of_one_survey_does_not_lift_that_of_all(settings, contact):
    settings.DAYS_BETWEEN_INVITATIONS = 30
    survey = factories.survey(days_between_invitations=1)
    asked(contact, 20)
    assert reason_for(contact, survey) == "asked_recently"


def test_an_invitation_of_somebody_else_counts_for_nobody_else(settings, contact):
    settings.MOST_INVITATIONS_A_YEAR = settings.MOST_OPEN_INVITATIONS = 1
    asked(factories.contact(contact.account), 3)
    assert reason_for(contact) == ""


def test_the_owner_sets_the_limits_of_a_survey(client):
    client.force_login(factories.user("survey_owner"))
    survey = factories.survey()
    address = reverse("distribution:limits", args=[survey.pk])
    assert "There is no limit within a year." in client.get(address).content.decode()
    values = {"days_between_invitations": "90", "most_invitations_a_year": "2", "most_open_invitations": ""}
    client.post(address, values)
    survey = Survey.objects.get(pk=survey.pk)
    assert (survey.days_between_invitations, survey.most_invitations_a_year, survey.most_open_invitations) == (90, 2, None)


@pytest.mark.parametrize("value", ["0", "-1", "x", "99999999999999999999"])
def test_a_limit_that_is_none_is_refused_and_changes_nothing(client, value):
    client.force_login(factories.user("survey_owner"))
    survey = factories.survey(days_between_invitations=30)
    response = client.post(reverse("distribution:limits", args=[survey.pk]), {"days_between_invitations": value})
    assert response.status_code == 422
    assert Survey.objects.get(pk=survey.pk).days_between_invitations == 30


def test_account_managers_set_no_limits(client):
    client.force_login(factories.user("account_manager"))
    assert client.get(reverse("distribution:limits", args=[factories.survey().pk])).status_code == 403
