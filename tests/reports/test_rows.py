"""The rows behind a figure: as many as the figure says, and only those that the user may see."""

from datetime import UTC, date, datetime

import pytest

from analytics.linkage.rollup import refresh_rollups
from analytics.reports.behind import SECTIONS
from tests import factories
from tests.reports import sample

pytestmark = pytest.mark.django_db
URL = "/report/rows/"
AT = datetime(2026, 2, 10, tzinfo=UTC)


def rows(client, figure, **query):
    page = client.get(URL, {"figure": figure, **query})
    assert page.status_code == 200
    return page


class TestOfASample:
    @pytest.fixture(autouse=True)
    def made_by_hand(self, monkeypatch):
        monkeypatch.setattr("analytics.reports.behind.build_report", lambda user, filters: sample.report(filters))

    @pytest.fixture
    def survey(self):
        survey = factories.survey()
        factories.response(survey=survey)
        return survey

    @pytest.mark.parametrize("figure", SECTIONS)
    def test_every_figure_has_a_page_with_its_formula_and_explanation(self, login, leadership, survey, figure):
        page = rows(login(leadership), figure)
        html = page.content.decode()
        assert str(page.context["kpi"].key) in ("nps", figure)
        assert "<dt>Formula</dt>" in html and '<bdi dir="ltr">n ' in html

    @pytest.mark.parametrize(
        "query", [{"figure": "nonsense"}, {"figure": "revenue", "group": "99"}, {"figure": ""}, {"figure": "revenue", "survey": "x"}]
    )
    def test_what_the_report_has_not_is_not_found(self, login, leadership, survey, query):
        assert login(leadership).get(URL, query).status_code == 404

    def test_the_anonymous_are_asked_to_log_in(self, client, survey):
        assert client.get(URL, {"figure": "revenue"}).status_code == 302

    def test_the_export_holds_the_accounts_of_the_row(self, login, leadership, survey):
        content = rows(login(leadership), "accounts", group="1", export="csv").content.decode("utf-8-sig")
        assert len(content.splitlines()) == 21  # a head and the 20 accounts of Retail


class TestOfTheRealReport:
    @pytest.fixture
    def world(self, account_manager):
        """Two segments of 12 accounts each, with answers, revenue in two quarters, opportunities and spend."""
        survey = factories.survey()
        segments = [factories.segment("Even"), factories.segment("Odd")]
        for place in range(24):
            account = factories.account(segment=segments[place % 2], region="North", account_manager=account_manager if place < 8 else None)
            if place % 5:
                factories.response(account, survey=survey, score=place % 11, at=AT)
            for quarter, amount in ((date(2025, 11, 1), 500), (date(2026, 2, 1), 500 + 10 * place)):
                factories.revenue(account, amount, quarter)
            factories.opportunity(account, stage="won" if place % 3 else "lost", closed_on=date(2026, 3, 1))
        factories.spend(900, date(2026, 1, 20))
        refresh_rollups(force=True)
        return survey

    @pytest.mark.parametrize("role", ["leadership", "account_manager"])
    def test_there_are_as_many_rows_as_n_says(self, login, request, world, role):
        client = login(request.getfixturevalue(role))
        query = {"survey": world.pk, "first": "2026-01-01", "last": "2026-01-01"}
        report = client.get("/report/", query).context["report"]
        wrong = {}
        for row in (report.total, *report.rows):
            for key in row.figures.keys() & SECTIONS.keys():
                page = rows(client, key, group=row.key, **query)
                counted = [section["page"].paginator.count for section in page.context["sections"] if section["counts"]]
                if counted and counted != [row.figures[key].n]:
                    wrong[row.label, key] = (row.figures[key].n, counted)
        assert wrong == {}

    def test_an_account_managers_rows_are_those_of_own_accounts(self, login, account_manager, world):
        query = {"survey": world.pk, "first": "2026-01-01", "last": "2026-01-01"}
        [section] = rows(login(account_manager), "accounts", **query).context["sections"]
        assert section["page"].paginator.count == 8
