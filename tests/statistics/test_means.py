"""Means and their t interval against R, against sums written out, and where there is no interval."""

from math import inf, nan, sqrt

import numpy as np
import pytest

from analytics.statistics.estimate import Estimate
from analytics.statistics.means import METHOD, mean, mean_of_sums

# "Student" (1908), Biometrika 6: hours of sleep gained with each of two drugs (R: datasets::sleep).
FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def parts(estimate: Estimate) -> tuple[float | None, float | None, float | None]:
    return estimate.value, estimate.low, estimate.high


class TestAgainstR:
    def test_all_twenty(self):
        # R: t.test(sleep$extra)
        assert parts(mean(FIRST + SECOND)) == pytest.approx((1.54, 0.5955845, 2.4844155), abs=1e-7)

    def test_the_difference_of_each_patient(self):
        # R: with(sleep, t.test(extra[group == 2], extra[group == 1], paired = TRUE))
        assert parts(mean(np.subtract(SECOND, FIRST))) == pytest.approx((1.58, 0.7001142, 2.4598858), abs=1e-7)


def slow(values: list[float], quantile: float) -> tuple[float, float, float]:
    n = len(values)
    centre = sum(values) / n
    half = quantile * sqrt(sum((value - centre) ** 2 for value in values) / (n - 1)) / sqrt(n)
    return centre, centre - half, centre + half


@pytest.mark.parametrize(("n", "quantile"), [(2, 12.7062), (5, 2.7764), (30, 2.0452)])  # t table, 97.5 %, n − 1 degrees
def test_as_its_slow_twin(n, quantile):
    random = np.random.default_rng(n)
    scores = [0, 10, *random.integers(0, 11, n - 2).tolist()]
    expected = pytest.approx(slow(scores, quantile), abs=1e-3)
    assert parts(mean(scores)) == expected
    assert parts(mean_of_sums(n, sum(scores), sum(score * score for score in scores))) == expected


def test_small_differences_between_large_amounts_are_not_lost():
    amounts = [1e9 + cents for cents in (0.0, 1.0, 2.0)]
    assert parts(mean(amounts)) == pytest.approx(slow(amounts, 4.3027), rel=1e-12, abs=1e-4)


def test_sums_of_many_whole_scores_are_exact():
    # One 9 among a hundred thousand 10s still spreads.
    n = 100_000
    estimate = mean_of_sums(n, 10 * n - 1, 100 * n - 19)
    assert estimate.low is not None
    assert estimate.value - estimate.low == pytest.approx(1.95996 / n, rel=1e-4)


class TestDegenerate:
    @pytest.mark.parametrize("estimate", [mean([]), mean([nan]), mean_of_sums(0, 0, 0)])
    def test_no_values(self, estimate):
        assert estimate == Estimate(None, None, None, 0, METHOD)

    def test_one_value_has_no_interval(self):
        assert mean([7]) == mean_of_sums(1, 7, 49) == Estimate(7, None, None, 1, METHOD)

    @pytest.mark.parametrize("value", [0, 7, 0.1, 1e9])
    def test_equal_values_have_no_interval(self, value):
        assert mean([value] * 7) == Estimate(value, None, None, 7, METHOD)

    def test_equal_scores_as_sums(self):
        assert mean_of_sums(7, 56, 448) == Estimate(8, None, None, 7, METHOD)

    def test_nan_is_left_out(self):
        assert mean([1, nan, 3]) == mean([1, 3])

    def test_an_infinite_value(self):
        with pytest.raises(ValueError, match="infinite"):
            mean([1, inf])

    @pytest.mark.parametrize(("n", "total", "squares"), [(-1, 0, 0), (2, nan, 1), (2, 1, inf), (3, 30, 10), (2, 0, -1)])
    def test_impossible_sums(self, n, total, squares):
        with pytest.raises(ValueError):
            mean_of_sums(n, total, squares)
