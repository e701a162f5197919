"""The effects that were put in come out again: first by pandas and scipy straight from the rows."""

import pandas as pd
import pytest
from scipy.stats import spearmanr

from analytics.linkage.filters import ReportFilters, quarter_of
from analytics.linkage.report import build_report
from analytics.linkage.rollup import refresh_rollups
from analytics.models import Opportunity, RevenueEntry, Spend
from feedback_site.demo import truth
from surveys.models import Response
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("company")]
STRONG = ("Retail", "Manufacturing", "Hospitality")


@pytest.fixture
def associations():
    """Spearman's ρ and p per segment, of an account's mean score against its mean growth in the quarters after."""
    responses = pd.DataFrame(Response.objects.scored().filter(score_type="nps").values("account", "score", "completed_at"))
    money = pd.DataFrame(RevenueEntry.objects.values("account", "amount", "recognised_on", "account__segment__name"))
    for frame, day in ((responses, "completed_at"), (money, "recognised_on")):
        frame["quarter"] = pd.to_datetime(frame[day]).dt.tz_localize(None).dt.to_period("Q")
    money["amount"] = money["amount"].astype(float)
    revenue = money.groupby(["account", "quarter"])["amount"].sum().unstack().iloc[:, : truth.FULL_QUARTERS]
    growth = (revenue.shift(-1, axis=1) / revenue - 1).iloc[:, :-1]
    score = responses.groupby(["account", "quarter"])["score"].mean().unstack()
    panel = pd.DataFrame({"score": score.stack(), "growth": growth.stack()}).dropna().reset_index()
    accounts = panel.groupby("account")[["score", "growth"]].mean()
    accounts["segment"] = accounts.index.map(money.groupby("account")["account__segment__name"].first())
    return {name: spearmanr(cell["score"], cell["growth"]) for name, cell in accounts.groupby("segment")}


def test_satisfaction_goes_with_growth_where_it_drives_it(associations):
    for name in STRONG:
        assert 0.4 < associations[name].statistic < 0.75
        assert associations[name].pvalue < 0.001


def test_it_goes_a_little_with_growth_where_the_effect_is_small(associations):
    assert 0.1 < associations["Healthcare"].statistic < min(associations[name].statistic for name in STRONG)


def test_no_association_is_found_where_there_is_none(associations):
    assert associations["Public sector"].pvalue > 0.1


def test_the_sign_turns_in_the_segment_where_it_does(associations):
    assert -0.5 < associations["Logistics"].statistic < 0


def test_win_rates_are_those_put_in():
    closed = pd.DataFrame(Opportunity.objects.exclude(stage="open").values("stage", "account__segment__name"))
    rates = (closed["stage"] == "won").groupby(closed["account__segment__name"]).mean()
    for segment in truth.SEGMENTS:
        assert rates[segment.name] == pytest.approx(segment.win_rate, abs=0.05)


def test_spend_per_new_customer_is_near_the_cost_put_in():
    """With 12 to 24 new customers each, chance alone moves the figure by a quarter."""
    won = Opportunity.objects.filter(stage="won", campaign__isnull=False, closed_on__gte="2023-10-01")
    for campaign in truth.CAMPAIGNS:
        spent = sum(Spend.objects.filter(campaign__external_id=campaign.external_id).values_list("amount", flat=True))
        cac = float(spent) / won.filter(campaign__external_id=campaign.external_id).count()
        assert campaign.cac / 2 < cac < campaign.cac * 2


def test_the_unhappy_leave_sooner():
    """In the segments where it is so: more lost accounts among the less satisfied half."""
    rows = pd.DataFrame(
        Response.objects.scored().filter(score_type="nps", segment__name__in=STRONG).values("account", "score", "account__ended_on")
    )
    accounts = rows.groupby("account").agg(score=("score", "mean"), ended=("account__ended_on", "first"))
    unhappy = accounts["score"] < accounts["score"].median()
    lost = accounts["ended"].notna()
    assert lost[unhappy].mean() > 1.5 * lost[~unhappy].mean()


class TestOfTheReport:
    """The product itself finds them, on the page that leadership reads."""

    @pytest.fixture
    def rows(self):
        refresh_rollups(force=True)
        days = RevenueEntry.objects.order_by("recognised_on").values_list("recognised_on", flat=True)
        survey = Response.objects.scored().filter(score_type="nps").latest("completed_at").survey
        filters = ReportFilters(survey=survey, first=quarter_of(days.first()), last=quarter_of(days.last()))
        return {row.label: row.figures for row in build_report(factories.user(role="leadership"), filters).rows}

    def test_associations_by_segment(self, rows):
        found = {name: figures["rho_growth"] for name, figures in rows.items()}
        assert all(found[name].value > 0.4 and found[name].q < 0.01 for name in STRONG)
        assert 0.1 < found["Healthcare"].value < min(found[name].value for name in STRONG)
        assert found["Public sector"].q > 0.05
        assert found["Logistics"].high < 0.1

    def test_win_rates_lie_within_their_intervals(self, rows):
        put_in = {segment.name: 100 * segment.win_rate for segment in truth.SEGMENTS}
        inside = [figures["win_rate"].low < put_in[name] < figures["win_rate"].high for name, figures in rows.items()]
        assert sum(inside) >= len(inside) - 1  # six intervals of 95 %: one may miss
