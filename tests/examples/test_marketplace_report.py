"""The report over the real marketplace, against pandas and scipy on the raw files."""

from datetime import date

import pytest
from scipy.stats import spearmanr

from analytics.linkage.filters import ReportFilters
from analytics.linkage.report import build_report
from analytics.linkage.rollup import refresh_rollups
from surveys.models import Survey
from tests import factories
from tests.examples.test_marketplace import loaded, marketplace, prepared, raw  # noqa: F401 - fixtures

WHOLE_PERIOD = {"first": date(2016, 7, 1), "last": date(2018, 10, 1), "by": "region"}


@pytest.fixture
def report(marketplace):  # noqa: F811
    refresh_rollups(force=True)

    def build(**filters):
        filters = ReportFilters(survey=Survey.objects.get(key="marketplace-order"), **WHOLE_PERIOD, **filters)
        return build_report(factories.user(role="leadership"), filters)

    return build


def test_all_responses_count_in_the_total(report):
    figures = report(least_responses=1).total.figures
    assert figures["responses"].value == 4000
    assert figures["satisfaction"].n == 4000
    assert round(float(figures["satisfaction"].value), 1) == 76.6
    assert len([account for account in report(least_responses=1).accounts if account.responses]) == 1119
    assert round(float(figures["revenue"].value), 2) == 549545.09


def test_no_association_of_score_and_revenue_is_found(report, raw):  # noqa: F811
    sellers = raw[raw["size"] >= 3]
    expected = spearmanr(sellers["mean"], sellers["revenue"])
    figure = report(least_responses=3).total.figures["rho_revenue"]
    assert (figure.n, round(figure.value, 3), round(figure.p, 2)) == (401, -0.085, 0.09)
    assert figure.value == pytest.approx(expected.statistic, abs=1e-9)
    assert figure.p == pytest.approx(expected.pvalue, rel=0.02)
    assert figure.low < figure.value < figure.high


def test_by_state_the_same_five_have_enough_sellers(report, raw):  # noqa: F811
    sellers = raw[raw["size"] >= 3]
    figures = {row.label: row.figures["rho_revenue"] for row in report(least_responses=3).rows}
    enough = {state: (round(figure.value, 3), figure.n) for state, figure in figures.items() if figure.value is not None}
    assert enough == {"SP": (-0.094, 263), "PR": (-0.153, 41), "MG": (-0.077, 40), "SC": (0.032, 21), "RJ": (-0.156, 17)}
    for state, (_value, n) in enough.items():
        rows = sellers[sellers["state"] == state]
        assert (len(rows), figures[state].value) == (n, pytest.approx(spearmanr(rows["mean"], rows["revenue"]).statistic, abs=1e-9))
    too_few = {state: figure for state, figure in figures.items() if state not in enough}
    assert too_few["RS"].n == 7
    assert all(figure.reason for figure in too_few.values())
