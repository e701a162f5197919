"""How often the pages of a respondent ask the database: it is what bounds how many people can answer at once."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from surveys.authoring.frozen import frozen_version
from surveys.distribution.tokens import answer_token
from surveys.models import Answer, Correction, Delivery, SurveyVersion
from tests import factories

pytestmark = pytest.mark.django_db
OF_A_TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT")
MOST_AT_OPEN, MOST_AT_SUBMIT = 5, 8  # docs/surveys.md promises them
OF_A_VERSION = 2  # once in each process
OF_A_LOOK = 1  # once a minute in each process


def queries(ask, status):
    """How many queries a request needs, without what only begins and ends transactions."""
    with CaptureQueriesContext(connection) as captured:
        assert ask().status_code == status
    return sum(not query["sql"].startswith(OF_A_TRANSACTION) for query in captured)


@pytest.fixture
def invitation(account_manager):
    account = factories.account(
        segment=factories.segment(), account_manager=account_manager, sales_representative=factories.representative()
    )
    return factories.invitation(contact=factories.contact(account))


def test_the_personal_link(client, invitation):
    sent = Delivery.objects.create(invitation=invitation, state="sent", sent_at=timezone.now())
    waiting = Delivery.objects.create(invitation=invitation, state="queued", number=1)
    address = reverse("collection:answer", args=[answer_token(invitation)])
    client.get(address)
    assert {
        "open": queries(lambda: client.get(f"{address}?score=9"), 200),
        "score": queries(lambda: client.post(address, {"page": "1", "q-score": "9"}), 302),
        "second page": queries(lambda: client.get(f"{address}?page=2"), 200),
        "comment": queries(lambda: client.post(address, {"page": "2", "q-reason": "price", "q-comment": "Fine"}), 302),
        "thanks": queries(lambda: client.get(address), 200),
        "correction": queries(lambda: client.post(address, {"page": "2", "q-reason": "service", "q-comment": "Fine"}), 302),
    } == {"open": 3, "score": 6, "second page": 2, "comment": 6, "thanks": 2, "correction": 7}
    assert (Answer.objects.count(), Correction.objects.count()) == (3, 1)
    # Rare, and beyond what is promised: what the answer was is remembered, and what others derived from it goes too.
    assert queries(lambda: client.post(address, {"page": "2", "q-reason": "price", "q-comment": ""}), 302) == 14
    assert (Answer.objects.count(), Correction.objects.count()) == (2, 3)
    assert dict(Delivery.objects.values_list("pk", "state")) == {sent.pk: "sent", waiting.pk: "cancelled"}


def test_a_process_that_knows_no_survey_yet_reads_it_first(client, invitation):
    address = reverse("collection:answer", args=[answer_token(invitation)])
    assert queries(lambda: client.get(f"{address}?score=9"), 200) - OF_A_LOOK == 3 + OF_A_VERSION <= MOST_AT_OPEN
    assert queries(lambda: client.get(address), 200) == 3
    frozen_version.cache_clear()
    assert queries(lambda: client.post(address, {"page": "1", "q-score": "9"}), 302) == 6 + OF_A_VERSION <= MOST_AT_SUBMIT


def test_the_public_link(client):
    link = factories.link(account=factories.account(segment=factories.segment()))
    first = reverse("collection:link", args=[link.token])
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        opened = client.get(first).context["opened"]
        opening = queries(lambda: client.get(first), 200)
    with time_machine.travel(now + timedelta(seconds=10), tick=False):
        submit = queries(lambda: client.post(first, {"page": "1", "q-score": "9", "opened": opened}), 302)
        response = link.responses.get()
        second = reverse("collection:link_response", args=[link.token, response.reference])
        second_page = queries(lambda: client.get(f"{second}?page=2"), 200)
        comment = queries(lambda: client.post(second, {"page": "2", "q-comment": "Fine"}), 302)
    assert {"open": opening, "score": submit, "second page": second_page, "comment": comment} == {
        "open": 1,
        "score": 4,
        "second page": 3,
        "comment": 7,
    }
    assert dict(response.answers.values_list("question_key", "text")) == {"score": "", "comment": "Fine"}


class TestKeptVersions:
    def test_a_version_is_read_once(self, django_assert_num_queries):
        pk = factories.survey().published.pk
        frozen_version(pk)
        with django_assert_num_queries(0):
            version = frozen_version(pk)
            assert [question.key for question in version.questions.all()] == ["score", "reason", "comment"]
            assert (version.survey.is_anonymous, version.headline.key) == (False, "score")

    def test_a_draft_is_not_kept(self):
        draft = factories.survey(published=False).draft
        with pytest.raises(SurveyVersion.DoesNotExist):
            frozen_version(draft.pk)
        SurveyVersion.objects.filter(pk=draft.pk).update(state="published")
        assert frozen_version(draft.pk) == draft


@pytest.mark.parametrize("way", ["invitation", "link"])
def test_the_last_page_of_an_anonymous_survey(client, way):
    survey = factories.survey(is_anonymous=True)
    if way == "link":
        address = reverse("collection:link", args=[factories.link(survey).token])
    else:
        address = reverse("collection:answer", args=[answer_token(factories.invitation(factories.distribution(survey)))])
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        first = client.get(address).context["opened"]
        second = client.post(address, {"page": "1", "q-score": "9", "opened": first})
    last = {"page": "2", "q-comment": "Fine", "opened": first, "so_far": second.context["so_far"]}
    with time_machine.travel(now + timedelta(seconds=10), tick=False):
        assert queries(lambda: client.post(address, last), 200) <= MOST_AT_SUBMIT
    assert Answer.objects.count() == 2
