"""Judging by the API, and what it tells of judgements."""

import pytest

from analytics.models import Judgement
from analytics.text.judging.judge import judge
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def answer(account_manager):
    about = {"confidence": 0.7, "words": [["great", 0.8]]}
    return factories.read_text(factories.account(account_manager=account_manager), about=about)


def address(answer):
    return f"/api/sentiments/{answer.sentiment.pk}/"


def test_a_row_tells_what_decided_and_who_judged(api, account_manager, answer):
    client = api(account_manager)
    fields = ("label", "engine_label", "confidence", "words", "is_judged", "judged_label")
    before = client.get(address(answer)).json()
    assert [before[field] for field in fields] == ["positive", "positive", 0.7, [["great", 0.8]], False, None]
    judge(answer, "not_scored", account_manager)
    after = client.get(address(answer)).json()
    assert [after[field] for field in fields] == ["not_scored", "positive", 0.7, [["great", 0.8]], True, "not_scored"]


def test_a_row_names_the_engines_of_all_parts(api, account_manager, answer):
    answer.sentiment.other_engines = "\nhe kesher-hebrew 2\npt  \n"
    answer.sentiment.save()
    told = api(account_manager).get(address(answer)).json()["other_engines"]
    assert [tuple(part.values()) for part in told] == [("he", "kesher-hebrew", "2"), ("pt", "", "")]


def test_judging_and_taking_back(api, account_manager, answer):
    client = api(account_manager)
    read_at = client.get(address(answer)).json()["text_updated_at"]
    done = client.post(f"{address(answer)}judge/", {"label": "negative", "text_updated_at": read_at}, format="json")
    assert (done.status_code, done.json()["label"], Judgement.objects.get().judged_by) == (200, "negative", account_manager)
    undone = client.delete(f"{address(answer)}judge/")
    assert (undone.status_code, undone.json()["label"], Judgement.objects.count()) == (200, "positive", 0)


def test_what_is_wrong_is_told(api, account_manager, answer):
    client = api(account_manager)
    stale = client.post(f"{address(answer)}judge/", {"label": "negative", "text_updated_at": "2020-01-01T00:00:00Z"}, format="json")
    assert (stale.status_code, list(stale.json())) == (400, ["text_updated_at"])
    assert client.post(f"{address(answer)}judge/", {"label": "great"}, format="json").json().keys() == {"label", "text_updated_at"}
    assert Judgement.objects.count() == 0


def test_who_may(api, leadership, answer):
    body = {"label": "negative", "text_updated_at": answer.updated_at.isoformat()}
    of_others = factories.user()
    statuses = [api(user).post(f"{address(answer)}judge/", body, format="json").status_code for user in (leadership, of_others)]
    assert (statuses, Judgement.objects.count()) == ([403, 404], 0)


def test_filters(api, account_manager, answer):
    disagreeing = factories.read_text(answer.response.account, "negative", score=10)
    client = api(account_manager)

    def found(**query):
        return [row["answer"] for row in client.get("/api/sentiments/", query).json()["results"]]

    assert [found(disagrees="true"), found(disagrees="false")] == [[disagreeing.pk], [answer.pk]]
    judgement = judge(disagreeing, "negative", account_manager)
    assert found(judged_since=judgement.judged_at.isoformat()) == [disagreeing.pk]
