"""HTML in a segment, a region, an account, a contact or a comment is text on every page, chart and export."""

import csv
from io import StringIO

import pytest

from analytics.linkage.rollup import refresh_rollups
from tests import factories

pytestmark = pytest.mark.django_db
HOSTILE = "</script><img src=x onerror=alert(1)>"


@pytest.fixture
def everywhere(account_manager):
    """Twelve accounts whose every name is hostile, with a score and revenue each."""
    survey = factories.survey()
    segment = factories.segment(f"Segment {HOSTILE}")
    for number in range(12):
        account = factories.account(name=f"{HOSTILE} {number}", segment=segment, region=HOSTILE, account_manager=account_manager)
        contact = factories.contact(account, name=f"{HOSTILE} {number}")
        response = factories.response(contact=contact, survey=survey, score=number % 11, comment=f"Terrible {HOSTILE}")
        factories.revenue(account, 100 * (number + 1), on=response.completed_at.date())
    refresh_rollups()
    return response


@pytest.mark.parametrize(
    "path", ["/report/", "/report/?by=region", "/report/rows/?figure=rho_revenue", "/report/rows/?figure=responses", "/feedback/"]
)
def test_pages_show_it_as_text(login, account_manager, everywhere, path):
    html = login(account_manager).get(path).content.decode()
    assert "onerror" in html
    assert "<img src=x" not in html


def test_one_response_shows_it_as_text(login, account_manager, everywhere):
    html = login(account_manager).get(f"/feedback/{everywhere.pk}/").content.decode()
    assert "<img src=x" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_a_spreadsheet_does_not_compute_it(login, account_manager, start):
    account = factories.account(name=f"{start}cmd|'/C calc'!A0", account_manager=account_manager)
    factories.response(account, comment=f"{start}1+1")
    content = login(account_manager).get("/feedback/?export=csv").content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(StringIO(content)) for cell in row]
    assert [cell for cell in cells if cell.startswith(start)] == []


@pytest.mark.parametrize("query", ["account=99999", "first=31.12.2026", "band=nope", "last=x"])
def test_a_filter_that_fails_finds_nothing_on_the_page_and_in_the_file(login, account_manager, everywhere, query):
    client = login(account_manager)
    assert len(client.get(f"/feedback/?{query}").context["page_obj"].object_list) == 0
    assert len(client.get(f"/feedback/?{query}&export=csv").content.decode("utf-8-sig").splitlines()) == 1
