"""How often a person may be asked: over all surveys together, and by one."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from surveys.distribution.audience import with_skip_reason
from surveys.distribution.confirm import confirm
from surveys.distribution.fatigue import asked_meanwhile
from surveys.models import Contact, Delivery, Invitation, Survey
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


def waits(contact, in_days, survey=None, **fields):
    """A mail that is queued now and goes in so many days."""
    distribution = factories.distribution(survey, closes_at=timezone.now() + timedelta(days=120))
    at = timezone.now() + timedelta(days=in_days)
    return Delivery.objects.create(invitation=factories.invitation(distribution, contact), **{"not_before": at, **fields})


def reason_in(contact, days, survey=None):
    """As `reason_for`, for a mail that would go in so many days."""
    at = timezone.now() + timedelta(days=days)
    return with_skip_reason(Contact.objects.filter(pk=contact.pk), survey or factories.survey(), at).get().skip_reason


@pytest.mark.parametrize(("in_days", "reason"), [(-1, ""), (5, ""), (11, "asked_recently"), (35, "asked_recently"), (69, "asked_recently")])
def test_a_mail_that_will_go_later_counts_at_its_moment(settings, contact, in_days, reason):
    settings.DAYS_BETWEEN_INVITATIONS = 30
    waits(contact, 40)
    assert reason_in(contact, in_days) == reason
    assert reason_in(contact, 71) == ""


def test_a_mail_that_is_overdue_counts_from_when_it_was_queued(settings, contact):
    settings.DAYS_BETWEEN_INVITATIONS = 30
    Delivery.objects.filter(pk=waits(contact, -50).pk).update(state="deferred")
    assert reason_for(contact) == "asked_recently"


def test_what_was_sent_counts_at_the_moment_of_sending(settings, contact):
    settings.DAYS_BETWEEN_INVITATIONS = 30
    waits(contact, -40, state="sent", sent_at=timezone.now() - timedelta(days=31))
    assert reason_for(contact) == ""
    asked(contact, 5)
    assert (reason_in(contact, 24), reason_in(contact, 26)) == ("asked_recently", "")


def test_mails_ahead_count_within_the_year_and_among_the_open_ones(settings, contact):
    waits(contact, 40)
    settings.MOST_INVITATIONS_A_YEAR = 1
    assert reason_for(contact) == "asked_often"
    settings.MOST_INVITATIONS_A_YEAR, settings.MOST_OPEN_INVITATIONS = 0, 1
    assert (reason_for(contact), reason_in(contact, 119), reason_in(contact, 121)) == ("still_open", "still_open", "")


def test_the_dry_run_and_the_sending_judge_the_moment_at_which_mails_will_go(settings, client, contact):
    settings.DAYS_BETWEEN_INVITATIONS = 30
    owner, now = factories.user("survey_owner"), timezone.now()
    client.force_login(owner)
    waits(contact, 40)
    at = {"state": "prepared", "closes_at": now + timedelta(days=90)}
    soon, later, last = [factories.distribution(starts_at=now + timedelta(days=days), **at) for days in (5, 35, 75)]
    for distribution, reasons in ((soon, {}), (later, {"asked_recently": 1}), (last, {})):
        page = client.get(reverse("distribution:detail", args=[distribution.pk]))
        assert {reason: count for reason, _label, count in page.context["skipped"]} == reasons
    confirm(later, owner, now)
    assert (later.invitations.count(), later.skips.get().reason) == (0, "asked_recently")
    confirm(soon, owner, now)
    assert soon.invitations.count() == 1


# --- At the moment of sending ---------------------------------------------------------------------


@pytest.fixture
def waiting(contact):
    """Queued ten days ago."""
    mail = waits(contact, -10)
    Invitation.objects.update(created_at=timezone.now() - timedelta(days=10))
    return Invitation.objects.select_related("distribution__survey").get(pk=mail.invitation_id)


def meanwhile(invitation):
    return asked_meanwhile(invitation, timezone.now())


@pytest.mark.parametrize(
    ("days_ago", "fields", "expected"),
    [
        (1, {}, True),
        (11, {}, False),
        (1, {"state": "bounced"}, False),
        (1, {"number": 1}, False),
        (1, {"state": "uncertain", "sent_at": None, "claimed_at": timezone.now()}, True),
        (1, {"state": "sending", "sent_at": None, "claimed_at": timezone.now()}, True),
        (1, {"state": "queued", "sent_at": None}, False),
    ],
    ids=["since", "before it was queued", "bounced", "a reminder", "uncertain", "just being sent", "waits itself"],
)
def test_who_was_asked_by_another_distribution_since_a_mail_was_queued(settings, contact, waiting, days_ago, fields, expected):
    settings.DAYS_BETWEEN_INVITATIONS = 30
    assert meanwhile(waiting) is False
    asked(contact, days_ago, **fields)
    assert meanwhile(waiting) is expected


def test_only_mails_within_the_limit_speak_against_one_that_waits(settings, contact, waiting):
    asked(contact, 8)
    for days, expected in ((7, False), (9, True)):
        settings.DAYS_BETWEEN_INVITATIONS = days
        assert meanwhile(waiting) is expected


def test_its_own_mails_and_those_of_other_people_do_not_speak_against_it(settings, contact, waiting):
    settings.DAYS_BETWEEN_INVITATIONS = 30
    waiting.deliveries.update(state="sent", sent_at=timezone.now())
    asked(factories.contact(contact.account), 1)
    assert meanwhile(waiting) is False


def test_a_survey_s_own_limit_counts_its_own_mails(contact, waiting):
    Survey.objects.filter(pk=waiting.distribution.survey_id).update(days_between_invitations=90)
    waiting.distribution.survey.refresh_from_db()
    asked(contact, 1)
    assert meanwhile(waiting) is False
    asked(contact, 1, waiting.distribution.survey)
    assert meanwhile(waiting) is True


def test_clocks_that_differ_by_a_minute_change_nothing(settings, contact, waiting):
    settings.DAYS_BETWEEN_INVITATIONS = 30
    mail = asked(contact, 0)
    Delivery.objects.filter(pk=mail.pk).update(sent_at=waiting.created_at - timedelta(minutes=1))
    assert meanwhile(waiting) is True


def test_looking_costs_one_query_and_none_without_a_limit(settings, waiting, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert meanwhile(waiting) is False
    settings.DAYS_BETWEEN_INVITATIONS, waiting.distribution.survey.days_between_invitations = 30, 60
    with django_assert_num_queries(1):
        meanwhile(waiting)


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
