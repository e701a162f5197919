"""The page of who changed what."""

import pytest
from auditlog.context import set_actor
from auditlog.models import LogEntry
from django.utils.html import escape

from feedback_site.access import audit
from surveys.models import Account
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(login, administrator):
    """`page(q="…")` is the list as an administrator gets it."""
    client = login(administrator)
    return lambda **query: client.get("/audit/", query)


def lines(answer):
    return [(row.kind, change.field, change.before, change.after) for row in answer.context["entries"] for change in row.changes]


def test_a_change_is_told_by_the_names_of_fields_choices_and_rows(page, administrator):
    account = factories.account(segment=factories.segment("Retail"))
    LogEntry.objects.all().delete()
    other = factories.segment("Public")
    with set_actor(administrator):
        account.segment = other
        account.save()
    answer = page(q=account.name)
    assert lines(answer) == [("account", "segment", "Retail", "Public")]
    assert answer.context["entries"][0].entry.actor == administrator


def test_one_rows_history_and_the_filters(page, administrator):
    account, _other = factories.account(), factories.account()
    account.name = "Renamed"
    account.save()
    entry = LogEntry.objects.get_for_object(account).first()
    history = page(content_type=entry.content_type_id, object_id=account.pk)
    assert [row.entry.action for row in history.context["entries"]] == [1, 0]
    assert [row.entry.object_repr for row in page(action=1).context["entries"]] == ["Renamed"]
    assert list(page(first="2999-01-01").context["entries"]) == []
    assert list(page(actor=administrator.pk).context["entries"]) == []


def test_bulk_work_is_recorded_too(page, administrator):
    account = factories.account()
    audit.record(administrator, account, {"contacts": 40})
    assert ("account", "contacts", "–", "40") in lines(page(actor=administrator.pk))


def test_passwords_are_never_in_it(administrator):
    administrator.set_password("something else entirely")
    administrator.save()
    assert [entry for entry in LogEntry.objects.all() if "password" in (entry.changes or {})] == []


def test_html_is_shown_as_text_and_long_values_are_cut(page):
    evil = "<script>alert(1)</script>"
    account = factories.account(name=evil, attributes={"text": "x" * 1000})
    account.region = evil[:100]
    account.save()
    html = page().content.decode()
    assert (evil in html, escape(evil) in html, "x" * 400 in html) == (False, True, False)


def test_the_number_of_queries_does_not_grow(page, django_assert_num_queries):
    segments = [factories.segment(), factories.segment()]
    accounts = [factories.account(segment=segments[0]) for _ in range(3)]
    Account.objects.first()
    LogEntry.objects.all().delete()
    page()
    for number, account in enumerate(accounts):
        account.segment = segments[1]
        account.save()
        if number == 0:
            with django_assert_num_queries(7) as one:
                page()
    with django_assert_num_queries(len(one)):
        page()


@pytest.mark.parametrize("role", ["survey_owner", "leadership", "account_manager", "team_lead", "sales"])
def test_for_administrators_only(login, role):
    assert login(factories.user(role=role)).get("/audit/").status_code == 403
