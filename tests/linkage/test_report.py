"""Every figure of the report, against numbers reckoned by hand."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from scipy.stats import false_discovery_control, spearmanr

from surveys.models import Account
from tests import factories
from tests.linkage.world import NOW, Q1, Q2, Q4_25, account, at, report

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_may_2026():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def survey():
    return factories.survey()


@pytest.fixture
def segment():
    return factories.segment("Retail")


def values(row, *keys):
    return tuple(row.figures[key].value for key in keys)


class TestSatisfaction:
    def test_nps_of_responses_and_of_accounts(self, survey, segment):
        account(segment, [10, 9, 3], survey, now=100)  # mean 7.33: passive
        account(segment, [9], survey, now=100)  # promoter
        account(segment, [2, 4], survey, now=100)  # detractor
        account(segment, [], survey, now=100)  # silent
        total = report(survey).total
        assert values(total, "accounts", "responses", "satisfaction", "account_nps", "silent") == (4, 6, 0.0, 0.0, 25.0)
        assert (total.figures["satisfaction"].kpi, total.figures["satisfaction"].n, total.figures["account_nps"].n) == ("nps", 6, 3)
        assert total.figures["mean_score"].value == pytest.approx(37 / 6)

    @pytest.mark.parametrize(
        ("score_type", "scores", "kpi", "value"),
        [("csat", [5, 4, 4, 2], "csat", 75.0), ("ces", [7, 7, 4], "ces", 6.0)],
    )
    def test_csat_and_ces(self, segment, score_type, scores, kpi, value):
        survey = factories.survey(score_type=score_type)
        account(segment, scores, survey)
        figure = report(survey).total.figures["satisfaction"]
        assert (figure.kpi, figure.value, figure.n) == (kpi, value, len(scores))
        assert figure.low < value < figure.high

    def test_an_accounts_score_is_the_mean_of_each_contacts_latest_answer(self, survey, segment):
        made = account(segment, [4], survey)
        contact = made.contacts.get()
        factories.response(survey=survey, contact=contact, score=8, at=at(date(2026, 3, 1)))  # corrects the 4 above
        factories.response(made, survey, score=2, at=at(date(2026, 3, 2)))  # two nameless answers count one by one
        factories.response(made, survey, score=5, at=at(date(2026, 3, 2)))
        [point] = report(survey).accounts
        assert (point.score, point.responses, point.band) == (5.0, 4, "detractor")

    @pytest.mark.parametrize(("scores", "band"), [([8, 9], "promoter"), ([8], "passive"), ([6, 7], "passive"), ([6], "detractor")])
    def test_the_cut_offs_of_account_scores(self, survey, segment, scores, band):
        account(segment, scores, survey)
        assert [point.band for point in report(survey).accounts] == [band]

    def test_an_account_that_moved_counts_where_it_was_its_money_where_it_is(self, survey, segment):
        made, new = account(segment, [9], survey, now=100), factories.segment("Public")
        Account.objects.filter(pk=made.pk).update(segment=new)
        rows = {row.label: values(row, "responses", "revenue") for row in report(survey).rows}
        assert rows == {"Retail": (1, None), "Public": (0, Decimal(100))}

    def test_beside_the_mean_of_ces_stands_the_share_that_found_it_easy(self, segment):
        """3 of 4: Wilson's interval by statsmodels.stats.proportion.proportion_confint(3, 4, method="wilson")."""
        survey = factories.survey(score_type="ces")
        account(segment, [7, 5, 6, 4], survey)
        figure = report(survey).total.figures["easy"]
        assert (figure.value, figure.n) == (75.0, 4)
        assert (figure.low, figure.high) == (pytest.approx(30.06, abs=0.01), pytest.approx(95.44, abs=0.01))

    def test_without_responses_the_reason_is_given(self, survey, segment):
        account(segment, now=100)
        figure = report(survey).total.figures["satisfaction"]
        assert (figure.value, figure.n, figure.reason) == (None, 0, "no responses")


class TestMoney:
    def test_revenue_and_growth(self, survey, segment):
        account(segment, before=100, now=150)
        account(segment, before=100)  # left
        account(segment, now=100)  # new
        total = report(survey).total
        assert values(total, "revenue", "growth") == (Decimal(250), 25.0)
        assert (total.figures["revenue"].n, total.figures["growth"].n) == (2, 3)

    def test_the_quarter_that_runs_is_not_compared(self, survey, segment):
        account(segment, before=100, now=150, after=10)
        made = report(survey, first=Q1, last=Q2)
        assert values(made.total, "revenue", "growth") == (Decimal(160), 50.0)
        assert any("The last quarter still runs" in remark for remark in made.remarks)
        assert [point.revenue.note for point in made.quarters] == ["", "still running"]

    def test_growth_needs_books_that_reach_back(self, survey, segment):
        account(segment, now=150)
        figure = report(survey).total.figures["growth"]
        assert (figure.value, figure.reason) == (None, "the books do not reach back over the period before")

    def test_revenue_that_nobody_entered_is_unknown_not_nothing(self, survey, segment):
        account(segment, [9], survey)
        figure = report(survey).total.figures["revenue"]
        assert (figure.value, figure.reason) == (None, "no revenue entered")

    def test_win_rate_with_opportunities_that_belong_to_no_account(self, survey, segment):
        made = account(segment)
        for stage in ("won", "won", "lost"):
            factories.opportunity(made, stage=stage, closed_on=Q1)
        factories.opportunity(None, stage="lost", closed_on=Q1)
        found = report(survey)
        rates = {row.label: (row.figures["win_rate"].value, row.figures["win_rate"].n) for row in (found.total, *found.rows)}
        assert rates == {"All": (50.0, 4), "Retail": (pytest.approx(200 / 3), 3), "no segment": (0.0, 1)}

    def test_cac(self, survey, segment):
        account(segment, now=100)
        account(segment, before=100, now=100)  # a customer before
        factories.spend(300, Q1, segment=segment)
        factories.spend(200, Q1)  # for no segment
        factories.spend(999, Q1, kind="retention")
        factories.spend(999, Q4_25)
        found = report(survey)
        assert {row.label: row.figures["cac"].value for row in (found.total, *found.rows)} == {"All": Decimal(500), "Retail": Decimal(300)}
        assert found.total.figures["cac"].n == 1

    def test_spend_is_not_divided_where_it_is_not_known(self, survey, segment, account_manager):
        account(segment, now=100, region="North", account_manager=account_manager)
        factories.spend(300, Q1)
        by_region = report(survey, by="region").rows[0].figures["cac"]
        own = report(survey, user=account_manager).total.figures["cac"]
        assert (by_region.value, by_region.reason) == (None, "spend is not entered by region")
        assert (own.value, own.reason) == (None, "spend is shown only to those who see every account")

    def test_roi_counts_the_profit_of_accounts_that_campaigns_won_in_the_period(self, survey, segment):
        fair = factories.campaign()
        first_touch, later_touch, older = (account(segment, now=1000, cost="0.4") for _ in range(3))
        factories.opportunity(first_touch, campaign=fair, closed_on=Q1)
        factories.opportunity(later_touch, campaign=None, closed_on=Q1)
        factories.opportunity(later_touch, campaign=fair, closed_on=date(2026, 2, 1))
        factories.opportunity(older, campaign=fair, closed_on=Q4_25)
        factories.spend(200, Q1, campaign=fair)
        figure = report(survey).total.figures["campaign_roi"]
        assert (figure.value, figure.n, figure.n_unit) == (200.0, 1, "campaigns")

    def test_accounts_of_a_campaign_without_spend_are_no_gain_of_another(self, survey, segment):
        fair, free = factories.campaign(), factories.campaign()
        for campaign, profit in ((fair, 600), (free, 9000)):
            factories.opportunity(account(segment, now=profit, cost="0"), campaign=campaign, closed_on=Q1)
        factories.spend(200, Q1, campaign=fair)
        assert report(survey).total.figures["campaign_roi"].value == 200.0

    def test_clv_by_hand(self, survey, segment, settings):
        """Two accounts pay 100 at a cost of 40 in each of two quarters; one of them leaves after the first."""
        settings.LEAST_ACCOUNTS, settings.CLV_HORIZON_QUARTERS, settings.ANNUAL_DISCOUNT_RATE = 2, 2, 0.0
        account(segment, before=100, now=100, cost="0.4")
        account(segment, before=100, cost="0.4", ended_on=date(2025, 12, 31))
        figure = report(survey, first=Q4_25, last=Q1).total.figures["clv"]
        # margin 60 in each of three quarters as a customer; S(1) = S(2) = 1/2
        assert (figure.value, figure.n) == (pytest.approx(60 * (0.5 + 0.5)), 2)

    def test_clv_without_cost_or_with_too_few(self, survey, segment, settings):
        account(segment, now=100)
        assert report(survey).total.figures["clv"].reason == "too few accounts: 1 of 10 needed"
        settings.LEAST_ACCOUNTS = 1
        assert report(survey).total.figures["clv"].reason == "cost or exchange rate is not known for every entry"


class TestAssociations:
    @pytest.fixture
    def twelve(self, survey, segment):
        """Scores 0–10 with a tie, growth and revenue in some order."""
        scores, revenue, after = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10], [5, 3, 8, 1, 9, 2, 7, 4, 6, 12, 11, 10], range(1, 13)
        for score, now, later in zip(scores, revenue, after, strict=True):
            account(segment, [score], survey, now=100 * now, after=100 * later)
        return scores, revenue, list(after)

    def test_score_against_revenue(self, survey, twelve):
        figure = report(survey).total.figures["rho_revenue"]
        expected = spearmanr(twelve[0], twelve[1])
        assert (figure.n, figure.value, figure.p) == (12, pytest.approx(expected.statistic), pytest.approx(expected.pvalue))
        assert figure.low < figure.value < figure.high

    def test_score_against_growth_to_the_next_quarter(self, survey, twelve):
        with time_machine.travel(at(date(2026, 7, 2)), tick=False):  # the second quarter has ended
            figure = report(survey).total.figures["rho_growth"]
        scores, now, after = twelve
        growth = [2 * (later - first) / (later + first) for first, later in zip(now, after, strict=True)]
        assert (figure.n, figure.value) == (12, pytest.approx(spearmanr(scores, growth).statistic))

    def test_a_next_quarter_that_still_runs_is_left_out(self, survey, twelve):
        figure = report(survey).total.figures["rho_growth"]
        assert (figure.value, figure.reason) == (None, "too few accounts: 0 of 10 needed")

    def test_too_few_accounts(self, survey, segment):
        for score in range(6):
            account(segment, [score], survey, now=100 + score)
        figure = report(survey).total.figures["rho_revenue"]
        assert (figure.value, figure.n, figure.reason) == (None, 6, "too few accounts: 6 of 10 needed")

    def test_all_alike(self, survey, segment):
        for number in range(10):
            account(segment, [7], survey, now=100 + number)
        assert report(survey).total.figures["rho_revenue"].reason == "all accounts are alike in score or in outcome"

    def test_q_values_allow_for_every_association_on_the_page(self, survey, twelve):
        other = factories.segment("Public")
        for score in range(10):
            account(other, [score], survey, now=100 * (score + 1))
        found = report(survey)
        figures = [row.figures["rho_revenue"] for row in (found.total, *found.rows)]
        assert found.comparisons == 3
        assert [figure.q for figure in figures] == pytest.approx(list(false_discovery_control([figure.p for figure in figures])))

    def test_simpsons_warning(self, survey):
        """In each segment the happier pay less, but the happier segment pays more."""
        for name, base in (("Low", 0), ("High", 6)):
            segment = factories.segment(name)
            for place in range(10):
                account(segment, [base + place % 5], survey, now=10_000 * (1 + base) - 100 * (place % 5) - place)
        found = report(survey)
        signs = [row.figures["rho_revenue"].value > 0 for row in (found.total, *found.rows)]
        assert signs == [True, False, False]
        assert len(found.warnings) == 2
        assert found.warnings[0].startswith("Simpson's paradox, score and revenue")
        [pooled] = found.pooled
        assert (pooled.kpi, pooled.n, pooled.value < 0) == ("rho_revenue", 20, True)
        assert pooled.low < pooled.value < pooled.high


class TestFilters:
    def test_segment_and_region(self, survey, segment):
        account(segment, [9], survey, now=100, region="North")
        account(segment, [0], survey, now=20, region="South")
        account(factories.segment("Public"), [0], survey, now=3, region="North")
        assert values(report(survey, segment_id=segment.pk).total, "responses", "revenue") == (2, Decimal(120))
        assert values(report(survey, region="North").total, "responses", "revenue") == (2, Decimal(103))
        assert {row.label: row.figures["revenue"].value for row in report(survey, by="region").rows} == {
            "North": Decimal(103),
            "South": Decimal(20),
        }

    def test_accounts_heard_too_little_leave_satisfaction_not_the_money(self, survey, segment):
        account(segment, [9, 9, 9], survey, now=100)
        account(segment, [0, 0], survey, now=50)
        found = report(survey, least_responses=3)
        assert values(found.total, "responses", "satisfaction", "revenue", "silent") == (3, 100.0, Decimal(150), 0.0)
        assert sorted((point.score, point.responses, point.band) for point in found.accounts if point.score) == [(9.0, 3, "promoter")]
        assert [(point.responses, point.band) for point in found.accounts if point.score is None] == [(2, "")]

    def test_another_survey_does_not_count(self, survey, segment):
        account(segment, [9], factories.survey())
        assert values(report(survey).total, "responses") == (0,)


class TestVisibility:
    def test_figures_are_those_of_the_users_own_accounts(self, survey, segment, account_manager):
        account(segment, [9], survey, now=100, account_manager=account_manager)
        account(segment, [0], survey, now=900)
        found = report(survey, user=account_manager)
        assert values(found.total, "accounts", "responses", "satisfaction", "revenue") == (1, 1, 100.0, Decimal(100))

    def test_who_sees_nothing_gets_an_empty_report(self, survey, segment):
        account(segment, [9], survey, now=100)
        found = report(survey, user=factories.user(role="sales"))
        assert (values(found.total, "accounts", "responses"), found.rows, found.accounts) == ((0, 0), [], [])


def test_the_number_of_queries_does_not_grow(survey, segment, django_assert_max_num_queries):
    from analytics.linkage.filters import ReportFilters
    from analytics.linkage.report import build_report

    user, filters = factories.user(role="leadership"), ReportFilters(survey=survey, first=Q1, last=Q1)
    for count in (1, 30):
        for _ in range(count):
            account(segment, [9], survey, now=100)
        report(survey)
        with django_assert_max_num_queries(13):
            build_report(user, filters)


def test_an_empty_database(survey):
    found = report(survey)
    assert (found.rows, found.accounts, found.comparisons) == ([], [], 0)
    assert all(figure.reason for key, figure in found.total.figures.items() if key not in ("accounts", "responses"))


def test_a_single_row_is_the_total_once_more_and_tested_once(survey, segment):
    for score in range(10):
        account(segment, [score], survey, now=100 * (score + 1))
    found = report(survey)
    assert found.comparisons == 1
    assert found.total.figures["rho_revenue"].q == found.rows[0].figures["rho_revenue"].q == found.total.figures["rho_revenue"].p
