"""`manage.py import_file`, and a real CRM export through it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from analytics.models import Opportunity
from surveys.models import Account, Representative
from tests import factories, real_data

pytestmark = pytest.mark.django_db


def import_file(*args):
    output, errors = StringIO(), StringIO()
    try:
        call_command("import_file", *map(str, args), stdout=output, stderr=errors)
    except CommandError as error:
        return output.getvalue(), errors.getvalue(), str(error)
    return output.getvalue(), errors.getvalue(), ""


@pytest.fixture
def accounts(tmp_path):
    path = tmp_path / "accounts.csv"
    path.write_text("id,name\nA1,Alpha\nA2,Beta\n")
    return path


def test_a_file_is_imported_by_the_names_of_its_columns(accounts):
    assert import_file("accounts", accounts) == ("accounts.csv: 2 created, 0 updated, 0 unchanged\n", "", "")
    assert import_file("accounts", accounts) == ("accounts.csv: 0 created, 0 updated, 2 unchanged\n", "", "")


def test_check_writes_nothing(accounts):
    assert import_file("accounts", accounts, "--check") == ("accounts.csv: 2 rows are right; nothing is written\n", "", "")
    assert Account.objects.count() == 0


def test_errors_are_told_by_row_and_field(accounts):
    accounts.write_text("id,name,segment\nA1,,\nA2,Beta,Nowhere\n")
    output, errors, end = import_file("accounts", accounts)
    assert errors.splitlines() == [
        "row 2, name: This field must not be empty.",
        "row 3, segment 'Nowhere': Unknown segment; correct it, import it first, or let the import create missing ones.",
    ]
    assert (output, end, Account.objects.count()) == ("", "2 problems; nothing is written", 0)


def test_files_and_mappings_that_can_not_be_read(accounts, tmp_path):
    assert import_file("accounts", tmp_path / "no.csv")[2] == f"{tmp_path / 'no.csv'}: there is no such file"
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps({"fields": {"external_id": "Nr"}}))
    assert import_file("accounts", accounts, "--mapping", mapping)[2] == "The file has no column “Nr” (for the field “external_id”)."
    accounts.write_bytes(b"PK\x03\x04")
    assert import_file("accounts", accounts)[2].endswith("it is a spreadsheet; name it .xlsx, or save it as CSV.")


def test_a_real_crm_export_comes_in_with_a_mapping(tmp_path):
    folder = real_data.path("crm_pipeline")
    mapping = tmp_path / "accounts.json"
    mapping.write_text(
        json.dumps(
            {
                "fields": {
                    "external_id": "account",
                    "name": "account",
                    "segment": "sector",
                    "region": "office_location",
                    "attributes.employees": "employees",
                },
                "translations": {"segment": {"technolgy": "technology"}},
                "options": {"create_missing_segments": True},
            }
        )
    )
    assert import_file("accounts", folder / "accounts.csv", "--mapping", mapping)[0] == "accounts.csv: 85 created, 0 updated, 0 unchanged\n"
    mapping.write_text(
        json.dumps(
            {
                "fields": {
                    "external_id": "opportunity_id",
                    "account": "account",
                    "representative": "sales_agent",
                    "product": "product",
                    "stage": "deal_stage",
                    "created_on": "engage_date",
                    "closed_on": "close_date",
                    "value": "close_value",
                },
                "translations": {"product": {"GTXPro": "GTX Pro"}, "stage": {"Prospecting": "open", "Engaging": "open"}},
                "dates": "month_first",
                "options": {"create_missing_representatives": True},
            }
        )
    )
    output, errors, end = import_file("opportunities", folder / "sales_pipeline.csv", "--mapping", mapping)
    assert (output, errors, end) == ("sales_pipeline.csv: 8800 created, 0 updated, 0 unchanged\n", "", "")
    assert (Opportunity.objects.filter(stage="won").count(), Opportunity.objects.filter(stage="lost").count()) == (4238, 2473)
    assert Representative.objects.count() == 30
    assert not Opportunity.objects.filter(product="GTXPro").exists()


def test_a_spreadsheet_is_imported_as_a_text_file_is(tmp_path):
    import xlsxwriter

    factories.account(external_id="1001")
    path = tmp_path / "revenue.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_row(0, 0, ["id", "account", "amount", "date"])
        book.worksheets()[0].write_row(1, 0, ["R1", 1001, 12.5, "2026-01-02"])
    assert import_file("revenue", path)[0] == "revenue.xlsx: 1 created, 0 updated, 0 unchanged\n"
