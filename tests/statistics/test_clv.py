"""Customer lifetime value against a published table, by hand, and as a plain loop."""

from math import inf, nan

import numpy as np
import pytest

from analytics.statistics.clv import customer_lifetime_value, rate_per_period


@pytest.mark.parametrize(
    ("retention", "multiples"),
    [(0.6, (1.20, 1.15, 1.11, 1.07)), (0.7, (1.75, 1.67, 1.59, 1.52)), (0.8, (2.67, 2.50, 2.35, 2.22)), (0.9, (4.50, 4.09, 3.75, 3.46))],
)
def test_margin_multiples_of_gupta_and_lehmann(retention, multiples):
    # Gupta & Lehmann (2003), "Customers as Assets": margin multiple r ÷ (1 + i − r) at discount rates of 10, 12, 14 and 16 %.
    survival = retention ** np.arange(1, 500)
    found = [customer_lifetime_value(1, survival, rate) for rate in (0.10, 0.12, 0.14, 0.16)]
    assert found == pytest.approx(multiples, abs=0.005)


def test_by_hand():
    # 100 × 0.9 ÷ 1.1 + 100 × 0.8 ÷ 1.21 + 100 × 0.7 ÷ 1.331 = 81.8182 + 66.1157 + 52.5920
    assert customer_lifetime_value(100, [0.9, 0.8, 0.7], 0.1) == pytest.approx(200.5259, abs=1e-4)


def test_as_a_plain_loop():
    random = np.random.default_rng(3)
    survival = np.sort(random.uniform(size=12))[::-1]
    expected = 0.0
    for quarter, share in enumerate(survival.tolist(), start=1):
        expected += 250 * share / 1.024**quarter
    assert customer_lifetime_value(250, survival, 0.024) == pytest.approx(expected)


class TestDegenerate:
    def test_nobody_leaves_and_money_keeps_its_worth(self):
        assert customer_lifetime_value(10, [1] * 12, 0) == 120

    def test_all_leave_at_once(self):
        assert customer_lifetime_value(10, [0, 0], 0.1) == 0

    def test_a_loss_per_period_is_a_negative_value(self):
        assert customer_lifetime_value(-10, [1, 0.5], 0) == -15

    @pytest.mark.parametrize("survival", [[], [1.1], [-0.1], [0.9, nan]])
    def test_no_survival(self, survival):
        with pytest.raises(ValueError, match="survival"):
            customer_lifetime_value(10, survival, 0.1)

    @pytest.mark.parametrize(("margin", "rate"), [(10, -1), (10, -2), (10, nan), (10, inf), (nan, 0.1), (inf, 0.1)])
    def test_no_margin_or_rate(self, margin, rate):
        with pytest.raises(ValueError, match="rate"):
            customer_lifetime_value(margin, [1], rate)


class TestRatePerPeriod:
    def test_ten_percent_a_year_is_2_41_percent_a_quarter(self):
        assert rate_per_period(0.10) == pytest.approx(0.0241137, abs=1e-7)

    @pytest.mark.parametrize(("annual", "periods"), [(0.1, 4), (0.0, 4), (-0.2, 4), (0.07, 12), (0.5, 1)])
    def test_compounds_to_the_year(self, annual, periods):
        money = 1.0
        for _period in range(periods):
            money *= 1 + rate_per_period(annual, periods)
        assert money == pytest.approx(1 + annual)

    @pytest.mark.parametrize(("annual", "periods"), [(-1, 4), (-3, 4), (nan, 4), (0.1, 0)])
    def test_no_rate(self, annual, periods):
        with pytest.raises(ValueError):
            rate_per_period(annual, periods)
