"""Real files with something wrong in them: the row and the field are named, with a remedy, and nothing is written."""

import re
import zipfile
from decimal import Decimal

import pytest
import xlsxwriter
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from analytics.models import RevenueEntry
from feedback_site.imports.reader import open_table
from surveys.models import Account, Segment
from tests import factories

pytestmark = pytest.mark.django_db
REVENUE = "id,account,amount,date\n"


def told(kind, path, capsys):
    """What the command says of each row."""
    with pytest.raises(CommandError, match="nothing is written"):
        call_command("import_file", kind, str(path))
    return capsys.readouterr().err.splitlines()


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "rows.csv"
        path.write_text(text)
        return path

    return write


@pytest.fixture
def spreadsheet(tmp_path):
    def write(fill):
        path = tmp_path / "rows.xlsx"
        with xlsxwriter.Workbook(path) as book:
            fill(book.add_worksheet())
        return path

    return write


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (",A1,100,2026-01-05", "row 3, external_id: This field must not be empty."),
        (
            "2,A1,100,31/12/2025",
            "row 3, recognised_on '31/12/2025': "
            "Day or month first? Choose the order of dates in the mapping, or write the date as 2026-12-31.",
        ),
        ("2,A1,100,2026-02-30", "row 3, recognised_on '2026-02-30': There is no such day or time."),
        (
            '2,A1,"1,5",2026-01-05',
            "row 3, amount '1,5': A comma may part thousands or decimals: choose the mark of decimals in the mapping, "
            "or write the number as 1234.50.",
        ),
        ("2,B7,100,2026-01-05", "row 3, account 'B7': Unknown account; correct it, or import it first."),
        ("1,A1,100,2026-01-05", "row 3, external_id '1': The same key stands in row 2 already; keep one of the two."),
    ],
)
def test_one_wrong_row_refuses_the_file(file, capsys, row, message):
    factories.account(external_id="A1")
    assert told("revenue", file(f"{REVENUE}1,A1,100,2026-01-05\n{row}\n"), capsys) == [message]
    assert RevenueEntry.objects.count() == 0


def test_a_duplicate_is_found_however_far_from_its_first(file, capsys):
    """Rows are checked in batches of 500."""
    rows = "".join(f"A{number},Account {number}\n" for number in range(1200))
    assert told("accounts", file(f"id,name\n{rows}A3,Again\n"), capsys) == [
        "row 1202, external_id 'A3': The same key stands in row 5 already; keep one of the two."
    ]
    assert Account.objects.count() == 0


class TestErrorsInCells:
    """python-calamine reads #N/A as an empty cell, which would empty the field."""

    def fill(self, sheet):
        sheet.write_row(0, 0, ["id", "name", "region"])
        sheet.write_row(1, 0, ["A1", "Alpha", "North"])
        sheet.write_row(2, 0, ["A2", "Beta"])
        sheet.write_formula(2, 2, "=VLOOKUP(1,B:B,1)", None, "#N/A")

    def test_an_error_is_no_empty_cell(self, spreadsheet, capsys):
        assert told("accounts", spreadsheet(self.fill), capsys) == [
            "row 3, region '#N/A': The spreadsheet shows an error here; correct its formula, or empty the cell."
        ]
        assert Account.objects.count() == 0

    def test_empty_columns_and_rows_before_it_are_counted(self, spreadsheet):
        def fill(sheet):
            sheet.write_row(0, 2, ["id", "name"])
            sheet.write_string(5, 2, "A1")
            sheet.write_formula(5, 3, "=1/0", None, "#DIV/0!")
            sheet.write_formula(7, 2, "=A1:B2 C3", None, "#NULL!")

        rows = list(open_table(spreadsheet(fill)).rows())
        assert rows == [(6, {"id": "A1", "name": "#DIV/0!"}), (8, {"id": "#NULL!", "name": ""})]

    def test_of_the_strict_variant_and_without_places_of_cells(self, spreadsheet, tmp_path):
        """ISO/IEC 29500-1 (Strict) has namespaces of its own; places ("B2") are optional in both."""
        path = tmp_path / "strict.xlsx"
        with zipfile.ZipFile(spreadsheet(self.fill)) as plain, zipfile.ZipFile(path, "w") as strict:
            for name in plain.namelist():
                text = plain.read(name).decode()
                for part in ("spreadsheetml", "officeDocument"):
                    text = text.replace(f"http://schemas.openxmlformats.org/{part}/2006/", f"http://purl.oclc.org/ooxml/{part}/")
                strict.writestr(name, re.sub(r'<c r="[A-Z]+\d+"', "<c", text) if "sheet1" in name else text)
        assert [str(row["region"]) for _number, row in open_table(path).rows()] == ["North", "#N/A"]

    def test_a_translation_may_say_what_an_error_means(self, spreadsheet, tmp_path):
        mapping = tmp_path / "mapping.json"
        mapping.write_text(
            '{"fields": {"external_id": "id", "name": "name", "region": "region"}, "translations": {"region": {"#N/A": "Elsewhere"}}}'
        )
        call_command("import_file", "accounts", str(spreadsheet(self.fill)), "--mapping", str(mapping))
        assert Account.objects.get(external_id="A2").region == "Elsewhere"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('"delimiter": "::"', "The delimiter must be one character, and the encoding the name of one."),
        ('"encoding": "utf-16"', "The text is not utf-16; save the table as CSV (UTF-8)."),
        ('"encoding": "klingon"', "The encoding klingon is unknown."),
        ('"encoding": "a\\u0000b"', "The delimiter must be one character, and the encoding the name of one."),
    ],
)
def test_a_mapping_file_that_reads_the_file_wrongly_is_refused_on_the_page(login, survey_owner, entry, message):
    upload = {
        "kind": "accounts",
        "file": SimpleUploadedFile("a.csv", b"id,name\nA1,Alpha\n"),
        "mapping_file": SimpleUploadedFile("m.json", f'{{"fields": {{"external_id": "id"}}, {entry}}}'.encode()),
    }
    page = login(survey_owner).post("/imports/new/?kind=accounts", upload)
    assert (page.status_code, message in page.content.decode()) == (200, True)


def test_marks_of_direction_are_no_part_of_an_id(file):
    call_command("import_file", "accounts", str(file("id,name\n\u200fA1\u200f,Alpha\n")))
    call_command("import_file", "revenue", str(file(f"{REVENUE}1,\u202bA1\u202c,100,2026-01-05\n")))
    assert RevenueEntry.objects.values_list("account__external_id", "amount").get() == ("A1", Decimal(100))


def test_a_currency_that_does_not_exist_is_refused(file, capsys):
    assert told("accounts", file("id,name,currency\nA1,Alpha,ZZZ\n"), capsys) == [
        "row 2, currency 'ZZZ': Name the currency by its three letters, as ILS."
    ]


def test_a_segment_is_the_same_whatever_its_case(file):
    factories.segment("Retail")
    call_command("import_file", "segments", str(file("name,inactivity\nRETAIL,90\n")))
    assert list(Segment.objects.values_list("name", "inactivity_days")) == [("Retail", 90)]


def test_names_that_are_too_long_to_be_created_are_refused_not_cut(tmp_path, file, capsys):
    mapping = tmp_path / "m.json"
    mapping.write_text(
        '{"fields": {"external_id": "id", "name": "name", "segment": "segment"}, "options": {"create_missing_segments": true}}'
    )
    with pytest.raises(CommandError):
        call_command("import_file", "accounts", str(file(f"id,name,segment\nA1,Alpha,{'x' * 101}\n")), "--mapping", str(mapping))
    assert capsys.readouterr().err.strip().endswith("The text has 101 characters; at most 100 are kept.")
    assert Segment.objects.count() == 0


def test_an_import_from_the_command_line_is_in_the_audit_log(file):
    call_command("import_file", "accounts", str(file("id,name\nA1,Alpha\n")))
    entry = LogEntry.objects.get(content_type__model="importrun")
    assert (entry.actor, entry.object_repr, entry.changes["created"]) == (None, "rows.csv", ["", "1"])
