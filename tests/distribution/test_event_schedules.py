"""Schedules after events: each event once, to the right person."""

from collections import Counter

import pytest

from surveys.distribution.audience import Audience
from surveys.distribution.confirm import stop
from surveys.distribution.sample import Sample, is_drawn
from surveys.distribution.schedules import run_schedules
from surveys.models import Delivery, Distribution, HandledEvent, Invitation, Schedule, Skip
from tests import factories
from tests.distribution.at_once import at_once
from tests.distribution.planning import after, event, noon, to

# --- Events ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_event_is_asked_about_after_its_delay_and_once(survey_owner):
    concerned = factories.contact()
    factories.contact()
    waits = after(survey_owner)
    told = event(concerned.account, "2026-11-20")
    run_schedules(noon("2026-11-21"))
    assert Invitation.objects.count() == 0
    for _ in range(2):
        run_schedules(noon("2026-11-22"))
    assert [invitation.contact for invitation in Invitation.objects.all()] == [concerned]
    handled = HandledEvent.objects.get()
    assert (handled.schedule, handled.event, handled.reason, handled.distribution.schedule) == (waits, told, "", waits)


@pytest.mark.django_db
def test_a_renewal_is_asked_about_days_before(survey_owner):
    contact = factories.contact()
    after(survey_owner, occasion="renewal", delay_days=-30)
    event(contact.account, "2026-12-31", "renewal")
    run_schedules(noon("2026-11-30"))
    assert Invitation.objects.count() == 0
    run_schedules(noon("2026-12-01"))
    assert Invitation.objects.count() == 1


@pytest.mark.django_db
def test_of_several_people_the_one_of_the_event_is_asked(survey_owner):
    account = factories.account()
    one, _other = factories.contact(account), factories.contact(account)
    after(survey_owner)
    event(account, contact=one)
    run_schedules(noon("2026-11-22"))
    assert [invitation.contact for invitation in Invitation.objects.all()] == [one]


@pytest.mark.django_db
def test_two_events_on_one_day_share_a_distribution_and_a_person_has_one_mail(survey_owner, settings):
    settings.DAYS_BETWEEN_INVITATIONS = 0
    first, second = factories.contact(), factories.contact()
    after(survey_owner)
    for account in (first.account, first.account, second.account):
        event(account)
    run_schedules(noon("2026-11-22"))
    assert (Distribution.objects.count(), Invitation.objects.count(), Delivery.objects.count()) == (1, 2, 2)
    assert sorted(HandledEvent.objects.values_list("reason", flat=True))[:2] == ["", ""]


@pytest.mark.django_db
def test_limits_hold_and_the_reason_is_kept(survey_owner):
    contact = factories.contact(status="left")
    after(survey_owner)
    event(contact.account)
    run_schedules(noon("2026-11-22"))
    assert HandledEvent.objects.get().reason.startswith("Everybody was skipped")
    assert Skip.objects.get().reason == "left"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "made", "says"),
    [("2026-11-01", "2026-10-01", "Came too late"), ("2026-11-20", "2026-11-23", "Happened before")],
)
def test_old_events_are_dealt_with_and_nobody_is_mailed(survey_owner, day, made, says):
    contact = factories.contact()
    after(survey_owner, made=made)
    event(contact.account, day)
    run_schedules(noon("2026-11-24"))
    assert HandledEvent.objects.get().reason.startswith(says)
    assert Invitation.objects.count() == 0


@pytest.mark.django_db
def test_an_account_outside_the_audience_is_not_asked(survey_owner):
    contact = factories.contact(factories.account(region="South"))
    after(survey_owner, audience={"regions": ["North"]})
    event(contact.account)
    run_schedules(noon("2026-11-22"))
    assert HandledEvent.objects.get().reason == "Nobody at the account fits the audience."


@pytest.mark.django_db
def test_into_a_distribution_that_was_stopped_nobody_is_invited_any_more(login, survey_owner):
    first, second = factories.contact(), factories.contact()
    made = after(survey_owner)
    event(first.account)
    run_schedules(noon("2026-11-22"))
    stop(Distribution.objects.get(), survey_owner)
    late = event(second.account)
    run_schedules(noon("2026-11-22"))
    handled = HandledEvent.objects.get(event=late)
    assert (handled.reason, handled.distribution) == ("The distribution of this day was stopped.", None)
    assert list(Delivery.objects.values_list("state", flat=True)) == ["cancelled"]
    assert "The distribution of this day was stopped." in login(survey_owner).get(to("schedule", made.pk)).content.decode()


def test_who_stops_while_an_event_is_dealt_with_stops_its_mail_as_well(transactional_db):
    owner = factories.user(role="survey_owner")
    after(owner)
    event(factories.contact().account)
    run_schedules(noon("2026-11-22"))
    for _ in range(5):
        event(factories.contact().account)
    works = [lambda: stop(Distribution.objects.get(), owner), lambda: run_schedules(noon("2026-11-22"))]

    def work():
        return works.pop()()

    at_once(2, work)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}
    assert HandledEvent.objects.filter(reason="").count() == Delivery.objects.count()


@pytest.mark.django_db
def test_at_most_so_many_of_each_account_holds_for_all_events_of_a_day(survey_owner):
    account = factories.account()
    people = [factories.contact(account) for _ in range(5)]
    after(survey_owner, audience=Audience(sample=Sample(per_account=2, seed=3)).as_json())
    event(account, contact=people[0])
    for _ in range(2):
        event(account)
    event(factories.contact().account)
    run_schedules(noon("2026-11-22"))
    assert Invitation.objects.filter(contact__account=account).count() == 2
    assert Invitation.objects.count() == 3
    assert set(Skip.objects.values_list("reason", flat=True)) == {"not_drawn"}


@pytest.mark.django_db
def test_who_is_skipped_by_one_event_and_invited_by_the_next_stands_in_one_list(survey_owner):
    account = factories.account()
    people = [factories.contact(account) for _ in range(2)]
    after(survey_owner, audience=Audience(sample=Sample(per_account=1, seed=3)).as_json())
    event(account)
    run_schedules(noon("2026-11-22"))
    skipped = Skip.objects.get().contact
    Schedule.objects.update(audience=Audience(sample=Sample(per_account=2, seed=3)).as_json())
    event(account, contact=skipped)
    run_schedules(noon("2026-11-22"))
    assert (set(Invitation.objects.values_list("contact", flat=True)), Skip.objects.count()) == ({one.pk for one in people}, 0)


@pytest.mark.django_db
def test_a_share_of_the_events_is_drawn_by_the_number_of_the_lot(survey_owner):
    after(survey_owner, audience=Audience(sample=Sample(percent=40, seed=5)).as_json())
    told = []
    for _ in range(20):
        account = factories.account()
        for _ in range(2):
            factories.contact(account)
        told.append(event(account))
    run_schedules(noon("2026-11-22"))
    drawn = {one.account_id for one in told if is_drawn(40, 5, one.pk)}
    assert 0 < len(drawn) < 20
    assert Counter(Invitation.objects.values_list("contact__account", flat=True)) == dict.fromkeys(drawn, 2)
    assert Counter(HandledEvent.objects.values_list("reason", flat=True)) == {"": len(drawn), "Not drawn in the sample.": 20 - len(drawn)}


def test_three_workers_at_once_ask_about_each_event_once(transactional_db):
    owner = factories.user(role="survey_owner")
    after(owner)
    for _ in range(4):
        event(factories.contact().account)
    at_once(3, lambda: run_schedules(noon("2026-11-22")))
    assert (Distribution.objects.count(), HandledEvent.objects.count(), Invitation.objects.count()) == (1, 4, 4)


@pytest.mark.django_db
def test_events_wait_for_a_day_from_which_a_mail_can_go_before_it_closes(survey_owner, settings):
    settings.SENDING_HOURS, settings.WORKING_DAYS, settings.HOLIDAYS_OF = (8, 10), frozenset({6, 0, 1, 2, 3}), "IL"
    waits = after(survey_owner, days_open=1)
    event(factories.contact().account, "2026-11-24")
    for day in ("2026-11-26", "2026-11-27"):  # noon of Thursday, closing on Friday; and of Friday, closing on Saturday
        run_schedules(noon(day))
    assert (HandledEvent.objects.count(), Distribution.objects.count()) == (0, 0)
    run_schedules(noon("2026-11-28"))
    assert (HandledEvent.objects.get().reason, Distribution.objects.get().schedule) == ("", waits)
    assert Delivery.objects.get().not_before < Distribution.objects.get().closes_at


@pytest.mark.django_db
def test_events_wait_too_where_the_distribution_of_the_day_closes_earlier_than_the_schedule_has_it_now(survey_owner, settings):
    settings.SENDING_HOURS = (8, 10)
    waits, (first, second) = after(survey_owner, days_open=1), (factories.contact() for _ in range(2))
    event(first.account, "2026-11-20")
    run_schedules(noon("2026-11-22"))
    Distribution.objects.update(closes_at=noon("2026-11-22"))
    Schedule.objects.filter(pk=waits.pk).update(days_open=14)
    event(second.account, "2026-11-20")
    run_schedules(noon("2026-11-22"))
    assert Invitation.objects.count() == 1
    run_schedules(noon("2026-11-23"))
    assert Invitation.objects.count() == 2
