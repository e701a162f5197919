"""Bulk upsert by external id: all or nothing, with what is wrong by row and field."""

import json
from decimal import Decimal

import pytest
from auditlog.models import LogEntry
from rest_framework.test import APIClient

from analytics.models import Opportunity, RevenueEntry
from surveys.models import Account, Contact, Segment
from tests import factories

pytestmark = pytest.mark.django_db
KINDS = {"accounts": Account, "contacts": Contact, "opportunities": Opportunity, "revenue": RevenueEntry}


def good(name):
    """Two rows that are right."""
    account = factories.account()
    return {
        "accounts": [{"external_id": "A1", "name": "Acme"}, {"external_id": "A2", "name": "Bolt", "attributes.tier": "gold"}],
        "contacts": [{"email": f"{who}@example.com", "account": account.external_id} for who in ("a", "b")],
        "opportunities": [
            {"external_id": "O1", "account": account.external_id, "stage": "won", "value": 10.5, "closed_on": "2026-01-31"},
            {"external_id": "O2", "stage": "open", "value": None},
        ],
        "revenue": [
            {"external_id": key, "account": account.external_id, "amount": "99.90", "recognised_on": "2026-01-31"} for key in ("L1", "L2")
        ],
    }[name]


def upsert(client, name, rows, **options):
    return client.post(f"/api/{name}/upsert/", {"rows": rows, **options}, format="json")


@pytest.mark.parametrize("name", KINDS)
class TestEveryKind:
    def test_new_then_the_same_then_changed(self, api, administrator, name):
        client, rows = api(administrator), good(name)
        before = KINDS[name].objects.count()
        field = {"accounts": "region", "contacts": "role"}.get(name, "product")
        answers = [upsert(client, name, rows), upsert(client, name, rows), upsert(client, name, [{**rows[0], field: "new"}, rows[1]])]
        assert [(answer.status_code, answer.json()) for answer in answers] == [
            (200, {"created": 2, "updated": 0, "unchanged": 0}),
            (200, {"created": 0, "updated": 0, "unchanged": 2}),
            (200, {"created": 0, "updated": 1, "unchanged": 1}),
        ]
        assert KINDS[name].objects.count() == before + 2

    def test_what_is_read_can_be_sent_again(self, api, administrator, name):
        client, rows = api(administrator), good(name)
        upsert(client, name, rows)
        left_out = {"id", "created_at", "updated_at", "is_simulated", "attributes"}
        read = [{k: v for k, v in row.items() if k not in left_out} for row in client.get(f"/api/{name}/").json()["results"]]
        assert upsert(client, name, read).json() == {"created": 0, "updated": 0, "unchanged": len(read)}

    def test_one_wrong_row_and_nothing_is_written(self, api, administrator, name):
        rows = good(name)
        before = KINDS[name].objects.count()
        answer = upsert(api(administrator), name, [rows[0], {**rows[1], "nonsense": 1}])
        assert (answer.status_code, answer.json()) == (
            400,
            {"problems": [{"row": 2, "field": "nonsense", "value": "", "message": "Unknown field."}]},
        )
        assert KINDS[name].objects.count() == before

    def test_without_a_token(self, name):
        assert upsert(APIClient(), name, []).status_code == 401

    def test_roles_that_may_not(self, api, name):
        refused = {"accounts": ["account_manager", "team_lead", "leadership", "sales"], "contacts": ["leadership", "sales"]}.get(
            name, ["account_manager", "team_lead", "survey_owner", "sales"]
        )
        rows = good(name)
        assert [upsert(api(factories.user(role=role)), name, rows).status_code for role in refused] == [403] * len(refused)

    def test_by_get(self, api, administrator, name):
        assert api(administrator).get(f"/api/{name}/upsert/").status_code == 405

    @pytest.mark.parametrize("body", [{}, {"rows": []}, {"rows": None}, {"rows": "x"}, {"rows": [1]}, {"rows": [[]]}, [], "x", None])
    def test_no_rows(self, api, administrator, name, body):
        response = api(administrator).post(f"/api/{name}/upsert/", body, format="json")
        assert response.status_code == 400

    def test_too_many_rows(self, api, administrator, name):
        answer = upsert(api(administrator), name, [{"external_id": str(n)} for n in range(1001)])
        assert (answer.status_code, answer.json()) == (400, {"rows": ["Ensure this field has no more than 1000 elements."]})


class TestProblems:
    def test_each_is_named_by_row_and_field(self, api, administrator):
        account = factories.account().external_id
        rows = [
            {"external_id": "O1", "stage": "won", "closed_on": "31/01/2026"},
            {"external_id": "O2", "stage": "won"},
            {"external_id": "O3", "account": "nobody", "value": "12,5"},
            {"external_id": "O4", "account": account, "currency": "euros"},
            {"external_id": "O4", "stage": "open"},
            {"stage": "open"},
            {"external_id": "O5", "name": ["a", "list"]},
            {"external_id": "O6", "stage": "maybe"},
        ]
        shaped = upsert(api(administrator), "opportunities", rows).json()["problems"]
        assert [(problem["row"], problem["field"]) for problem in shaped] == [(6, "external_id"), (7, "name")]
        found = upsert(api(administrator), "opportunities", rows[:5] + rows[7:]).json()["problems"]
        assert sorted((problem["row"], problem["field"]) for problem in found) == [
            (1, "closed_on"),
            (2, "closed_on"),
            (3, "account"),
            (3, "value"),
            (4, "currency"),
            (5, "external_id"),
            (6, "stage"),
        ]
        assert all(problem["message"] for problem in found)
        assert not Opportunity.objects.exists()

    def test_a_new_account_needs_a_name(self, api, administrator):
        [problem] = upsert(api(administrator), "accounts", [{"external_id": "A1"}]).json()["problems"]
        assert (problem["row"], problem["field"]) == (1, "name")

    def test_missing_segments_are_made_only_when_asked(self, api, administrator):
        rows = [{"external_id": "A1", "name": "Acme", "segment": "New"}]
        refused = upsert(api(administrator), "accounts", rows)
        assert [(p["row"], p["field"]) for p in refused.json()["problems"]] == [(1, "segment")]
        assert upsert(api(administrator), "accounts", rows, create_missing_segments=True).json()["created"] == 1
        assert Account.objects.get().segment.name == "New"

    @pytest.mark.parametrize("text", ["a\u0000b", "x" * 5000, "<script>alert(1)</script>", "\u202eAcme", "😀"])
    def test_odd_texts_never_stop_the_server(self, api, administrator, text):
        row = {"external_id": "A1", "name": text, "region": text[:50], "attributes.x": text[:50]}
        answer = upsert(api(administrator), "accounts", [row])
        assert answer.status_code in (200, 400)
        if answer.status_code == 200:
            assert "\0" not in Account.objects.get().name

    @pytest.mark.parametrize("value", ["true", '"NaN"', '"1e999"', "Infinity", "-1", "1e20", '{"a": 1}'])
    def test_odd_numbers(self, api, administrator, value):
        body = f'{{"rows": [{{"external_id": "O1", "value": {value}}}]}}'
        answer = api(administrator).post("/api/opportunities/upsert/", body, content_type="application/json")
        assert answer.status_code == 400
        assert not Opportunity.objects.exists()

    def test_too_large_a_request(self, api, administrator, settings):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
        rows = [{"external_id": str(n), "name": "x" * 100} for n in range(20)]
        assert upsert(api(administrator), "accounts", rows).status_code == 413
        assert not Account.objects.exists()


class TestVisibility:
    def test_account_managers_change_the_contacts_of_their_own_accounts(self, api, account_manager):
        account = factories.account(account_manager=account_manager)
        answer = upsert(api(account_manager), "contacts", [{"email": "a@example.com", "account": account.external_id}])
        assert answer.json() == {"created": 1, "updated": 0, "unchanged": 0}

    @pytest.mark.parametrize("role", ["account_manager", "team_lead"])
    def test_and_as_on_the_pages_give_no_account_away(self, api, role):
        user, other = factories.user(role=role), factories.user()
        account = factories.account(account_manager=user)
        row = {"external_id": account.external_id, "account_manager": other.email, "segment": "Brand new"}
        assert upsert(api(user), "accounts", [row], create_missing_segments=True).status_code == 403
        account.refresh_from_db()
        assert (account.account_manager, Segment.objects.filter(name="Brand new").exists()) == (user, False)

    def test_and_can_not_tell_another_s_account_from_one_that_is_not_there(self, api, account_manager):
        other = factories.account()
        rows = [{"email": "a@example.com", "account": other.external_id}, {"email": "b@example.com", "account": "nobody"}]
        first, second = upsert(api(account_manager), "contacts", rows).json()["problems"]
        assert (first["field"], first["message"]) == (second["field"], second["message"])


def test_rows_that_changed_are_in_the_audit_log(api, administrator):
    client, rows = api(administrator), good("accounts")
    for _ in range(2):
        upsert(client, "accounts", rows)
    entries = LogEntry.objects.filter(actor=administrator, changes__has_key="API upsert of accounts")
    assert [entry.changes["API upsert of accounts"][1] for entry in entries] == ["2 created, 0 updated"]


def test_a_session_needs_the_csrf_token(administrator):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(administrator, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert upsert(client, "accounts", good("accounts")).status_code == 403


def test_a_thousand_rows_in_few_queries(api, administrator, django_assert_max_num_queries):
    account = factories.account().external_id
    rows = [{"external_id": f"L{n}", "account": account, "amount": n, "recognised_on": "2026-01-01"} for n in range(1000)]
    client = api(administrator)
    with django_assert_max_num_queries(60):
        assert upsert(client, "revenue", rows).json()["created"] == 1000
    assert RevenueEntry.objects.get(external_id="L999").amount == Decimal(999)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "half", [{"external_id": "z\ud800"}, {"name": "\udfff"}, {"own:\ud800": "y"}], ids=["key", "text", "name of a field"]
)
def test_half_of_a_character_is_an_error_of_its_row(api, administrator, half):
    sent = json.dumps({"rows": [{"external_id": "z", "name": "y", **half}]})
    answer = api(administrator).post("/api/accounts/upsert/", sent, content_type="application/json")
    assert (answer.status_code, "half of a character" in answer.content.decode(), Account.objects.count()) == (400, True, 0)
