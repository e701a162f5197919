"""The way of a file through the pages."""

import json
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from feedback_site.imports import registry
from feedback_site.imports.models import ImportProblem, ImportRun
from feedback_site.imports.run import run_waiting_imports
from surveys.models import Account, Segment
from tests import factories

GOOD = "external_id,name,Sector\nA1,Alpha,Retail\nA2,Beta,Retail\n"


@pytest.fixture
def owner(survey_owner, login, monkeypatch):
    """A client of a survey owner; no worker is told, tests run the worker's function themselves."""
    monkeypatch.setattr("feedback_site.imports.views.hint_imports", lambda: None)
    return login(survey_owner)


def upload(client, text=GOOD, kind="accounts", name="accounts.csv", query="", **more):
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(f"/imports/new/{query}", {"kind": kind, "file": SimpleUploadedFile(name, content), **more})


def confirm(client, run, button="import", **fields):
    mapping = {f"column_{name}": column for name, column in run.mapping["fields"].items()}
    return client.post(f"/imports/{run.pk}/mapping/", {"dates": "iso", "decimal": "", **mapping, **fields, button: "1"})


def test_a_file_is_uploaded_mapped_and_imported(owner):
    answer = upload(owner)
    run = ImportRun.objects.get()
    assert answer.url == f"/imports/{run.pk}/mapping/"
    assert run.mapping["fields"] == {"external_id": "external_id", "name": "name", "segment": "Sector"}
    page = owner.get(answer.url).content.decode()
    assert page.count("Alpha") == 1  # the sample
    assert confirm(owner, run, option_create_missing_segments="on").url == f"/imports/{run.pk}/"
    assert Account.objects.count() == 0
    run_waiting_imports()
    run.refresh_from_db()
    assert (run.state, run.created, run.updated, run.unchanged, run.rows_total, run.rows_written) == ("done", 2, 0, 0, 2, 2)
    assert set(Account.objects.values_list("name", "segment__name")) == {("Alpha", "Retail"), ("Beta", "Retail")}


def test_problems_are_listed_and_nothing_is_written(owner):
    factories.segment("Retail")
    upload(owner, "external_id,name,sector\nA1,Alpha,Retail\nA2,,Retail\nA3,<b>Gamma</b>,<i>Nowhere</i>\n")
    run = ImportRun.objects.get()
    confirm(owner, run)
    run_waiting_imports()
    run.refresh_from_db()
    assert (run.state, run.problem_count, Account.objects.count()) == ("refused", 2, 0)
    assert list(ImportProblem.objects.values_list("row", "field", "value")) == [(3, "name", ""), (4, "segment", "<i>Nowhere</i>")]
    page = owner.get(f"/imports/{run.pk}/").content.decode()
    assert "&lt;i&gt;Nowhere&lt;/i&gt;" in page and "<i>Nowhere" not in page


def test_check_only_writes_nothing_and_can_go_on_to_the_import(owner):
    upload(owner, "external_id,name\nA1,Alpha\n")
    run = ImportRun.objects.get()
    confirm(owner, run, button="check")
    run_waiting_imports()
    run.refresh_from_db()
    assert (run.state, run.check_only, Account.objects.count()) == ("done", True, 0)
    assert owner.post(f"/imports/{run.pk}/reopen/").url == f"/imports/{run.pk}/mapping/"
    run.refresh_from_db()
    confirm(owner, run)
    run_waiting_imports()
    assert Account.objects.count() == 1


def test_a_finished_import_is_not_reopened(owner):
    upload(owner, "external_id,name\nA1,Alpha\n")
    run = ImportRun.objects.get()
    confirm(owner, run)
    run_waiting_imports()
    owner.post(f"/imports/{run.pk}/reopen/")
    run.refresh_from_db()
    assert run.state == "done"


def test_confirming_twice_imports_once(owner):
    upload(owner, "external_id,name\nA1,Alpha\n")
    run = ImportRun.objects.get()
    assert confirm(owner, run).url == confirm(owner, run).url == f"/imports/{run.pk}/"
    assert run_waiting_imports() == 1
    run.refresh_from_db()
    assert (run.state, run.created) == ("done", 1)


def test_the_mapping_names_what_is_missing(owner):
    upload(owner, "x,y\n1,2\n")
    run = ImportRun.objects.get()
    page = owner.post(f"/imports/{run.pk}/mapping/", {"dates": "iso", "decimal": ""})
    assert page.context["form"].non_field_errors() == ["Choose the column of “external id”: rows are found again by it."]
    assert ImportRun.objects.get().state == "uploaded"


def test_columns_without_a_field_can_be_kept_as_own_attributes(owner):
    upload(owner, "external_id,name,Floor\nA1,Alpha,3\n")
    run = ImportRun.objects.get()
    confirm(owner, run, own=["Floor"], value_region="North")
    run_waiting_imports()
    account = Account.objects.get()
    assert (account.attributes, account.region) == ({"Floor": "3"}, "North")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "The submitted file is empty."),
        ("a.csv", b"PK\x03\x04rest", "The file is named like a text, but it is a spreadsheet; name it .xlsx, or save it as CSV."),
        (
            "a.xlsx",
            b"a,b\n1,2\n",
            "The file is named XLSX, but it is no spreadsheet; save the table as XLSX, or name it .csv if it is text.",
        ),
        ("a.pdf", b"%PDF-1.7", "Only CSV and XLSX files can be imported; save the table as one of them."),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused_at_once(owner, name, content, message):
    page = upload(owner, content, name=name)
    assert page.context["form"].errors["file"] == [message]
    assert ImportRun.objects.count() == 0


def test_a_mapping_file_is_taken_over(owner):
    mapping = {"kind": "accounts", "fields": {"external_id": "Nr", "name": "Who"}, "translations": {"name": {"x": "Xavier"}}}
    upload(owner, "Nr,Who\n1,x\n", mapping_file=SimpleUploadedFile("m.json", json.dumps(mapping).encode()))
    run = ImportRun.objects.get()
    confirm(owner, run)
    run_waiting_imports()
    assert Account.objects.get().name == "Xavier"
    assert json.loads(owner.get(f"/imports/{run.pk}/mapping.json").content)["translations"] == {"name": {"x": "Xavier"}}


def test_a_mapping_file_that_is_no_json_is_refused(owner):
    page = upload(owner, mapping_file=SimpleUploadedFile("m.json", b"{"))
    assert page.context["form"].errors["mapping_file"][0].startswith("The mapping file is no JSON")


def test_importing_again_begins_with_the_earlier_mapping(owner):
    upload(owner, "Nr,Who\n1,x\n")
    run = ImportRun.objects.get()
    confirm(owner, run, column_external_id="Nr", column_name="Who")
    run_waiting_imports()
    upload(owner, "Nr,Who\n1,y\n", query=f"?again={run.pk}")
    assert ImportRun.objects.first().mapping["fields"] == {"external_id": "Nr", "name": "Who"}


def test_progress_is_asked_for_only_as_long_as_the_import_is_under_way(owner):
    run = ImportRun.objects.create(kind="accounts", file="x.csv", file_name="x.csv", state="running", rows_total=400, rows_checked=100)
    page = owner.get(f"/imports/{run.pk}/", HTTP_HX_REQUEST="true").content.decode()
    assert 'hx-trigger="every 1s"' in page and 'aria-valuenow="12"' in page and "Checking: 100 of 400 rows" in page
    assert "<html" not in page
    ImportRun.objects.update(state="done", rows_checked=400)
    assert "hx-trigger" not in owner.get(f"/imports/{run.pk}/", HTTP_HX_REQUEST="true").content.decode()


def test_problems_are_downloaded_without_running_as_formulas(owner):
    run = ImportRun.objects.create(kind="accounts", file="x.csv", file_name="x.csv", state="refused", problem_count=1)
    ImportProblem.objects.create(run=run, row=2, field="name", value="=HYPERLINK(1)", message="Wrong.")
    text = owner.get(f"/imports/{run.pk}/problems.csv").content.decode("utf-8-sig")
    assert text.splitlines() == ["row,field,value,problem", "2,name,'=HYPERLINK(1),Wrong."]
    book = CalamineWorkbook.from_filelike(BytesIO(owner.get(f"/imports/{run.pk}/problems.xlsx").content))
    assert book.get_sheet_by_index(0).to_python() == [["row", "field", "value", "problem"], [2.0, "name", "=HYPERLINK(1)", "Wrong."]]
    assert owner.get(f"/imports/{run.pk}/problems.exe").status_code == 404


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_an_empty_file_has_every_field_and_is_mapped_by_itself(owner, file_format):
    content = owner.get(f"/imports/kinds/contacts.{file_format}").content
    upload(owner, content, kind="contacts", name=f"contacts.{file_format}")
    fields = ["email", "account", "name", "role", "language", "time_zone", "is_key", "status"]
    assert ImportRun.objects.get().mapping["fields"] == {name: name for name in fields}


def test_every_kind_is_described(owner):
    page = owner.get("/imports/kinds/").content.decode()
    assert page.count('<section class="k-card"') == 13


@pytest.mark.parametrize("role", ["account_manager", "team_lead", "leadership", "sales"])
@pytest.mark.parametrize(
    "path", ["/imports/", "/imports/new/", "/imports/kinds/", "/imports/{pk}/", "/imports/{pk}/mapping/", "/imports/{pk}/problems.csv"]
)
def test_others_may_not_import(login, role, path, db):
    run = ImportRun.objects.create(kind="accounts", file="x.csv", file_name="x.csv")
    assert login(factories.user(role=role)).get(path.format(pk=run.pk)).status_code == 403


def test_the_anonymous_are_sent_to_the_login(client, db):
    assert client.get("/imports/1/mapping/").url.startswith("/login/")


def test_the_list_takes_the_same_number_of_queries_for_one_and_three(owner, survey_owner, django_assert_num_queries):
    def add():
        ImportRun.objects.create(kind="accounts", file="x.csv", file_name="x.csv", created_by=survey_owner)

    add()
    owner.get("/imports/")
    with django_assert_num_queries(5):
        owner.get("/imports/")
    add()
    add()
    with django_assert_num_queries(5):
        page = owner.get("/imports/?kind=accounts")
    assert page.context["page_obj"].paginator.count == 3
    assert owner.get("/imports/?state=done").context["page_obj"].paginator.count == 0


def test_the_same_segment_in_other_letters_is_not_made_again(owner):
    factories.segment("Retail")
    upload(owner, "external_id,name,segment\nA1,Alpha,RETAIL\n")
    confirm(owner, ImportRun.objects.get(), option_create_missing_segments="on")
    run_waiting_imports()
    assert list(Segment.objects.values_list("name", flat=True)) == ["Retail"]


@pytest.mark.parametrize("kind", registry.kinds(), ids=lambda kind: kind.key)
def test_a_finished_import_leads_to_its_rows(owner, kind):
    run = ImportRun.objects.create(kind=kind.key, file="x.csv", file_name="x.csv", state="done", rows_total=1, created=1)
    address = reverse(kind.page)
    assert f'href="{address}"' in owner.get(f"/imports/{run.pk}/").content.decode()
    assert owner.get(address).status_code == 200
