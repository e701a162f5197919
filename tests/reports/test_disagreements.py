"""Where score and text disagree: the list, its groups, a person's word, and the same rows everywhere."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.models import Dismissal
from analytics.text.judging.disagree import open_count
from analytics.text.judging.judge import judge
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/feedback/disagreements/"


@pytest.fixture
def manager():
    return factories.user()


@pytest.fixture
def account(manager):
    return factories.account(account_manager=manager)


@pytest.fixture
def survey():
    return factories.survey()


@pytest.fixture
def said(account, survey):
    """`said(score, label)`: a response of the manager's account whose text is read so."""
    return lambda score, label, **fields: factories.read_text(account, label, survey=survey, score=score, **fields).response


def shown(client, **query):
    return [response.pk for response in client.get(URL, query).context["page_obj"]]


def test_high_scores_with_angry_texts_and_low_ones_with_praise(login, manager, said):
    angry, praise = said(9, "negative"), said(3, "positive")
    for score, label in [(9, "positive"), (3, "negative"), (8, "negative"), (9, "mixed"), (2, "neutral"), (10, "not_scored")]:
        said(score, label)
    client = login(manager)
    assert shown(client) == [praise.pk, angry.pk]
    assert [shown(client, kind=kind) for kind in ("promoter", "detractor")] == [[angry.pk], [praise.pk]]


def test_less_clear_ones_are_a_group_of_their_own(login, manager, said):
    unsure = said(9, "negative", about={"confidence": 0.4})
    sure = said(9, "negative", about={"confidence": 0.9})
    two_sided = said(9, "negative")
    other = two_sided.answers.create(question_key="more", text="But I love it", updated_at=timezone.now())
    factories.sentiment(other, "positive")
    client = login(manager)
    assert [shown(client), shown(client, group="unclear")] == [[sure.pk], [two_sided.pk, unsure.pk]]
    judge(unsure.answers.get(question_key="comment"), "negative", manager)
    assert [shown(client), shown(client, group="unclear")] == [[sure.pk, unsure.pk], [two_sided.pk]]


def test_a_corrected_sentiment_leaves_the_list(login, manager, said):
    response = said(9, "negative")
    judge(response.answers.get(question_key="comment"), "positive", manager)
    assert (shown(login(manager)), open_count(manager)) == ([], 0)


def test_what_is_set_aside_changed_or_anonymous_is_not_listed(login, administrator, said):
    said(9, "negative", set_aside="too_fast")
    factories.read_text(None, "negative", survey=factories.survey(is_anonymous=True))
    changed = said(9, "negative")
    changed.answers.update(updated_at=timezone.now() + timedelta(minutes=1))
    assert shown(login(administrator)) == []


class TestDismissing:
    def test_both_are_right_and_undo(self, login, manager, said):
        response, client = said(9, "negative"), login(manager)
        answer = client.post(f"/feedback/{response.pk}/both-right/", {"next": f"{URL}?kind=promoter"})
        assert answer.headers["Location"] == f"{URL}?kind=promoter"
        assert [shown(client), shown(client, group="dismissed"), open_count(manager)] == [[], [response.pk], 0]
        assert Dismissal.objects.get().dismissed_by == manager
        client.post(f"/feedback/{response.pk}/both-right/undo/")
        assert [shown(client), Dismissal.objects.count()] == [[response.pk], 0]
        entries = LogEntry.objects.get_for_model(Dismissal).order_by("pk")
        assert [entry.get_action_display() for entry in entries] == ["create", "delete"]

    def test_in_place_with_undo_in_focus_or_with_a_message_that_has_it(self, login, manager, said):
        response, client = said(9, "negative"), login(manager)
        address, next_page = f"/feedback/{response.pk}/both-right/", {"next": f"{URL}?kind=promoter"}
        html = client.post(address, next_page, headers={"HX-Request": "true"}).content.decode()
        assert f'hx-post="{address}undo/"' in html and "autofocus>Undo</button>" in html and next_page["next"] in html
        html = client.post(f"{address}undo/", next_page, headers={"HX-Request": "true"}).content.decode()
        assert (f'hx-post="{address}"' in html, "autofocus>Both are right</button>" in html) == (True, True)
        html = client.post(address, next_page, follow=True).content.decode()
        assert f"{response.account}: both are right, you say." in html and f'<form method="post" action="{address}undo/">' in html

    def test_what_the_customer_corrects_afterwards_comes_back(self, login, manager, said):
        response, client = said(9, "negative"), login(manager)
        client.post(f"/feedback/{response.pk}/both-right/")
        response.answers.filter(question_key="score").update(number=10, updated_at=timezone.now() + timedelta(seconds=1))
        assert shown(client) == [response.pk]

    @pytest.mark.parametrize("undo", ["", "undo/"])
    def test_who_may(self, login, said, undo):
        response = said(9, "negative")
        Dismissal.objects.create(response=response)
        address = f"/feedback/{response.pk}/both-right/{undo}"
        statuses = [login(factories.user(role=role)).post(address).status_code for role in ("leadership", "sales", "account_manager")]
        assert (statuses, login(factories.user()).get(address).status_code) == ([403, 403, 404], 405)
        assert Dismissal.objects.get().dismissed_by is None

    def test_leadership_reads_without_buttons(self, login, leadership, said):
        said(9, "negative")
        html = login(leadership).get(URL).content.decode()
        assert ("High score, angry text" in html, "both-right" in html, "/judge/" in html) == (True, False, False)


def test_count_list_and_export_agree(login, manager, said):
    said(9, "negative", comment="=Bad", about={"confidence": 0.8, "words": [["bad", -0.75]]})
    said(2, "positive", comment="Good", at=datetime(2026, 1, 5, tzinfo=UTC))
    factories.read_text(label="negative")  # another manager's
    client = login(manager)
    assert (open_count(manager), len(shown(client))) == (2, 2)
    assert "2 responses where score and text disagree" in client.get("/feedback/").content.decode()
    exported = client.get(URL, {"export": "csv", "first": "2026-02-01"}).content.decode("utf-8-sig")
    rows = [(row["Score"], row["Text"], row["Confidence"], row["Words that decided"]) for row in csv.DictReader(StringIO(exported))]
    assert rows == [("9", "'=Bad", "0.8", "bad (-0.75)")]
    assert client.get(URL, {"export": "xlsx"}).content[:2] == b"PK"


def test_filters(login, manager, account, said):
    old, new = said(9, "negative", at=datetime(2026, 1, 5, tzinfo=UTC)), said(9, "negative")
    other = factories.read_text(factories.account(account_manager=manager), "negative").response
    client = login(manager)
    assert shown(client, last="2026-01-31") == [old.pk]
    assert shown(client, account=account.pk) == [new.pk, old.pk]
    assert shown(client, survey=other.survey_id) == [other.pk]
    assert shown(client, first="2026-02-01", last="2026-01-01") == []


def test_empty_and_nothing_found_say_so(login, manager):
    client = login(manager)
    assert "Score and text agree in every response" in client.get(URL).content.decode()
    assert "No response fits these filters" in client.get(URL, {"kind": "promoter"}).content.decode()


def test_the_number_of_queries_does_not_grow(login, manager, said):
    client = login(manager)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(URL)
        return len(captured)

    said(9, "negative")
    client.get(URL)
    one = queries()
    for score, label in [(9, "negative"), (1, "positive")]:
        judge(said(score, label).answers.get(question_key="comment"), label, manager)
    assert queries() == one
