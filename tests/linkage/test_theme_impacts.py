"""Impacts are computed once for the same counts, and anew for any others."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from django.core.cache import cache
from redis.exceptions import ConnectionError as RedisConnectionError

from analytics.linkage import theme_impacts
from analytics.linkage.rollup import refresh_rollups
from analytics.linkage.theme_filters import ThemeFilters
from analytics.linkage.theme_impacts import WORTH_KEEPING, kept_impacts
from analytics.linkage.theme_report import build_theme_report
from analytics.statistics.impact import Counts, impacts
from tests import factories
from tests.linkage.theme_world import said, theme


@pytest.fixture
def computed(monkeypatch):
    """The numbers of accounts that impacts were computed for."""
    seen = []
    monkeypatch.setattr(theme_impacts, "impacts", lambda *counts: seen.append(len(counts[0].n)) or impacts(*counts))
    return seen


def counts(accounts, of_the_first=4):
    """Two answers of each account, one of them of a detractor who speaks of the theme; some more of the first."""
    n, one = np.full(accounts, 2), np.ones(accounts, dtype=int)
    n[0] = of_the_first
    return Counts(n, one, one), Counts(one[:, None], 0 * one[:, None], one[:, None])


def test_the_same_counts_once_and_others_anew(computed):
    first = kept_impacts(*counts(WORTH_KEEPING))
    assert (kept_impacts(*counts(WORTH_KEEPING)), computed) == (first, [WORTH_KEEPING])
    assert first == impacts(*counts(WORTH_KEEPING))
    assert kept_impacts(*counts(WORTH_KEEPING, of_the_first=5)) == impacts(*counts(WORTH_KEEPING, of_the_first=5)) != first
    assert len(computed) == 2


def test_few_accounts_are_not_kept(computed):
    kept_impacts(*counts(20))
    kept_impacts(*counts(20))
    assert computed == [20, 20]


def test_without_the_cache_there_are_figures_all_the_same(monkeypatch):
    def away(*args):
        raise RedisConnectionError

    monkeypatch.setattr(cache, "get", away)
    monkeypatch.setattr(cache, "set", away)
    assert kept_impacts(*counts(WORTH_KEEPING)) == impacts(*counts(WORTH_KEEPING))


@pytest.mark.django_db
def test_the_report_is_right_after_a_refresh(monkeypatch, computed):
    monkeypatch.setattr(theme_impacts, "WORTH_KEEPING", 0)
    survey, price, leader = factories.survey(), theme("price"), factories.user(role="leadership")
    at = datetime(2026, 5, 12, tzinfo=UTC)

    def impact():
        refresh_rollups()
        return build_theme_report(leader, ThemeFilters(survey, date(2026, 5, 1), 1)).rows[0].figures["theme_impact"]

    for _ in range(10):
        said(survey=survey, score=2, themes={price: "negative"}, at=at)
    said(survey=survey, score=9, at=at)
    assert impact() == impact()
    assert (impact().value, computed) == (pytest.approx(-900 / 11 - 100), [11])
    said(survey=survey, score=2, at=at)
    assert (impact().value, computed) == (pytest.approx(-1000 / 12 - 0), [11, 12])
