"""What customers said, to whom it may concern."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analytics.models import MoneyQuarter, Sentiment
from surveys.models import Handling
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/feedback/"


def shown(client, **query):
    return [response.pk for response in client.get(URL, query).context["page_obj"]]


@pytest.fixture
def manager():
    return factories.user()


@pytest.fixture
def account(manager):
    return factories.account(account_manager=manager, segment=factories.segment("Retail"), region="North")


def sentiment(response, label, polarity=None):
    answer = response.answers.exclude(text="").get()
    said = {"label": label, "engine_label": label, "polarity": polarity, "language": "en", "engine": "TextBlob"}
    return Sentiment.objects.create(answer=answer, answer_updated_at=answer.updated_at, **said)


def test_a_manager_sees_the_responses_of_own_accounts_only(login, manager, account):
    own = factories.response(account)
    factories.response()
    assert shown(login(manager)) == [own.pk]


def test_a_partial_response_is_shown_and_marked(login, manager, account):
    partial = factories.response(account, state="partial", completed_at=None)
    page = login(manager).get(URL)
    assert [response.pk for response in page.context["page_obj"]] == [partial.pk]
    assert "Partly answered</span>" in page.content.decode()


def test_a_low_score_is_marked_in_words_and_can_be_handled(login, manager, account):
    low = factories.response(account, score=2)
    html = login(manager).get(URL).content.decode()
    assert html.count("Low score</span>") == 1
    assert f'action="{reverse("followup:handle", args=[low.pk])}"' in html


def test_leadership_reads_but_does_not_handle(login, leadership, account):
    low = factories.response(account, score=2)
    assert f'action="{reverse("followup:handle", args=[low.pk])}"' not in login(leadership).get(URL).content.decode()


def test_a_handled_response_shows_its_note(login, manager, account):
    low = factories.response(account, score=2)
    Handling.objects.create(response=low, note="Called <them>", handled_by=manager)
    html = login(manager).get(URL).content.decode()
    assert "Called &lt;them&gt;" in html and "Mark as handled" not in html


def test_every_text_carries_its_sentiment_or_says_that_there_is_none(login, manager, account):
    sentiment(factories.response(account, comment="Bad"), "negative", -0.5)
    sentiment(factories.response(account, comment="רע"), "not_scored")
    factories.response(account, comment="New")
    html = login(manager).get(URL).content.decode()
    assert [html.count(f'data-sentiment="{label}"') for label in ("negative", "not_scored", "waiting")] == [1, 1, 1]


def test_html_in_a_comment_is_shown_as_text(login, manager, account):
    factories.response(account, comment="<script>alert(1)</script>")
    assert "&lt;script&gt;alert(1)" in login(manager).get(URL).content.decode()


@time_machine.travel("2026-05-10", tick=False)
def test_revenue_is_that_of_the_last_four_full_quarters(login, manager, account):
    for quarter, revenue in [(date(2025, 1, 1), 1), (date(2025, 4, 1), 20), (date(2026, 1, 1), 300), (date(2026, 4, 1), 4000)]:
        MoneyQuarter.objects.create(account=account, quarter=quarter, revenue=revenue)
    factories.response(account)
    assert [response.trailing_revenue for response in login(manager).get(URL).context["page_obj"]] == [Decimal(320)]


class TestOrder:
    @pytest.fixture
    def three(self, manager, account):
        rich = factories.account(account_manager=manager)
        MoneyQuarter.objects.create(account=rich, quarter=date(2026, 1, 1), revenue=1000)
        scores = [(account, 9, 1), (account, 3, 2), (rich, 6, 3)]
        return [factories.response(of, score=score, at=datetime(2026, 3, day, tzinfo=UTC)).pk for of, score, day in scores]

    @pytest.mark.parametrize(
        ("order", "places"),
        [("", [2, 1, 0]), ("newest", [2, 1, 0]), ("worst", [1, 2, 0]), ("revenue", [2, 1, 0]), ("worst_revenue", [2, 1, 0])],
    )
    @time_machine.travel("2026-05-10", tick=False)
    def test_orders(self, login, manager, three, order, places):
        assert shown(login(manager), order=order) == [three[place] for place in places]


class TestFilters:
    def test_by_band_and_no_score(self, login, manager, account):
        low, none = factories.response(account, score=1), factories.response(account, score=9)
        none.score, none.band = None, ""
        none.save()
        client = login(manager)
        assert [shown(client, band="detractor"), shown(client, band="none")] == [[low.pk], [none.pk]]

    def test_by_survey_segment_region_and_account(self, login, manager, account):
        one = factories.response(account)
        factories.response(factories.account(account_manager=manager))
        client = login(manager)
        queries = [{"survey": one.survey_id}, {"segment": account.segment_id}, {"region": "North"}, {"account": account.pk}]
        assert [shown(client, **query) for query in queries] == [[one.pk]] * 4

    def test_a_day_is_a_day_of_the_organisation(self, login, manager, account, settings):
        settings.TIME_ZONE = "Asia/Jerusalem"
        late = factories.response(account, at=datetime(2026, 1, 1, 22, 30, tzinfo=UTC))  # 2 January in Jerusalem
        client = login(manager)
        assert shown(client, first="2026-01-02", last="2026-01-02") == [late.pk]
        assert shown(client, last="2026-01-01") == []

    def test_by_sentiment(self, login, manager, account):
        scored, waiting = factories.response(account, comment="Fine"), factories.response(account, comment="So")
        sentiment(scored, "positive", 0.5)
        client = login(manager)
        assert [shown(client, sentiment="positive"), shown(client, sentiment="waiting")] == [[scored.pk], [waiting.pk]]

    def test_by_handling(self, login, manager, account):
        done, low, fine = (factories.response(account, score=score) for score in (1, 2, 10))
        Handling.objects.create(response=done, note="Done")
        client = login(manager)
        found = [sorted(shown(client, handled=value)) for value in ("yes", "no", "open")]
        assert found == [[done.pk], [low.pk, fine.pk], [low.pk]]

    def test_search_finds_texts_and_names(self, login, manager, account):
        by_text = factories.response(account, comment="The invoice was wrong")
        by_name = factories.response(factories.account(name="Acme", account_manager=manager))
        client = login(manager)
        assert [shown(client, search="INVOICE"), shown(client, search="acme")] == [[by_text.pk], [by_name.pk]]

    def test_another_managers_account_is_no_choice(self, login, manager):
        page = login(manager).get(URL, {"account": factories.account().pk})
        assert page.context["filter"].form.errors.keys() == {"account"}

    def test_nothing_found_differs_from_nothing_there(self, login, manager, account):
        client = login(manager)
        assert "No response yet" in client.get(URL).content.decode()
        factories.response(account)
        assert "No response fits these filters" in client.get(URL, {"band": "passive"}).content.decode()


def queries_of(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_number_of_queries_does_not_grow(login, manager, account):
    client = login(manager)
    contact = factories.contact(account)

    def add():
        response = factories.response(contact=contact, comment="Good", score=2)
        sentiment(response, "positive", 0.7)
        Handling.objects.create(response=response, note="Done", handled_by=manager)

    add()
    client.get(URL)
    one = queries_of(client, URL)
    add()
    add()
    assert queries_of(client, URL) == one


def test_the_export_holds_what_the_filters_leave(login, manager, account):
    factories.response(account, score=3, comment="=HYPERLINK(1)")
    factories.response(account, score=10)
    content = login(manager).get(URL, {"export": "csv", "band": "detractor"}).content.decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(content)))
    assert [(row["Score"], row["Text"]) for row in rows] == [("3", "'=HYPERLINK(1)")]


class TestOneResponse:
    def test_it_shows_all_answers_with_their_labels(self, login, manager, account):
        response = factories.response(account, comment="Good")
        response.answers.create(question_key="reason", choices=["price"], updated_at=response.started_at)
        html = login(manager).get(f"/feedback/{response.pk}/").content.decode()
        assert [text in html for text in ("score?", "comment?", "Price", "Good")] == [True] * 4

    def test_labels_are_in_the_readers_language(self, login, account):
        response = factories.response(account)
        response.answers.create(question_key="reason", choices=["price"], updated_at=response.started_at)
        html = login(factories.user(role="leadership", language="he")).get(f"/feedback/{response.pk}/").content.decode()
        assert [text in html for text in ("reason בעברית?", "מחיר")] == [True, True]

    def test_it_tells_the_account_then_from_the_account_now(self, login, manager, account):
        response = factories.response(account)
        account.region = "South"
        account.save()
        changes = {change.name: (change.then, change.now) for change in login(manager).get(f"/feedback/{response.pk}/").context["changes"]}
        assert changes["Region"] == ("North", "South")

    def test_the_time_line_runs_from_the_mail_to_the_handling(self, login, manager, account):
        contact = factories.contact(account)
        invitation = factories.invitation(contact=contact)
        invitation.deliveries.create(number=0, state="sent", sent_at=datetime(2026, 1, 1, tzinfo=UTC))
        response = factories.response(contact=contact, invitation=invitation, at=datetime(2026, 1, 2, tzinfo=UTC))
        Handling.objects.create(response=response, note="Done")
        events = login(manager).get(f"/feedback/{response.pk}/").context["events"]
        assert [event.what for event in events] == ["Asked", "Completed", "Handled"]

    def test_another_managers_response_is_not_found(self, login, manager):
        assert login(manager).get(f"/feedback/{factories.response().pk}/").status_code == 404

    def test_the_anonymous_are_asked_to_log_in(self, client, account):
        assert client.get(f"/feedback/{factories.response(account).pk}/").status_code == 302


def test_the_time_line_tells_what_was_corrected(login, manager, account):
    response = factories.response(account, score=3, contact=factories.contact(account))
    response.corrections.create(
        question_key="score",
        before={"number": 9, "text": "", "choices": [], "data": None},
        answered_at=response.started_at,
        corrected_at=response.started_at,
    )
    page = login(manager).get(f"/feedback/{response.pk}/").content.decode()
    assert "score? – before: 9 of 10" in page


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["first=0001-01-01", "last=9999-12-31", "first=9999-12-31", "last=0001-01-01"])
def test_the_ends_of_the_calendar_are_no_error(login, leadership, query):
    assert login(leadership).get(f"/feedback/?{query}").status_code == 200


def test_a_period_that_ends_before_it_begins_says_so(login, leadership):
    factories.response()
    client = login(leadership)
    page = client.get("/feedback/", {"first": "2026-02-01", "last": "2026-01-01"})
    assert (page.status_code, page.context["paginator"].count) == (200, 0)
    assert "This day lies before “From”" in page.content.decode()
