"""The report on themes against figures reckoned by hand, and what one user sees of it."""

from datetime import UTC, date, datetime

import pytest

from analytics.linkage.rollup import refresh_rollups
from analytics.linkage.theme_filters import ThemeFilters, month_after
from analytics.linkage.theme_report import build_theme_report
from tests import factories
from tests.linkage.theme_world import said, theme

pytestmark = pytest.mark.django_db
APRIL, MAY = datetime(2026, 4, 12, tzinfo=UTC), datetime(2026, 5, 12, tzinfo=UTC)


@pytest.fixture
def survey():
    return factories.survey()


@pytest.fixture
def price():
    return theme("price")


def report(survey, user=None, months=1, **filters):
    refresh_rollups()
    return build_theme_report(user or factories.user(role="leadership"), ThemeFilters(survey, date(2026, 5, 1), months, **filters))


def several(n, **fields):
    """`n` responses of `n` accounts, or of the one that is named."""
    return [said(**fields) for _ in range(n)]


def shown(figure):
    return figure.reason or (round(figure.value, 1), round(figure.low, 1), round(figure.high, 1), figure.n)


class TestFigures:
    def test_volume_share_sentiment_and_impact(self, survey, price):
        several(6, survey=survey, score=2, themes={price: "negative"}, label="negative", at=MAY)
        several(4, survey=survey, score=9, themes={price: "positive"}, at=MAY)
        several(10, survey=survey, score=10, at=MAY)
        factories.response(survey=survey, score=5, at=MAY)  # says nothing: no comment, but an answer
        found = report(survey)
        [row] = found.rows
        assert row.figures["theme_volume"].value == 10
        assert shown(row.figures["theme_share"]) == (50, 29.9, 70.1, 20)
        assert shown(row.figures["theme_negative"]) == (60, 31.3, 83.2, 10)
        # NPS of all: 14 promoters and 7 detractors of 21. Without the theme: 10 and 1 of 11.
        assert row.figures["theme_impact"].value == pytest.approx(100 * 7 / 21 - 100 * 9 / 11)
        assert (row.figures["theme_impact"].n, row.figures["theme_impact"].low < -48 < row.figures["theme_impact"].high) == (10, True)
        assert row.labels == {"positive": 4, "neutral": 0, "mixed": 0, "negative": 6, "not_scored": 0}
        assert (found.total.figures["nps"].value, found.total.figures["nps"].n) == (pytest.approx(100 / 3), 21)
        assert (found.total.figures["theme_volume"].n, found.total.labels["positive"], found.total.labels["negative"]) == (20, 14, 6)

    def test_few_answers_have_no_impact_and_no_change(self, survey, price):
        several(9, survey=survey, themes={price: "neutral"}, at=MAY)
        several(9, survey=survey, at=MAY)
        factories.response(survey=survey, comment="x", at=APRIL)
        said(survey=survey, at=APRIL)
        [row] = report(survey).rows
        few = "too few answers: 9 of 10 needed"
        assert (row.figures["theme_impact"].reason, row.figures["theme_change"].reason) == (few, few)

    def test_where_everybody_speaks_of_it_nothing_is_left_to_compare(self, survey, price):
        several(10, survey=survey, themes={price: "neutral"}, at=MAY)
        assert report(survey).rows[0].figures["theme_impact"].reason == "no answer without it"

    def test_few_accounts_have_an_impact_without_interval_and_it_says_why(self, survey, price):
        account = factories.account()
        for _ in range(10):
            said(account, survey, score=2, themes={price: "negative"}, at=MAY)
        said(account, survey, score=9, at=MAY)
        impact = report(survey).rows[0].figures["theme_impact"]
        assert (impact.low, impact.note) == (None, "no interval: fewer than 10 accounts, or hardly any answer without it")
        assert impact.value == pytest.approx(100 * (1 - 10) / 11 - 100)

    def test_without_any_text_that_was_understood_the_sentiment_is_missing(self, survey, price):
        several(2, survey=survey, themes={price: "not_scored"}, label="not_scored", at=MAY)
        negative = report(survey).rows[0].figures["theme_negative"]
        assert (negative.value, negative.reason, negative.n) == (None, "not scored", 0)

    def test_a_survey_that_asks_no_nps_has_no_impact(self, price):
        survey = factories.survey(score_type="csat")
        several(10, survey=survey, score=4, themes={price: "neutral"}, at=MAY)
        found = report(survey)
        missing = [found.rows[0].figures["theme_impact"], found.total.figures["nps"]]
        assert (found.has_impact, [shown(figure) for figure in missing]) == (False, ["the survey asks no NPS"] * 2)

    def test_a_survey_that_asks_for_no_score_has_all_but_the_impact(self, price):
        survey = factories.survey(score_type="")
        for number in range(12):
            said(survey=survey, score=None, themes={price: "negative"} if number < 6 else {}, at=MAY)
        found = report(survey)
        [row] = found.rows
        assert [shown(row.figures[key]) for key in ("theme_share", "theme_negative")] == [(50, 25.4, 74.6, 12), (100, 61, 100, 6)]
        assert (row.figures["theme_volume"].n, [point.value for point in row.trend]) == (6, [50])
        missing = [row.figures["theme_impact"], found.total.figures["nps"]]
        assert [shown(figure) for figure in missing] == ["the survey asks for no score"] * 2


class TestTime:
    def test_a_rise_against_the_period_before(self, survey, price):
        account, other = factories.account(), theme("delivery")
        several(4, account=account, survey=survey, themes={price: "neutral", other: "neutral"}, at=APRIL)
        several(36, account=account, survey=survey, themes={other: "neutral"}, at=APRIL)
        several(20, account=account, survey=survey, themes={price: "neutral", other: "neutral"}, at=MAY)
        several(20, account=account, survey=survey, themes={other: "neutral"}, at=MAY)
        found = report(survey)
        rows = {row.theme.key: row for row in found.rows}
        change = rows["price"].figures["theme_change"]
        assert shown(change) == (40, 20.3, 56.0, 80)
        assert (change.q == pytest.approx(2 * change.p), found.comparisons) == (True, 2)  # the other is tested too: it has not moved
        assert (rows["price"].direction, rows["delivery"].direction) == (1, 0)

    def test_a_fall(self, survey, price):
        account = factories.account()
        several(15, account=account, survey=survey, themes={price: "neutral"}, at=APRIL)
        several(10, account=account, survey=survey, at=APRIL)
        several(1, account=account, survey=survey, themes={price: "neutral"}, at=MAY)
        several(24, account=account, survey=survey, at=MAY)
        assert report(survey).rows[0].direction == -1

    def test_a_theme_that_falls_silent_is_the_surest_fall(self, survey, price):
        account = factories.account()
        several(12, account=account, survey=survey, themes={price: "neutral"}, at=APRIL)
        several(12, account=account, survey=survey, at=MAY)
        found = report(survey)
        [row] = found.rows
        assert (shown(row.figures["theme_change"]), row.direction, found.comparisons) == ((-100, -100, -65.7, 24), -1, 1)
        assert [row.figures[key].value for key in ("theme_volume", "theme_share")] == [0, 0]
        assert row.figures["theme_negative"].reason == "no responses"
        assert row.figures["theme_impact"].reason == "too few answers: 0 of 10 needed"

    def test_nothing_before(self, survey, price):
        several(10, survey=survey, themes={price: "neutral"}, at=MAY)
        assert report(survey).rows[0].figures["theme_change"].reason == "no comments in the period before"

    def test_the_share_of_each_month(self, survey, price):
        several(1, survey=survey, themes={price: "neutral"}, at=APRIL)
        several(3, survey=survey, at=MAY)
        found = report(survey, months=3)
        assert found.steps == [date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)]
        assert [(point.value, point.n) for point in found.rows[0].trend] == [(None, 0), (100, 1), (0, 3)]

    def test_quarters_are_whole_but_the_last(self, survey, price):
        for month in (1, 3, 4):
            said(survey=survey, themes={price: "neutral"}, at=datetime(2026, month, 5, tzinfo=UTC))
        found = report(survey, months=6, step=3)
        assert (found.filters.first, found.filters.before, found.filters.end) == (date(2026, 1, 1), date(2025, 7, 1), date(2026, 6, 1))
        assert (found.steps, [point.n for point in found.rows[0].trend]) == ([date(2026, 1, 1), date(2026, 4, 1)], [2, 1])

    @pytest.mark.parametrize(("by", "month"), [(1, "2026-01-01"), (-12, "2024-12-01"), (-99999, "0001-01-01"), (99999, "9999-12-01")])
    def test_months_end_with_the_calendar(self, by, month):
        assert month_after(date(2025, 12, 1), by) == date.fromisoformat(month)

    @pytest.mark.parametrize("period", [(date(2026, 5, 2), 1, 1), (date(2026, 5, 1), 0, 1), (date(2026, 5, 1), 4, 3)])
    def test_no_period(self, period):
        with pytest.raises(ValueError, match="whole months"):
            ThemeFilters(None, *period)


class TestParts:
    def test_top_themes_count_for_their_parts_and_parts_can_be_opened(self, survey, price):
        discount = theme("discount", price)
        several(2, survey=survey, themes={discount: "neutral"}, at=MAY)
        several(1, survey=survey, themes={price: "neutral"}, at=MAY)
        assert [(row.theme, row.figures["theme_volume"].n) for row in report(survey).rows] == [(price, 3)]
        assert [(row.theme, row.figures["theme_volume"].n) for row in report(survey, parent_id=price.pk).rows] == [(discount, 2)]

    def test_the_most_spoken_of_come_first_and_what_nobody_speaks_of_is_left_out(self, survey, price):
        delivery, idle = theme("delivery"), theme("idle")
        unused = theme("unused", is_active=False)
        several(2, survey=survey, themes={delivery: "neutral", unused: "neutral"}, at=MAY)
        several(1, survey=survey, themes={price: "neutral"}, at=MAY)
        several(1, survey=survey, themes={idle: "neutral"}, at=datetime(2025, 1, 1, tzinfo=UTC))
        assert [row.theme for row in report(survey).rows] == [delivery, price]


class TestSegments:
    @pytest.fixture
    def two(self, survey, price):
        """In one segment ten of twenty speak of it and are unhappy, in the other two do."""
        retail, industry = factories.segment("Retail"), factories.segment("Industry")
        for segment, speaking in ((retail, 10), (industry, 2)):
            for number in range(12):
                themes, score = ({price: "negative"}, 2) if number < speaking else ({}, 9)
                said(factories.account(segment=segment, region=segment.name), survey, score, themes, at=MAY)
        return retail, industry

    def test_impact(self, survey, two):
        [row] = report(survey).rows
        industry, retail = row.cells
        assert ([cell.label for cell in row.cells], industry.figure.reason) == (["Industry", "Retail"], "too few answers: 2 of 10 needed")
        assert retail.figure.value == pytest.approx(100 * (2 - 10) / 12 - 100)

    def test_share_negative(self, survey, two):
        [row] = report(survey, measure="negative").rows
        assert [cell.figure.value for cell in row.cells] == [None, 100]

    def test_one_segment_or_region_alone(self, survey, two):
        by_segment, by_region = report(survey, segment_id=two[0].pk), report(survey, region="Retail")
        assert [(found.rows[0].figures["theme_volume"].n, found.rows[0].cells) for found in (by_segment, by_region)] == [(10, [])] * 2


class TestWho:
    def test_an_account_manager_sees_what_own_accounts_say(self, survey, price, account_manager):
        said(factories.account(account_manager=account_manager), survey, themes={price: "neutral"}, at=MAY)
        several(3, survey=survey, themes={price: "neutral"}, at=MAY)
        assert [row.figures["theme_volume"].n for row in report(survey, account_manager).rows] == [1]

    def test_answers_to_another_survey_or_scale_do_not_count(self, survey, price):
        said(survey=factories.survey(), themes={price: "neutral"}, at=MAY)
        said(survey=survey, themes={price: "neutral"}, score_type="csat", at=MAY)
        said(survey=survey, themes={price: "neutral"}, score=None, at=MAY)  # left out, although asked for
        assert report(survey).rows == []

    def test_what_nobody_has_read_is_counted_apart(self, survey, price):
        said(survey=survey, themes={price: "neutral"}, at=MAY)
        said(survey=survey, revision=0, at=MAY)
        found = report(survey)
        assert (found.unread, found.total.figures["theme_volume"].n) == (1, 1)

    def test_the_number_of_queries_does_not_grow(self, survey, price, django_assert_num_queries):
        refresh_rollups()
        for number in range(3):
            said(factories.account(segment=factories.segment()), survey, themes={theme(f"theme-{number}"): "neutral"}, at=MAY)
        refresh_rollups()
        user = factories.user(role="leadership")
        filters = ThemeFilters(survey, date(2026, 5, 1), 3)
        with django_assert_num_queries(7):  # the survey's version and its questions, themes, mark, months, names of segments, accounts
            build_theme_report(user, filters)
