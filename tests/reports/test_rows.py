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


def counts(page):
    """How many rows each section holds that n counts."""
    return [section["page"].paginator.count for section in page.context["sections"] if section["counts"]]


def marks_of(chart):
    """Those of a chart that open something."""
    values = [value for layer in chart.get("layer", [chart]) for value in layer.get("data", {}).get("values", [])]
    values += chart.get("data", {}).get("values", [])
    return list({value["url"]: value for value in values if "url" in value}.values())


class TestOfASample:
    @pytest.fixture(autouse=True)
    def made_by_hand(self, monkeypatch):
        monkeypatch.setattr("analytics.reports.behind.build_report", lambda user, filters: sample.report(filters))

    @pytest.fixture
    def survey(self):
        survey = factories.survey()
        factories.response(survey=survey)
        return survey

    @pytest.mark.parametrize("figure", [key for key in SECTIONS if key != "easy"])  # that one belongs to CES
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
        fair = factories.campaign()
        for place in range(24):
            account = factories.account(segment=segments[place % 2], region="North", account_manager=account_manager if place < 8 else None)
            if place % 5:
                factories.response(account, survey=survey, score=place % 11, at=AT)
            if place % 4:
                factories.response(account, survey=survey, score=place % 7, at=datetime(2025, 11, 10, tzinfo=UTC))
            for quarter, amount in ((date(2025, 11, 1), 500), (date(2026, 2, 1), 500 + 10 * place)):
                factories.revenue(account, amount, quarter)
            factories.opportunity(account, stage="won" if place % 3 else "lost", closed_on=date(2026, 3, 1), campaign=fair)
        factories.opportunity(None, stage="lost", closed_on=date(2026, 3, 1))
        factories.spend(900, date(2026, 1, 20), campaign=fair)
        refresh_rollups(force=True)
        return survey

    @pytest.mark.parametrize("by", ["segment", "region"])
    @pytest.mark.parametrize("role", ["leadership", "account_manager"])
    def test_there_are_as_many_rows_as_n_says(self, login, request, world, role, by):
        client = login(request.getfixturevalue(role))
        query = {"survey": world.pk, "first": "2026-01-01", "last": "2026-01-01", "by": by}
        report = client.get("/report/", query).context["report"]
        counted = {
            (row.label, key): counts(rows(client, key, group=row.key, **query))
            for row in (report.total, *report.rows)
            for key in row.figures
        }
        said = {(row.label, key): [row.figures[key].n] for row in (report.total, *report.rows) for key in row.figures}
        # Both figures of spend hold other rows beside those that n counts: campaigns are no rows of their own.
        wrong = {place: (said[place], n) for place, n in counted.items() if n != said[place] and place[1] != "campaign_roi"}
        assert wrong == {}
        assert {key for _label, key in counted} == SECTIONS.keys() - {"easy"}

    @pytest.mark.parametrize("least", [1, 2])
    def test_every_mark_of_the_charts_opens_the_rows_that_it_shows(self, login, leadership, world, least):
        client = login(leadership)
        charts = client.get("/report/", {"survey": world.pk, "first": "2025-10-01", "last": "2026-01-01", "least": least}).context["charts"]
        marks = {name: marks_of(chart) for name, chart in charts.items() if name != "scatter"}
        assert (marks.keys(), all(marks.values())) == ({"bars", "associations", "quarters", "revenue"}, True)
        for mark in (mark for found in marks.values() for mark in found if mark["value"] is not None):
            page = client.get(mark["url"])
            assert (mark["url"], page.status_code) == (mark["url"], 200)
            assert counts(page) == [int(mark["n"])]

    @pytest.mark.parametrize("quarter", ["2024-01-01", "2026-02-01", "x"])
    def test_a_quarter_that_the_report_has_not_is_not_found(self, login, leadership, world, quarter):
        query = {"survey": world.pk, "first": "2025-10-01", "last": "2026-01-01", "figure": "revenue", "quarter": quarter}
        assert login(leadership).get(URL, query).status_code == 404

    def test_clv_shows_the_lives_behind_it_and_their_curve(self, login, leadership, world):
        factories.revenue(factories.account(name="Gone", segment=None), 100, date(2024, 2, 1))
        refresh_rollups()
        page = rows(login(leadership), "clv", survey=world.pk, first="2026-01-01", last="2026-01-01")
        [gone] = [life for life in page.context["sections"][0]["page"].paginator.object_list if life.name == "Gone"]
        assert (gone.first_paid, gone.quarters, gone.ended) == (date(2024, 1, 1), 1, True)
        steps = page.context["survival"]["data"]["values"]
        assert [(step["quarters"], round(step["value"], 1)) for step in steps][:2] == [(0.0, 100.0), (1.0, 96.0)]  # 1 of 25 left
        assert 'data-chart="chart-survival-spec"' in page.content.decode()

    def test_an_account_managers_rows_are_those_of_own_accounts(self, login, account_manager, world):
        query = {"survey": world.pk, "first": "2026-01-01", "last": "2026-01-01"}
        [section] = rows(login(account_manager), "accounts", **query).context["sections"]
        assert section["page"].paginator.count == 8
