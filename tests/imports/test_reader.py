"""Files of every origin, and files that are not what their name says."""

from datetime import datetime

import pytest
import xlsxwriter

from feedback_site.imports.problems import FileProblem
from feedback_site.imports.reader import open_table


@pytest.fixture
def file(tmp_path):
    def write(content, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def spreadsheet(tmp_path):
    def write(rows, first_row=0):
        path = tmp_path / "table.xlsx"
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows, start=first_row):
                sheet.write_row(number, 0, row)
        return path

    return write


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(file, delimiter):
    table = open_table(file(f"id{delimiter}name\n1{delimiter}A\n2{delimiter}B\n"))
    assert (table.header, table.delimiter) == (["id", "name"], delimiter)
    assert list(table.rows()) == [(2, {"id": "1", "name": "A"}), (3, {"id": "2", "name": "B"})]


def test_a_comma_inside_quotes_parts_nothing(file):
    table = open_table(file('id;name\n1;"A, B"\n2;"C, D"\n'))
    assert [row["name"] for _number, row in table.rows()] == ["A, B", "C, D"]


@pytest.mark.parametrize(
    ("encoding", "found"), [("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("cp1255", "cp1255"), ("utf-16", "utf-16")]
)
def test_hebrew_is_read_in_every_usual_encoding(file, encoding, found):
    table = open_table(file("מספר,שם\n1,קשר\n".encode(encoding)))
    assert (table.encoding, table.header, list(table.rows())) == (found, ["מספר", "שם"], [(2, {"מספר": "1", "שם": "קשר"})])


def test_a_text_of_several_lines_is_one_cell_and_empty_rows_are_left_out(file):
    table = open_table(file('id,text\n1,"a\nb"\n,\n2,c\n'))
    assert list(table.rows()) == [(2, {"id": "1", "text": "a\nb"}), (4, {"id": "2", "text": "c"})]
    assert table.count() == 2


def test_missing_cells_are_empty_and_too_many_are_marked(file):
    rows = list(open_table(file("id,name\n1\n2,B,C\n")).rows())
    assert rows == [(2, {"id": "1"}), (3, {"id": "2", "name": "B", "": 3})]


def test_a_column_without_a_name_is_called_by_its_number(file):
    assert open_table(file("id,,name\n")).header == ["id", "#2", "name"]


def test_a_spreadsheet_keeps_numbers_and_days(spreadsheet):
    table = open_table(spreadsheet([["id", "amount", "day"], [1001, 12.5, datetime(2026, 2, 3)]]))
    ((number, row),) = table.rows()
    assert (number, row["id"], row["amount"], row["day"].isoformat()[:10]) == (2, 1001.0, 12.5, "2026-02-03")


def test_rows_of_a_spreadsheet_have_the_numbers_that_it_shows(spreadsheet):
    table = open_table(spreadsheet([["id", "name"], [1, "A"], ["", ""], [3, "C"]]))
    assert [number for number, _row in table.rows()] == [2, 4]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.doc", b"x", "Only CSV and XLSX files can be imported; save the table as one of them."),
        ("a.csv", b" \n", "The file is empty."),
        ("a.csv", b"PK\x03\x04....", "The file is named like a text, but it is a spreadsheet; name it .xlsx, or save it as CSV."),
        ("a.csv", b"<html><body>", "The file is named CSV, but it is something else (a web page, a PDF, a picture or an archive)."),
        ("a.csv", b"%PDF-1.7\n", "The file is named CSV, but it is something else (a web page, a PDF, a picture or an archive)."),
        ("a.csv", b"a\0b,c\n", "The file is named CSV, but it is not text; save the table as CSV (UTF-8)."),
        ("a.csv", b"a,b\n\xff\xfb\xd9,1\n", "The text is neither UTF-8 nor Windows Hebrew; save the table as CSV (UTF-8)."),
        ("a.csv", b",,\n1,2,3\n", "The first row must hold the names of the columns; it is empty."),
        ("a.csv", b"id,id\n", "Two columns are named “id”; give each a name of its own."),
        (
            "a.xlsx",
            b"id,name\n",
            "The file is named XLSX, but it is no spreadsheet; save the table as XLSX, or name it .csv if it is text.",
        ),
        ("a.xlsx", b"PK\x03\x04broken", "The spreadsheet is damaged; save it again as XLSX."),
        (
            "a.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....",
            "The file is an old or encrypted spreadsheet; save it as XLSX without a password.",
        ),
    ],
)
def test_a_file_that_is_not_what_its_name_says(file, name, content, message):
    with pytest.raises(FileProblem) as wrong:
        open_table(file(content, name))
    assert str(wrong.value) == message


def test_an_archive_that_is_no_spreadsheet(tmp_path):
    import zipfile

    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "no sheet here")
    with pytest.raises(FileProblem, match="The spreadsheet is damaged, or it has no sheet; save it again as XLSX."):
        open_table(path)


def test_an_open_quotation_mark_swallows_no_memory(file):
    path = file('id,name\n1,"' + "x" * 9_000_000)
    with pytest.raises(FileProblem, match="Is a quotation mark left open"):
        list(open_table(path).rows())


def test_a_million_cells_are_read_one_row_at_a_time(file):
    import tracemalloc

    table = open_table(file("id,a,b,c\n" + "1,2,3,4\n" * 250_000))
    tracemalloc.start()
    assert table.count() == 250_000
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()
