"""The figures of the report on themes are computed once for each state of the rollup, and never shown to whom they are not for."""

from datetime import UTC, date, datetime

import pytest
from django.core.cache import cache
from redis.exceptions import ConnectionError as RedisConnectionError

from analytics.linkage import theme_counts, theme_kept
from analytics.linkage.rollup import refresh_rollups
from analytics.linkage.theme_filters import ThemeFilters
from analytics.linkage.theme_report import build_theme_report, takes_long
from analytics.models import RollupMark
from analytics.statistics.impact import impacts
from tests import factories
from tests.linkage.theme_world import said, theme

pytestmark = pytest.mark.django_db
MAY = datetime(2026, 5, 12, tzinfo=UTC)


@pytest.fixture
def computed(monkeypatch):
    """The numbers of accounts that impacts were computed for."""
    seen = []
    monkeypatch.setattr(theme_counts, "impacts", lambda *counts: seen.append(len(counts[0].n)) or impacts(*counts))
    return seen


@pytest.fixture
def survey(account_manager):
    """Ten unhappy accounts that speak of the price, one of them the manager's, and a happy one that does not."""
    survey, price = factories.survey(), theme("price")
    for number in range(10):
        said(factories.account(account_manager=None if number else account_manager), survey, 2, {price: "negative"}, at=MAY)
    said(survey=survey, score=9, at=MAY)
    refresh_rollups()
    return survey


def report(survey, user, **filters):
    return build_theme_report(user, ThemeFilters(survey, date(2026, 5, 1), 1, **filters))


def test_once_for_all_who_see_the_same_and_anew_after_a_refresh(survey, computed):
    leader, owner = factories.user(role="leadership"), factories.user(role="survey_owner")
    first = report(survey, leader)
    assert report(survey, owner) == first
    assert (first.rows[0].figures["theme_impact"].value, computed) == (pytest.approx(-900 / 11 - 100), [11])
    said(survey=survey, score=2, at=MAY)
    refresh_rollups()
    assert (report(survey, leader).rows[0].figures["theme_impact"].value, computed) == (pytest.approx(-1000 / 12), [11, 12])


def test_everybody_has_own_accounts_alone_and_those_of_today(survey, leadership, account_manager):
    volumes = [report(survey, user).rows[0].figures["theme_volume"].n for user in (leadership, account_manager)]
    account_manager.managed_accounts.update(account_manager=None)
    assert (volumes, report(survey, account_manager).rows) == ([10, 1], [])


def test_other_filters_are_other_figures(survey, leadership, computed):
    everything, nothing = report(survey, leadership), report(survey, leadership, region="Nowhere")
    assert ([row.theme.key for row in everything.rows], nothing.rows) == (["price"], [])


def test_themes_bear_the_names_of_now(survey, leadership):
    report(survey, leadership)
    price = report(survey, leadership).rows[0].theme
    price.names = {"en": "Costs"}
    price.save()
    assert report(survey, leadership).rows[0].theme.name == "Costs"


def test_without_the_cache_there_are_figures_all_the_same(survey, leadership, monkeypatch):
    def away(*args):
        raise RedisConnectionError

    monkeypatch.setattr(cache, "get", away)
    monkeypatch.setattr(cache, "set", away)
    assert report(survey, leadership).rows[0].figures["theme_volume"].n == 10


def test_nothing_is_kept_before_the_rollup_was_made(survey, leadership, computed):
    RollupMark.objects.all().delete()
    assert report(survey, leadership) == report(survey, leadership)
    assert computed == [11, 11]


def test_it_takes_long_while_many_answers_are_not_computed_yet(survey, leadership, monkeypatch):
    filters = ThemeFilters(survey, date(2026, 5, 1), 1)
    assert takes_long(leadership, filters) is False
    monkeypatch.setattr(theme_kept, "MANY", 20)  # there are eleven of all responses and ten of the theme
    assert takes_long(leadership, filters) is True
    build_theme_report(leadership, filters)
    assert takes_long(leadership, filters) is False
