"""The KPI registry: complete, and the same as what docs/metrics.md tells."""

import re
from pathlib import Path
from typing import get_args

import pytest
from django.conf import settings
from django.utils import translation

from analytics.sales.kpis import KPIS, Unit

METRICS = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text()
# What the reports owe for each segment, and for each theme.
OWED = {
    *("accounts", "responses", "nps", "csat", "account_nps", "mean_score"),
    *("revenue", "growth", "win_rate", "cac", "clv", "campaign_roi"),
    *("rho_growth", "rho_revenue"),
    *("theme_volume", "theme_share", "theme_change", "theme_negative", "theme_impact"),
}
SETTINGS = ("LEAST_ACCOUNTS", "ACCOUNT_PROMOTER_FROM", "ACCOUNT_DETRACTOR_BELOW", "ANNUAL_DISCOUNT_RATE", "CLV_HORIZON_QUARTERS")


def table_rows(columns: int) -> dict[str, list[str]]:
    """The rows of the page's tables with so many columns, by the name in their first cell."""
    rows = (re.split(r"\s*\|\s*", line.strip("| ")) for line in METRICS.splitlines() if re.match(r"\| `\w+` \|", line))
    return {row[0].strip("`"): row[1:] for row in rows if len(row) == columns}


DOCUMENTED = table_rows(columns=7)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def test_every_figure_of_the_report_is_registered():
    assert sorted(OWED - KPIS.keys()) == []


def test_each_is_found_under_its_own_key():
    assert [key for key, kpi in KPIS.items() if kpi.key != key] == []


@pytest.mark.parametrize("key", KPIS)
def test_each_is_explained(key):
    kpi = KPIS[key]
    texts = [str(text) for text in (kpi.name, kpi.formula, kpi.explanation, kpi.source)]
    assert [text for text in texts if not text.strip() or text != text.strip()] == []
    assert texts[2].endswith(".")
    assert kpi.unit in get_args(Unit)


def test_no_two_share_a_name():
    assert len({str(kpi.name) for kpi in KPIS.values()}) == len(KPIS)


def test_an_association_is_never_called_a_cause():
    for key in ("rho_revenue", "rho_growth", "theme_impact"):
        assert "no proof that one causes the other" in " ".join(str(KPIS[key].explanation).split())


class TestDocumentation:
    def test_the_page_lists_exactly_the_registered_figures(self):
        assert sorted(DOCUMENTED) == sorted(KPIS)

    @pytest.mark.parametrize("key", KPIS)
    def test_name_and_unit_are_the_same(self, key):
        name, _definition, _interval, unit, _n, _missing = DOCUMENTED[key]
        assert name == str(KPIS[key].name)
        assert unit.split(",")[0] == ("as that figure" if key == "satisfaction" else KPIS[key].unit)

    @pytest.mark.parametrize("key", KPIS)
    def test_no_cell_is_empty(self, key):
        assert all(DOCUMENTED[key])

    @pytest.mark.parametrize("name", SETTINGS)
    def test_settings_stand_there_with_their_defaults(self, name):
        default, meaning = table_rows(columns=3)[name]
        assert float(default.strip("`")) == getattr(settings, name)
        assert meaning
