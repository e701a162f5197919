"""OpenAPI: complete, without a warning, and shown by a page that brings everything itself."""

from io import StringIO

import pytest
from django.core.management import call_command

WRITING = ["accounts", "contacts", "customer-events", "opportunities", "revenue"]
READING = [
    "responses",
    "sentiments",
    "themes",
    "answer-themes",
    "distributions",
    "invitations",
    "skips",
    "suppressions",
    "audiences",
    "exclusion-lists",
    "schedules",
    "alerts",
]
ACTIONS = ["alerts/{id}/seen", "exclusion-lists/{id}/addresses", "exclusion-lists/{id}/addresses/remove", "sentiments/{id}/judge"]


def test_schema_is_valid_and_generated_without_a_warning(capsys):
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())
    assert capsys.readouterr().err == ""


@pytest.mark.django_db
class TestPages:
    def test_schema_names_every_address(self, client):
        schema = client.get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"}).json()
        lists = [f"/api/{name}/" for name in (*WRITING, *READING)]
        assert sorted(schema["paths"]) == sorted(
            [
                *lists,
                *(f"{address}{{id}}/" for address in lists),
                *(f"/api/{name}/upsert/" for name in WRITING),
                *(f"/api/{name}/" for name in ACTIONS),
            ]
        )

    def test_schema_documents_the_rows_of_an_upsert(self, client):
        schemas = client.get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"}).json()["components"]["schemas"]
        assert schemas["OpportunityRow"]["required"] == ["external_id"]
        assert sorted(schemas["UpsertProblem"]["required"]) == ["field", "message", "row", "value"]

    def test_documentation_is_served_from_here_without_inline_script_or_style(self, client):
        response = client.get("/api/docs/")
        page = response.content.decode()
        assert "swagger-ui-bundle.js" in page
        assert "http://" not in page.replace("http://testserver", "") and "https://" not in page
        assert "<style" not in page and "<script>" not in page
        assert "script-src 'self';" in response.headers["Content-Security-Policy"] + ";"
