"""Confirming makes invitations exactly once; stopping stops what waits."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from surveys.distribution.audience import Audience, ListLost
from surveys.distribution.confirm import confirm, stop
from surveys.models import Delivery, Distribution, ExclusionList, Invitation, Skip
from tests import factories
from tests.distribution.at_once import at_once
from tests.distribution.planning import seen


def prepared(**fields):
    return factories.distribution(state="prepared", **fields)


def test_confirming_invites_those_who_fit_and_notes_the_skipped(survey_owner):
    invited, left = factories.contact(language="he"), factories.contact(status="left")
    distribution = prepared()
    assert confirm(distribution, survey_owner, timezone.now()) is True
    assert distribution.state == "confirmed"
    assert list(distribution.invitations.values_list("contact", "language")) == [(invited.pk, "he")]
    assert list(Delivery.objects.values_list("invitation__contact", "number", "state")) == [(invited.pk, 0, "queued")]
    assert list(Skip.objects.values_list("contact", "reason")) == [(left.pk, "left")]


def test_the_number_of_queries_does_not_grow_with_the_audience(survey_owner, django_assert_max_num_queries):
    for _ in range(30):
        factories.contact()
    distribution = prepared()
    with django_assert_max_num_queries(20):
        confirm(distribution, survey_owner, timezone.now())
    assert Invitation.objects.count() == 30


def test_a_second_click_changes_nothing(survey_owner):
    factories.contact()
    distribution = prepared()
    confirm(distribution, survey_owner, timezone.now())
    assert confirm(distribution, survey_owner, timezone.now()) is False
    assert Invitation.objects.count() == 1


def test_after_the_closing_date_nobody_is_invited(survey_owner):
    factories.contact()
    distribution = prepared(closes_at=timezone.now() - timedelta(seconds=1))
    assert confirm(distribution, survey_owner, timezone.now()) is False
    assert Invitation.objects.count() == 0


def test_a_stopped_distribution_can_not_be_confirmed(survey_owner):
    factories.contact()
    distribution = prepared()
    stop(distribution, survey_owner)
    assert confirm(distribution, survey_owner, timezone.now()) is False
    assert Invitation.objects.count() == 0


def test_nobody_is_invited_where_an_exclusion_list_is_gone(survey_owner):
    factories.contact()
    rivals = ExclusionList.objects.create(name="Rivals")
    distribution = prepared(audience=Audience(exclusion_lists=(rivals.pk,)).as_json())
    rivals.delete()
    with pytest.raises(ListLost):
        confirm(distribution, survey_owner, timezone.now())
    distribution.refresh_from_db()
    assert (distribution.state, Invitation.objects.count(), Skip.objects.count()) == ("prepared", 0, 0)


def test_the_page_says_that_an_exclusion_list_is_gone_until_somebody_has_looked(login, survey_owner):
    owner = login(survey_owner)
    factories.contact()
    rivals = ExclusionList.objects.create(name="Rivals")
    distribution = prepared(audience=Audience(exclusion_lists=(rivals.pk,)).as_json())
    page, edit, click = (reverse(f"distribution:{name}", args=[distribution.pk]) for name in ("detail", "edit", "confirm"))
    assert click in owner.get(page).content.decode()
    looked = seen(owner, distribution)
    rivals.delete()
    for shown in (owner.get(page), owner.post(click, looked, follow=True)):
        assert "was deleted, so that nothing is sent." in shown.content.decode()
        assert click not in shown.content.decode()
        assert shown.context["conditions"] == [("Left out", "a deleted list")]
    assert "Who stood on it would be mailed" in owner.get(edit).content.decode()
    plan = {
        "name": "Again",
        "survey": distribution.survey_id,
        "closes_on": (timezone.localdate() + timedelta(days=9)).isoformat(),
        "spread_days": 1,
        "reminders": 0,
        "reminder_days": 3,
    }
    owner.post(edit, plan)
    assert "Who stood on it" not in owner.get(edit).content.decode()
    owner.post(click, seen(owner, distribution))
    assert Invitation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_at_the_same_moment_make_one_set_of_invitations():
    user = factories.user(role="survey_owner")
    for _ in range(20):
        factories.contact()
    distribution = prepared()

    def click():
        return confirm(Distribution.objects.get(pk=distribution.pk), user, timezone.now())

    outcomes = at_once(3, click)
    assert sorted(outcomes) == [False, False, True]
    assert (Invitation.objects.count(), Delivery.objects.count()) == (20, 20)


@pytest.mark.django_db(transaction=True)
def test_two_distributions_to_the_same_people_at_once_mail_each_person_once():
    user = factories.user(role="survey_owner")
    for _ in range(50):
        factories.contact()
    waiting = [prepared(), prepared()]

    def click():
        return confirm(Distribution.objects.get(pk=waiting.pop().pk), user, timezone.now())

    assert at_once(2, click) == [True, True]
    assert (Delivery.objects.count(), Skip.objects.filter(reason="asked_recently").count()) == (50, 50)


def test_stopping_cancels_what_waits_and_leaves_what_was_sent(survey_owner):
    distribution = factories.distribution()
    for state in ("queued", "deferred", "sent", "sending"):
        Delivery.objects.create(invitation=factories.invitation(distribution), state=state)
    assert stop(distribution, survey_owner) is True
    assert list(Delivery.objects.order_by("pk").values_list("state", flat=True)) == ["cancelled", "cancelled", "sent", "sending"]
    assert stop(distribution, survey_owner) is False
