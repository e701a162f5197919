"""One response for each invitation, whatever happens at once; the account kept as it was."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from surveys.collection import submit
from surveys.collection.ways import Invited
from surveys.distribution.tokens import answer_token
from surveys.models import Answer, Correction, Response
from tests import factories


def answered(invitation, **answers):
    return Invited(invitation).take(answers, timezone.now(), False, "en")


@pytest.mark.django_db
class TestStartResponse:
    def test_the_account_is_kept_as_it_was(self, account_manager):
        segment, representative = factories.segment(), factories.representative()
        account = factories.account(segment=segment, region="North", account_manager=account_manager, sales_representative=representative)
        invitation = factories.invitation(contact=factories.contact(account))
        response = answered(invitation, score=9)
        account.segment, account.region, account.account_manager, account.sales_representative = None, "South", None, None
        account.save()
        response.refresh_from_db()
        assert (response.segment, response.region) == (segment, "North")
        assert (response.account_manager, response.sales_representative) == (account_manager, representative)
        assert (response.account, response.contact, response.version) == (account, invitation.contact, invitation.distribution.version)

    def test_begun_by_another_request_at_the_same_time_it_is_gone_on_with(self):
        invitation = factories.invitation()
        late = Invited(invitation)
        first = answered(invitation, score=9)
        assert late.take({"comment": "Fine"}, timezone.now() + timedelta(hours=1), True, "en") == first
        stored = Response.objects.get()
        assert (stored.started_at, stored.score) == (first.started_at, 9)
        assert set(stored.answers.values_list("question_key", flat=True)) == {"score", "comment"}

    def test_asked_at_is_when_the_first_mail_went_out(self):
        invitation = factories.invitation()
        sent = timezone.now() - timedelta(days=3)
        invitation.deliveries.create(number=0, state="sent", sent_at=sent)
        invitation.deliveries.create(number=1, state="sent", sent_at=timezone.now())
        assert answered(invitation, score=9).asked_at == sent

    def test_closed_is_closed(self):
        invitation = factories.invitation()
        with pytest.raises(submit.Closed):
            Invited(invitation).take({"score": 9}, invitation.distribution.closes_at, True, "en")
        assert Response.objects.count() == 0


@pytest.mark.django_db
class TestSaveAnswers:
    @pytest.mark.parametrize(
        "answers",
        [
            {"score": 11},
            {"score": "9"},
            {"score": True},
            {"reason": "weather"},
            {"reason": ["price"]},
            {"comment": "x" * 10_001},
            {"salary": 1},
        ],
    )
    def test_what_the_version_does_not_know_is_refused_whole(self, answers):
        invitation = factories.invitation()
        with pytest.raises(ValidationError):
            answered(invitation, **{"comment": "Fine", **answers})
        assert (Response.objects.count(), Answer.objects.count()) == (0, 0)

    def test_an_unchanged_answer_keeps_its_time(self):
        first = timezone.now()
        response = Invited(factories.invitation()).take({"score": 9, "comment": "Fine"}, first, True, "en")
        later = first + timedelta(hours=1)
        submit.save_answers(response, {"score": 9, "comment": "Better"}, later, finished=True)
        assert dict(Answer.objects.values_list("question_key", "updated_at")) == {"score": first, "comment": later}

    def test_an_empty_answer_removes_the_former_one(self):
        response = answered(factories.invitation(), score=0, comment="Bad")
        submit.save_answers(response, {"comment": " "}, timezone.now(), finished=False)
        assert list(Answer.objects.values_list("question_key", "number")) == [("score", 0)]

    def test_without_a_required_answer_it_stays_partial(self):
        response = Invited(factories.invitation()).take({"comment": "Hi"}, timezone.now(), True, "en")
        assert response.state == "partial"
        assert submit.save_answers(response, {"score": 9}, timezone.now(), finished=True).state == "complete"


@pytest.mark.django_db(transaction=True)
def test_the_same_form_posted_twice_at_once_is_one_response():
    invitation = factories.invitation()
    address = reverse("collection:answer", args=[answer_token(invitation)])
    together, statuses = threading.Barrier(4), []

    def post():
        together.wait()
        try:
            statuses.append(Client().post(address, {"page": "1", "q-score": "9"}).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [302, 302, 302, 302]
    assert Response.objects.count() == 1
    assert list(Answer.objects.values_list("question_key", "number")) == [("score", 9)]


@pytest.mark.django_db
class TestCorrections:
    """What the respondent changes after the response was complete is remembered as it was."""

    @pytest.fixture
    def invitation(self):
        return factories.invitation()

    def test_each_change_keeps_what_was_there(self, invitation):
        first, later = timezone.now(), timezone.now() + timedelta(hours=1)
        response = Invited(invitation).take({"score": 9, "comment": "Good"}, first, True, "en")
        Invited(invitation).take({"score": 3, "comment": "Good"}, later, True, "en")
        Invited(invitation).take({"comment": ""}, later, True, "en")
        kept = [(one.question_key, one.before["number"], one.before["text"], one.answered_at) for one in Correction.objects.all()]
        assert kept == [("score", 9, "", first), ("comment", None, "Good", first)]
        assert {answer.question_key: answer.number for answer in response.answers.all()} == {"score": 3}

    def test_before_it_is_complete_nobody_has_read_it(self, invitation):
        now = timezone.now()
        Invited(invitation).take({"comment": "Goo"}, now, False, "en")
        Invited(invitation).take({"comment": "Good", "score": 9}, now, False, "en")
        assert Correction.objects.count() == 0

    def test_the_same_answer_again_is_no_correction(self, invitation):
        for _ in range(2):
            Invited(invitation).take({"score": 9, "reason": "price"}, timezone.now(), True, "en")
        assert Correction.objects.count() == 0
