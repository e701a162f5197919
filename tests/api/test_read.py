"""Reading by the API: the same rows as on the pages, whole, filtered and paged."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient
from rest_framework.throttling import SimpleRateThrottle

from analytics.text.score import score_waiting
from tests import factories

pytestmark = pytest.mark.django_db
LISTS = ["accounts", "contacts", "opportunities", "revenue", "responses", "sentiments"]


def make(account, survey=None):
    """One row for every list, all of one account."""
    person = factories.contact(account)
    factories.opportunity(account, representative=factories.representative(), campaign=factories.campaign())
    factories.revenue(account)
    factories.response(contact=person, comment="Excellent service", survey=survey)
    score_waiting()


def rows(client, name, **query):
    response = client.get(f"/api/{name}/", query)
    assert response.status_code == 200, response.content
    return response.json()["results"]


@pytest.mark.parametrize("name", LISTS)
class TestEveryList:
    def test_without_a_token(self, name):
        response = APIClient().get(f"/api/{name}/")
        assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Token")

    def test_with_a_wrong_token(self, name):
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION="Token " + "0" * 64)
        assert client.get(f"/api/{name}/").status_code == 401

    def test_of_a_user_who_was_switched_off(self, api, account_manager, name):
        client = api(account_manager)
        account_manager.is_active = False
        account_manager.save()
        assert client.get(f"/api/{name}/").status_code == 401

    def test_with_a_session(self, login, leadership, name):
        make(factories.account())
        assert len(rows(login(leadership), name)) == 1

    def test_own_accounts_only(self, api, account_manager, leadership, name):
        make(factories.account(account_manager=account_manager))
        make(factories.account())
        mine, everything = rows(api(account_manager), name), rows(api(leadership), name)
        assert (len(mine), len(everything)) == (1, 2)
        others = [row for row in everything if row["id"] not in {one["id"] for one in mine}]
        statuses = [api(account_manager).get(f"/api/{name}/{row['id']}/").status_code for row in (*mine, *others)]
        assert statuses == [200, 404]

    def test_single_row_equals_the_row_of_the_list(self, api, leadership, name):
        make(factories.account())
        client = api(leadership)
        [row] = rows(client, name)
        assert client.get(f"/api/{name}/{row['id']}/").json() == row

    def test_pages(self, api, leadership, name):
        survey = factories.survey()
        for _ in range(3):
            make(factories.account(), survey)
        client = api(leadership)
        first = client.get(f"/api/{name}/", {"page_size": 2}).json()
        second = client.get(first["next"]).json()
        assert (first["count"], len(first["results"]), len(second["results"]), second["next"]) == (3, 2, 1, None)
        assert client.get(f"/api/{name}/", {"page": 9}).status_code == 404

    def test_the_number_of_queries_does_not_grow_with_the_rows(self, api, leadership, name):
        survey = factories.survey()
        make(factories.account(segment=factories.segment()), survey)
        client = api(leadership)
        with CaptureQueriesContext(connection) as one:
            rows(client, name)
        for _ in range(2):
            make(factories.account(segment=factories.segment()), survey)
        with CaptureQueriesContext(connection) as three:
            assert len(rows(client, name)) == 3
        assert len(three) == len(one)

    def test_reading_is_all_that_a_list_takes(self, api, administrator, name):
        make(factories.account())
        client = api(administrator)
        [row] = rows(client, name)
        address = f"/api/{name}/{row['id']}/"
        statuses = [client.post(f"/api/{name}/", {}, format="json"), client.put(address), client.patch(address), client.delete(address)]
        created = 400 if name == "responses" else 405  # a program may bring some; an empty one says what is missing
        assert [response.status_code for response in statuses] == [created, 405, 405, 405]


class TestSameRowsAsThePages:
    @pytest.mark.parametrize("name", ["opportunities", "revenue"])
    @pytest.mark.parametrize("role", ["account_manager", "team_lead", "sales", "leadership", "survey_owner"])
    def test_sales(self, api, login, name, role):
        user = factories.user(role=role, team=None)
        representative = factories.representative(user=user)
        make(factories.account(account_manager=user))
        make(factories.account(sales_representative=representative))
        make(factories.account())
        factories.opportunity(representative=representative)
        page = login(user).get(reverse(f"sales:{name}")).context["object_list"]
        assert {row["id"] for row in rows(api(user), name)} == {row.pk for row in page}

    @pytest.mark.parametrize(
        ("name", "view"),
        [("accounts", "customers:accounts"), ("contacts", "customers:contacts"), ("responses", "reports:feedback")],
    )
    @pytest.mark.parametrize(
        ("role", "seen"),
        [("account_manager", 1), ("team_lead", 2), ("sales", 1), ("leadership", 4), ("survey_owner", 4), ("administrator", 4)],
    )
    def test_customers_and_feedback(self, api, login, name, view, role, seen):
        team = factories.team()
        user, colleague = factories.user(role=role, team=team), factories.user(team=team)
        own = {"sales_representative": factories.representative(user=user)} if role == "sales" else {"account_manager": user}
        for fields in (own, {"account_manager": colleague}, {"sales_representative": factories.representative()}, {}):
            make(factories.account(**fields))
        page = login(user).get(reverse(view)).context["page_obj"].object_list
        found = rows(api(user), name)
        assert {row["id"] for row in found} == {row.pk for row in page}
        assert len(found) == seen


class TestWhatARowHolds:
    def test_account(self, api, administrator, account_manager):
        segment, seller = factories.segment("Retail"), factories.representative(external_id="R1")
        account = factories.account(
            external_id="A1",
            name="<b>Acme</b>",
            segment=segment,
            region="North",
            account_manager=account_manager,
            sales_representative=seller,
            attributes={"tier": "gold"},
        )
        [row] = rows(api(administrator), "accounts")
        assert datetime.fromisoformat(row.pop("created_at")) == account.created_at
        assert row == {
            "id": account.pk,
            "external_id": "A1",
            "name": "<b>Acme</b>",
            "segment": "Retail",
            "region": "North",
            "industry": "",
            "account_manager": account_manager.email,
            "sales_representative": "R1",
            "currency": "ILS",
            "attributes": {"tier": "gold"},
            "is_key": False,
            "ended_on": None,
            "is_simulated": False,
        }

    def test_money_keeps_its_cents(self, api, administrator):
        factories.revenue(factories.account(), "12.30", cost=Decimal("0.10"))
        [row] = rows(api(administrator), "revenue")
        assert (row["amount"], row["cost"], row["currency"], row["recognised_on"]) == ("12.30", "0.10", "ILS", "2026-01-15")

    def test_response_keeps_the_account_as_it_was(self, api, administrator):
        account = factories.account(segment=factories.segment("Before"), region="North")
        response = factories.response(account, score=3, comment="Slow", at=datetime(2026, 1, 1, tzinfo=UTC))
        account.segment, account.region = factories.segment("After"), "South"
        account.save()
        [row] = rows(api(administrator), "responses")
        assert {key: row[key] for key in ("survey", "version", "score", "score_type", "band", "segment", "region", "contact", "state")} == {
            "survey": response.survey.key,
            "version": 1,
            "score": 3,
            "score_type": "nps",
            "band": "detractor",
            "segment": "Before",
            "region": "North",
            "contact": None,
            "state": "complete",
        }
        assert [(answer["question_key"], answer["number"], answer["text"]) for answer in row["answers"]] == [
            ("score", 3, ""),
            ("comment", None, "Slow"),
        ]

    def test_sentiment(self, api, administrator):
        response = factories.response(comment="Serviço excelente", language="pt")
        score_waiting()
        [row] = rows(api(administrator), "sentiments")
        assert (row["response"], row["question_key"], row["account"], row["language"], row["label"], row["polarity"]) == (
            response.pk,
            "comment",
            response.account.external_id,
            "pt",
            "not_scored",
            None,
        )


class TestFilters:
    def test_accounts(self, api, administrator, account_manager):
        account = factories.account(
            name="Acme", segment=factories.segment("Retail"), region="North", industry="Toys", account_manager=account_manager
        )
        factories.account(name="Other")
        queries = [
            {"q": "acm"},
            {"external_id": account.external_id},
            {"segment": "Retail"},
            {"region": "North"},
            {"industry": "Toys"},
            {"account_manager": account_manager.email.upper()},
        ]
        client = api(administrator)
        assert [[row["id"] for row in rows(client, "accounts", **query)] for query in queries] == [[account.pk]] * len(queries)

    def test_opportunities(self, api, administrator):
        row = factories.opportunity(factories.account(), closed_on=date(2026, 2, 1), representative=factories.representative())
        factories.opportunity(stage="lost", closed_on=date(2026, 1, 1))
        queries = [
            {"stage": "won"},
            {"closed_from": "2026-02-01"},
            {"account": row.account.external_id},
            {"representative": row.representative.external_id},
        ]
        client = api(administrator)
        assert [[found["id"] for found in rows(client, "opportunities", **query)] for query in queries] == [[row.pk]] * len(queries)

    def test_responses(self, api, administrator):
        row = factories.response(score=2, at=datetime(2026, 2, 1, tzinfo=UTC))
        factories.response(score=9, at=datetime(2026, 1, 1, tzinfo=UTC))
        queries = [
            {"band": "detractor"},
            {"survey": row.survey.key},
            {"account": row.account.external_id},
            {"completed_from": "2026-02-01T00:00:00Z"},
        ]
        client = api(administrator)
        assert [[found["id"] for found in rows(client, "responses", **query)] for query in queries] == [[row.pk]] * len(queries)

    def test_sentiments(self, api, administrator):
        factories.response(comment="Excellent service")
        factories.response(comment="Terrible service")
        score_waiting()
        assert [row["label"] for row in rows(api(administrator), "sentiments", label="negative")] == ["negative"]

    def test_a_filter_that_can_not_be_meant(self, api, administrator):
        response = api(administrator).get("/api/opportunities/", {"stage": "maybe"})
        assert (response.status_code, list(response.json())) == (400, ["stage"])


def test_too_many_requests(api, administrator, monkeypatch):
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"user": "2/min", "upsert": "1/min"})
    client = api(administrator)
    assert [client.get("/api/accounts/").status_code for _ in range(3)] == [200, 200, 429]
