"""The words for how a distribution stands: its mails beside its people, stopped, discarded before anybody was mailed."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from surveys.distribution.distribution_time_line import distribution_time_line
from surveys.models import Delivery, Distribution
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(login, survey_owner):
    return login(survey_owner)


def stopped(owner, **fields):
    """The message, and the page, in words."""
    distribution = factories.distribution(**fields)
    Delivery.objects.create(invitation=factories.invitation(distribution), state="sent", sent_at=timezone.now())
    page = owner.post(reverse("distribution:stop", args=[distribution.pk]), follow=True)
    return [str(message) for message in page.context["messages"]], words(page), Distribution.objects.get()


def words(page):
    """Without what a filter offers."""
    content = re.sub(r"<option.*?</option>", "", page.content.decode())
    return re.sub(r"<[^>]+>|\s+", " ", content[content.index("<main") : content.index("</main")])


def test_a_stopped_distribution_says_so_everywhere(owner):
    said, page, distribution = stopped(owner, confirmed_at=timezone.now())
    assert said == ["Stopped. What was waiting is not sent."]
    assert ("Stopped" in page, "nobody can answer any more" in page, page.count("Did not answer")) == (True, True, 2)
    assert [word for word in ("Cancelled", "open until", "Silent") if word in page] == []
    assert str(distribution_time_line(distribution)[-1].text) == "Stopped"
    assert "Stopped" in words(owner.get(reverse("distribution:list")))


def test_the_states_are_named_as_those_of_mails_beside_the_number_of_people(owner):
    distribution = factories.distribution()
    for _person in range(2):
        invitation = factories.invitation(distribution)
        for number in range(2):
            Delivery.objects.create(invitation=invitation, number=number, state="sent", sent_at=timezone.now())
    assert "4 mails to 2 people: Sent 4" in re.sub(" +", " ", words(owner.get(reverse("distribution:detail", args=[distribution.pk]))))


def test_what_was_discarded_is_not_called_stopped(owner):
    said, page, distribution = stopped(owner, state="prepared")
    assert said == ["Discarded. Nobody was mailed."]
    assert ("Discarded" in page, "nobody was mailed" in page, "open until" in page) == (True, True, False)
    assert str(distribution_time_line(distribution)[-1].text) == "Discarded"
