"""Mappings: suggested, read from JSON, checked against kind and file."""

import pytest

from feedback_site.imports import mapping as mappings
from feedback_site.imports import registry
from feedback_site.imports.mapping import Mapping
from feedback_site.imports.problems import FileProblem, MappingProblem

# Kind, the columns of a file, and for each column its field, or None.
FILES = [
    ("accounts", ["Customer No.", "Company", "Sector", "State"], [None, "name", "segment", "region"]),
    ("accounts", ["מספר לקוח", "שם הלקוח", "פלח", "אזור"], ["external_id", "name", "segment", "region"]),
    ("contacts", ["E-Mail", "Full name", "account_id", 'דוא"ל'], ["email", "name", "account", None]),
    ("contacts", ['דוא"ל', "שם מלא", "תפקיד"], ["email", "name", "role"]),
    ("revenue", ["Invoice", "Customer ID", "Total", "Date"], ["external_id", "account", "amount", "recognised_on"]),
    (
        "opportunities",
        ["opportunity_id", "sales_agent", "deal_stage", "close_date"],
        ["external_id", "representative", "stage", "closed_on"],
    ),
    ("responses", ["id", "survey", "rating", "comment"], ["external_id", "survey", "score", "comment"]),
]


@pytest.mark.parametrize(("kind", "header", "fields"), FILES)
def test_columns_are_suggested_by_their_names_in_both_languages(kind, header, fields):
    assert mappings.suggest(registry.get(kind), header).fields == {
        field: column for column, field in zip(header, fields, strict=True) if field
    }


def test_no_column_is_suggested_twice():
    for kind in registry.kinds():
        suggested = mappings.suggest(kind, ["id", "name", "date", "amount", "account", "number", "מזהה", "שם", "תאריך"]).fields
        assert len(set(suggested.values())) == len(suggested)


def test_constants_translations_and_defaults():
    mapping = Mapping(
        fields={"stage": "Stage", "product": "Product"},
        constants={"currency": "BRL"},
        defaults={"product": "other"},
        translations={"stage": {"Engaging": "open"}},
    )
    row = {"Stage": "Engaging", "Product": " "}
    assert [mapping.cell(name, row) for name in ("stage", "product", "currency", "name")] == ["open", "other", "BRL", None]
    assert mapping.cell("stage", {"Stage": "Won"}) == "Won"


@pytest.mark.parametrize(
    ("data", "messages"),
    [
        ([], ["A mapping is a JSON object."]),
        ({"columns": {}}, ["The mapping has an unknown entry “columns”."]),
        ({"fields": "name"}, ["The entry “fields” of the mapping has the wrong form."]),
        ({"fields": {"name": 1}}, ["The entry “fields” of the mapping has the wrong form."]),
        ({"options": {"create_missing_segments": "yes"}}, ["The entry “options” of the mapping has the wrong form."]),
    ],
)
def test_a_mapping_of_the_wrong_form_is_refused(data, messages):
    with pytest.raises(MappingProblem) as wrong:
        mappings.from_json(data)
    assert wrong.value.messages == messages


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (Mapping(kind="revenue"), "The mapping is for “revenue”."),
        (Mapping(fields={"colour": "a"}), "“Contacts” has no field “colour”."),
        (Mapping(fields={"name": "b"}), "The file has no column “b” (for the field “name”)."),
        (Mapping(dates="british"), "The order of dates must be iso, day_first or month_first."),
        (Mapping(decimal=","), "The decimal mark must be point or comma."),
        (Mapping(time_zone="Mars"), "Unknown time zone “Mars”."),
        (Mapping(delimiter="::"), "The delimiter must be one character."),
        (Mapping(options={"magic": True}), "“Contacts” has no option “magic”."),
        (Mapping(), "Choose the column of “e-mail address”: rows are found again by it."),
    ],
)
def test_what_does_not_fit_the_kind_or_the_file_is_named(mapping, message):
    with pytest.raises(MappingProblem) as wrong:
        mappings.check(mapping, registry.get("contacts"), ["a"])
    assert message in wrong.value.messages


def test_a_mapping_file_that_is_no_json_is_refused(tmp_path):
    path = tmp_path / "m.json"
    path.write_text("{fields")
    with pytest.raises(FileProblem, match="The mapping file is no JSON"):
        mappings.read(path)
    with pytest.raises(FileProblem, match="The mapping file can not be read."):
        mappings.read(tmp_path / "other.json")
