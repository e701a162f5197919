"""The page of satisfaction and revenue, with a report made by hand."""

import csv
import json
import re
from datetime import UTC, date, datetime
from io import StringIO

import pytest
import time_machine

from analytics.linkage.figures import Figure, missing
from analytics.linkage.report import ReportRow
from analytics.reports.charts import charts_of, isolated
from analytics.reports.columns import in_words
from analytics.reports.forms import ReportForm
from analytics.reports.periods import quarter_name
from surveys.models import SurveyVersion
from tests import factories
from tests.reports import sample

pytestmark = pytest.mark.django_db
URL = "/report/"


@pytest.fixture
def asked(monkeypatch):
    """The filters of each report that was asked for; the reports are samples."""
    filters = []

    def build(user, wanted):
        filters.append(wanted)
        return sample.report(wanted)

    monkeypatch.setattr("analytics.reports.views.build_report", build)
    monkeypatch.setattr("analytics.reports.behind.build_report", build)
    return filters


@pytest.fixture
def survey():
    return factories.survey()


class TestFilters:
    @time_machine.travel("2026-05-10", tick=False)
    def test_defaults_are_the_busiest_survey_and_four_full_quarters_with_the_running_one(self, login, leadership, survey, asked):
        busy = factories.survey()
        for year in (2024, 2026):
            factories.response(survey=busy, at=datetime(year, 5, 2, tzinfo=UTC))
        factories.response(survey=survey)
        login(leadership).get(URL)
        [filters] = asked
        assert (filters.survey, filters.first, filters.last) == (busy, date(2025, 4, 1), date(2026, 4, 1))
        assert (filters.by, filters.segment_id, filters.region, filters.least_responses) == ("segment", None, "", 1)

    @time_machine.travel("2026-05-10", tick=False)
    def test_old_data_is_shown_by_default_too(self, login, leadership, survey, asked):
        for year in (2016, 2018):
            factories.response(survey=survey, at=datetime(year, 8, 2, tzinfo=UTC))
        login(leadership).get(URL)
        assert (asked[0].first, asked[0].last) == (date(2017, 10, 1), date(2018, 7, 1))

    def test_the_whole_history_can_be_chosen(self, login, leadership, survey, asked):
        for year in (2024, 2025):
            factories.response(survey=survey, at=datetime(year, 2, 2, tzinfo=UTC))
        login(leadership).get(URL, {"first": "all"})
        assert (asked[0].first, asked[0].last) == (date(2024, 1, 1), date(2025, 1, 1))

    def test_every_filter_reaches_the_report(self, login, leadership, survey, asked):
        account = factories.account(segment=factories.segment(), region="North")
        factories.response(account, survey=survey)
        login(leadership).get(URL, {"survey": survey.pk, "by": "region", "segment": account.segment_id, "region": "North", "least": 3})
        filters = asked[0]
        assert (filters.by, filters.segment_id, filters.region, filters.least_responses) == ("region", account.segment_id, "North", 3)

    def test_a_period_that_ends_before_it_begins_is_said_to_do_so(self, login, leadership, survey, asked):
        for year in (2024, 2025):
            factories.response(survey=survey, at=datetime(year, 2, 2, tzinfo=UTC))
        page = login(leadership).get(URL, {"first": "2025-01-01", "last": "2024-01-01"})
        assert "The period ends before it begins." in page.content.decode()
        assert asked == []

    @pytest.mark.parametrize("query", [{"survey": "x"}, {"first": "2024-02-01"}, {"least": "-1"}, {"segment": "99"}, {"region": "Nowhere"}])
    def test_nonsense_is_no_error_of_the_server(self, login, leadership, survey, asked, query):
        factories.response(survey=survey)
        assert login(leadership).get(URL, query).status_code == 200

    def test_regions_and_period_are_those_of_the_users_own_accounts(self, account_manager, survey):
        factories.response(factories.account(region="Elsewhere"), survey=survey, at=datetime(2020, 1, 1, tzinfo=UTC))
        factories.response(factories.account(region="Here", account_manager=account_manager), survey=survey)
        form = ReportForm({}, account_manager)
        assert [value for value, _name in form.fields["region"].choices] == ["", "Here"]
        assert form.first_quarter > date(2020, 1, 1)


class TestPage:
    @pytest.fixture
    def page(self, login, leadership, survey, asked):
        factories.response(survey=survey)
        return login(leadership).get(URL).content.decode()

    def test_each_figure_opens_the_rows_behind_it_under_the_same_filters(self, page, survey):
        links = re.findall(r'href="(/report/rows/\?figure=win_rate&amp;group=1&amp;[^"]*)"', page)
        assert len(links) == 1 and f"survey={survey.pk}" in links[0]

    def test_a_missing_figure_gives_its_reason_in_place(self, page):
        cell = re.search(r'data-row="2".*?data-figure="rho_growth">(.*?)</td>', page, re.DOTALL).group(1)
        assert "too few accounts: 6 of 10 needed" in cell

    def test_it_says_how_many_comparisons_were_tried_and_never_claims_a_cause(self, page):
        assert "4 associations were tested on this page" in page
        assert "causes" not in page.split('id="chart-scatter-spec"')[0].replace("that one causes", "")

    def test_counts_stand_alone_in_their_cells(self, page):
        cell = re.search(r'data-row="total".*?data-figure="responses">(.*?)</td>', page, re.DOTALL).group(1)
        assert re.sub(r"<span class=\"k-cell-label.*?</span>|<[^>]+>|\s", "", cell) == "180"

    def test_every_figure_is_explained_where_a_keyboard_reaches(self, page):
        assert len(re.findall(r'<button type="button" class="k-about"[^>]*aria-label="About “[^"]+”"', page)) >= 11

    def test_charts_have_a_title_and_their_specification_as_data(self, page):
        names = re.findall(r'data-chart="(chart-\w+-spec)"', page)
        assert names == [f"chart-{name}-spec" for name in ("scatter", "bars", "associations", "quarters", "revenue")]
        assert all(f'<script id="{name}" type="application/json">' in page for name in names)

    def test_no_survey_yet(self, login, leadership):
        assert "There is no survey yet." in login(leadership).get(URL).content.decode()

    def test_no_response_yet(self, login, leadership, survey, monkeypatch):
        empty = ReportRow("total", "All", {**sample.figures(), "responses": Figure("responses", 0, 0, "responses")})
        monkeypatch.setattr("analytics.reports.views.build_report", lambda user, filters: sample.report(filters, total=empty))
        assert "No response to this survey" in login(leadership).get(URL).content.decode()

    def test_the_export_has_value_interval_and_reason(self, login, leadership, survey, asked):
        factories.response(survey=survey)
        content = login(leadership).get(URL, {"export": "csv"}).content.decode("utf-8-sig")
        rows = list(csv.DictReader(StringIO(content)))
        assert [(row["Group"], row["NPS"], row["NPS: low"]) for row in rows] == [
            ("Retail", "12.0", "0.0"),
            ("קמעונאות", "48.0", "36.0"),
            ("All", "31.5", "19.5"),
        ]
        assert rows[1]["Score and revenue: remark"] == "too few accounts: 6 of 10 needed"


class TestCharts:
    @pytest.fixture
    def charts(self, survey):
        return charts_of(sample.report(filters=None), {})

    def test_the_scatter_has_every_account_with_revenue_and_a_strip_for_the_silent(self, charts):
        marks = charts["scatter"]["layer"][1]["data"]["values"]
        assert len(marks) == 40
        assert {mark["band"] for mark in marks if mark["x"] < 0} == {"Silent"}

    def test_a_later_version_of_the_survey_is_a_boundary_in_its_quarter(self, survey, survey_owner):
        report = sample.report(filters=None)
        quarter = report.quarters[1].quarter
        later = SurveyVersion(number=2, published_at=datetime(quarter.year, quarter.month, 9, 12, tzinfo=UTC))
        layers = charts_of(report, {}, [later])["quarters"]["layer"]
        assert layers[0]["data"]["values"] == [{"quarter": quarter_name(quarter), "label": "Version 2"}]
        assert len(charts_of(report, {})["quarters"]["layer"]) == len(layers) - 2

    def test_names_with_hebrew_are_isolated(self):
        assert [isolated("חברה A"), isolated("Company")] == ["\u2067חברה A\u2069", "Company"]

    def test_accounts_without_revenue_are_not_put_on_a_log_axis(self):
        report = sample.report(filters=None, accounts=[])
        assert "scatter" not in charts_of(report, {})

    def test_specifications_are_plain_data_in_named_colours(self, charts):
        text = json.dumps(charts)
        assert "var(--k-detractor)" in text and "NaN" not in text
        assert re.findall(r'"#[0-9a-f]{6}"', text) == []

    def test_rows_too_few_to_say_are_not_drawn(self, charts):
        labels = {
            value["label"]
            for layer in charts["associations"]["layer"]
            for value in layer.get("data", {}).get("values", [])
            if "label" in value
        }
        assert labels == {"All", "Retail"}


@pytest.mark.parametrize(
    ("value", "q", "said"),
    [
        (0.4, 0.01, "higher scores are associated with more"),
        (-0.4, 0.01, "higher scores are associated with less"),
        (0.4, 0.2, "no association found"),
        (0.4, None, "no association found"),
    ],
)
def test_an_association_in_words(value, q, said):
    assert in_words(Figure("rho_growth", value, 40, "accounts", q=q)) == said


def test_other_figures_have_no_words():
    assert [in_words(Figure("nps", 4, 40, "responses")), in_words(missing("rho_growth", 3, "accounts", "too few"))] == ["", ""]
