"""The list of suppressed addresses: out to a file, in from a file, and never undone by one."""

import csv
from io import StringIO

import pytest
from django.urls import reverse

from feedback_site.imports.api import upsert_rows
from surveys.models import Suppression
from tests import factories

pytestmark = pytest.mark.django_db


def imported(*rows):
    return upsert_rows("suppressions", rows, None)


def stored():
    return list(Suppression.objects.order_by("pk").values_list("email", "reason", "survey__key", "source"))


def test_addresses_of_another_system_come_in_with_reason_source_and_time():
    row = {"email": "Dana@Example.com", "reason": "unsubscribed", "source": "old system", "created_at": "2024-05-06T07:08:09Z"}
    assert imported(row).created == 1
    assert stored() == [("dana@example.com", "unsubscribed", None, "old system")]
    assert Suppression.objects.get().created_at.isoformat() == "2024-05-06T07:08:09+00:00"


def test_without_source_and_time_the_import_is_the_source_and_now_the_time():
    assert imported({"email": "dana@example.com", "reason": "bounced", "source": "", "created_at": ""}).problems == []
    assert stored() == [("dana@example.com", "bounced", None, "import")]


def test_the_same_rows_twice_change_nothing_and_an_import_lifts_nothing():
    row = {"email": "dana@example.com", "reason": "unsubscribed"}
    imported(row)
    result = imported({**row, "email": "DANA@example.com", "source": "somebody"})
    assert (result.created, result.updated, result.unchanged) == (0, 0, 1)
    assert stored() == [("dana@example.com", "unsubscribed", None, "import")]


def test_a_wish_about_one_survey_is_a_row_of_its_own():
    survey = factories.survey(key="relationship")
    rows = [
        {"email": "dana@example.com", "reason": "unsubscribed", "survey": "relationship"},
        {"email": "dana@example.com", "reason": "unsubscribed"},
    ]
    assert imported(*rows).created == 2
    assert imported(*rows).unchanged == 2
    assert [row[2] for row in stored()] == [survey.key, None]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"email": "no address", "reason": "bounced"}, "email"),
        ({"email": "dana@example.com", "reason": "dislikes us"}, "reason"),
        ({"email": "dana@example.com", "reason": "bounced", "survey": "unknown"}, "survey"),
        ({"email": "dana@example.com", "reason": "bounced", "created_at": "yesterday"}, "created_at"),
    ],
)
def test_a_wrong_row_is_named_by_its_field_and_nothing_is_written(row, field):
    result = imported({"email": "fine@example.com", "reason": "bounced"}, row)
    assert [(problem.row, problem.field) for problem in result.problems] == [(2, field)]
    assert stored() == []


def exported(client, kind="csv", **query):
    client.force_login(factories.user("survey_owner"))
    return client.get(reverse("distribution:export_suppressions", args=[kind]), query)


def test_the_export_can_be_imported_again(client):
    factories.survey(key="relationship")
    imported(
        {"email": "dana@example.com", "reason": "unsubscribed", "survey": "relationship"},
        {"email": "gil@example.com", "reason": "complained", "source": "provider"},
    )
    rows = list(csv.DictReader(StringIO(exported(client).content.decode("utf-8-sig"))))
    before = stored()
    assert [row["email"] for row in rows] == ["gil@example.com", "dana@example.com"]
    assert imported(*rows).unchanged == 2
    assert stored() == before


@pytest.mark.parametrize(
    "email", ["+a@example.com", "-a@example.com", "=a@example.com", "'+a@example.com", "''=a@example.com", "'a@example.com"]
)
def test_an_address_that_looks_like_a_formula_comes_back_as_it_was(client, email):
    Suppression.objects.create(email=email, reason="complained", source="=1+1")
    before = stored()
    rows = list(csv.DictReader(StringIO(exported(client).content.decode("utf-8-sig"))))
    assert imported(*rows).unchanged == 1
    Suppression.objects.all().delete()
    assert imported(*rows).created == 1
    assert stored() == before == [(email, "complained", None, "=1+1")]


def test_the_export_follows_the_filters_and_holds_no_formula(client):
    imported({"email": "dana@example.com", "reason": "bounced", "source": "=1+1"}, {"email": "gil@example.com", "reason": "complained"})
    (row,) = csv.DictReader(StringIO(exported(client, reason="bounced").content.decode("utf-8-sig")))
    assert (row["email"], row["source"]) == ("dana@example.com", "'=1+1")


def test_other_kinds_of_files_and_other_roles_get_none(client):
    assert exported(client, "pdf").status_code == 404
    client.force_login(factories.user("account_manager"))
    assert client.get(reverse("distribution:export_suppressions", args=["csv"])).status_code == 403
