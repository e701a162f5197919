"""Tables as files; no cell becomes a formula."""

import csv
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.http import Http404
from python_calamine import CalamineWorkbook

from feedback_site.tables import LONGEST_XLSX_CELL, Table, as_csv, as_xlsx, sent_as

EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "good"]


def test_csv_disarms_formulas_and_leaves_numbers_alone():
    rows = list(csv.reader(StringIO(as_csv(Table(["text", "number"], [[text, -5] for text in EVIL])).decode("utf-8-sig"))))
    assert rows[1:] == [[f"'{text}", "-5"] for text in EVIL[:-1]] + [["good", "-5"]]


def test_xlsx_keeps_texts_as_texts():
    sheet = CalamineWorkbook.from_filelike(
        BytesIO(as_xlsx(Table(["text", "n"], [["=1+1", Decimal("2.5")], ["http://x.example", None]])))
    ).get_sheet_by_index(0)
    assert sheet.to_python() == [["text", "n"], ["=1+1", 2.5], ["http://x.example", ""]]


def test_filters_are_columns_of_a_csv_file_and_a_sheet_of_a_workbook():
    table = Table(["n"], [[1], [2]], [("Survey", "=1+1"), ("Least", 3)])
    assert as_csv(table).decode("utf-8-sig").split("\r\n") == ["n,Filter: Survey,Filter: Least", "1,'=1+1,3", "2,'=1+1,3", ""]
    book = CalamineWorkbook.from_filelike(BytesIO(as_xlsx(table)))
    assert [book.get_sheet_by_index(place).to_python() for place in (0, 1)] == [[["n"], [1], [2]], [["Survey", "=1+1"], ["Least", 3]]]


def test_a_text_too_long_for_a_cell_is_cut_not_lost():
    content = as_xlsx(Table(["text"], [["א" * 40_000]]))
    [_head, [text]] = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert (len(text), text[-1]) == (LONGEST_XLSX_CELL, "…")


def test_times_are_written_in_the_readers_zone(settings):
    settings.TIME_ZONE = "Asia/Jerusalem"
    content = as_csv(Table(["at"], [[datetime(2026, 1, 1, 22, 30, tzinfo=UTC)]])).decode("utf-8-sig")
    assert content == "at\r\n2026-01-02 00:30:00\r\n"


def test_an_unknown_kind_of_file_is_not_found():
    with pytest.raises(Http404):
        sent_as("exe", "x", Table([], []))


def test_numbers_have_no_decimals_that_a_database_added():
    content = as_csv(Table(["n"], [[Decimal("276311.260000000")], [Decimal("100.00")], [Decimal("0")], [Decimal("1E+3")]])).decode(
        "utf-8-sig"
    )
    assert content.split() == ["n", "276311.26", "100", "0", "1000"]
