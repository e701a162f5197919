"""Nothing is sent but what the sender has looked at."""

from datetime import timedelta

import pytest
from django.utils import timezone

from surveys.distribution.audience import Audience
from surveys.distribution.sample import Sample
from surveys.models import Contact, Distribution, Invitation, Skip
from tests import factories
from tests.distribution.planning import seen, to

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(login, survey_owner):
    return login(survey_owner)


@pytest.fixture
def distribution(db):
    for _ in range(3):
        factories.contact()
    return factories.distribution(state="prepared", audience=Audience(sample=Sample(number=2)).as_json())


def confirmed(owner, distribution, looked):
    page = owner.post(to("confirm", distribution.pk), looked, follow=True)
    distribution.refresh_from_db()
    return [str(message) for message in page.context["messages"]], distribution.state, Invitation.objects.count()


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"audience": Audience(sample=Sample(number=3)).as_json()}, "audience"),
        ({"audience": Audience(sample=Sample(number=2, seed=4)).as_json()}, "audience"),
        ({"starts_at": timezone.now() + timedelta(days=1), "spread_days": 2}, "spread over days, first mails on"),
        ({"reminders": 3, "reminder_days": 2}, "automatic reminders, days before each reminder"),
        ({"closes_at": timezone.now() + timedelta(days=99)}, "closes at"),
    ],
)
def test_a_stale_page_does_not_send_what_a_colleague_has_changed(owner, distribution, changes, names):
    looked = seen(owner, distribution)
    Distribution.objects.update(**changes)
    words = f"Nobody was mailed: somebody has changed this distribution since you looked ({names}). Look again, and confirm."
    assert confirmed(owner, distribution, looked) == ([words], "prepared", 0)
    assert Skip.objects.count() == 0
    assert confirmed(owner, distribution, seen(owner, distribution))[1] == "confirmed"


def test_another_survey_or_version_is_called_the_survey(owner, distribution):
    looked, other = seen(owner, distribution), factories.survey()
    Distribution.objects.update(survey=other, version=other.published)
    assert "(survey)" in confirmed(owner, distribution, looked)[0][0]


def test_another_number_of_people_is_shown_before_it_is_mailed(owner, distribution):
    Distribution.objects.update(audience={})
    looked = seen(owner, distribution)
    factories.contact()
    words = "Nobody was mailed: 4 would be invited now, and 3 when you looked. Look again, and confirm."
    assert confirmed(owner, distribution, looked) == ([words], "prepared", 0)
    assert confirmed(owner, distribution, seen(owner, distribution))[1:] == ("confirmed", 4)


def test_another_number_of_skipped_people_is_no_reason(owner, distribution):
    looked = seen(owner, distribution)
    factories.contact(status="left")
    assert confirmed(owner, distribution, looked)[1:] == ("confirmed", 2)


def test_nobody_is_mailed_by_who_has_not_looked_or_at_another_one(owner, distribution):
    words = ["Nobody was mailed. Look below who will be, and confirm there."]
    other = factories.distribution(distribution.survey, state="prepared")
    for looked in ({}, {"invited": "2"}, {"seen": "x"}, seen(owner, other)):
        assert confirmed(owner, distribution, looked) == (words, "prepared", 0)


def test_an_audience_of_which_nobody_can_be_mailed_is_not_confirmed(owner, distribution):
    Contact.objects.update(status="left")
    words = ["Nobody was mailed: nobody in this audience can be mailed now."]
    assert confirmed(owner, distribution, seen(owner, distribution)) == (words, "prepared", 0)


def test_where_no_contact_fits_the_page_says_so_rather_than_point_to_an_empty_list(owner, distribution):
    Contact.objects.update(status="left")
    assert "the list says why" in owner.get(to("detail", distribution.pk)).content.decode()
    Contact.objects.all().delete()
    page = owner.get(to("detail", distribution.pk)).content.decode()
    assert "No contact fits these conditions." in page and "the list says why" not in page
