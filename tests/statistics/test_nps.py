"""NPS against its formula by hand, a slow twin, and the coverage that its interval promises."""

from math import nan, sqrt

import numpy as np
import pytest

from analytics.statistics.estimate import Estimate
from analytics.statistics.nps import METHOD, adjusted_wald, nps, nps_of_scores

Z = 1.959964  # qnorm(0.975)


class TestByHand:
    def test_adjusted_wald_of_rocks_2016(self):
        # n + 3 = 100: p = 49.75 %, d = 19.75 %, p − d = 30 %, variance = 0.695 − 0.09 = 0.605, half = 1.96 × √0.00605 = 15.245.
        estimate = nps(49, 19, 97)
        assert estimate.value == pytest.approx(100 * 30 / 97)
        assert (estimate.low, estimate.high) == pytest.approx((14.755, 45.245), abs=5e-4)
        assert (estimate.n, estimate.method) == (97, METHOD)

    def test_the_bands_of_reichheld_2003(self):
        assert nps_of_scores([0, 6, 7, 8, 9, 10, 10]) == nps(3, 2, 7)

    def test_cut_offs_for_means(self):
        # 8.5 is a promoter, 6.5 is none of the detractors.
        assert nps_of_scores([8.5, 8.49, 6.5, 6.49], 8.5, 6.5) == nps(1, 1, 4)


def slow_interval(promoters: int, detractors: int, n: int) -> tuple[float, float]:
    """Mean and variance of +1, 0, −1, one weighted observation after the other."""
    weighted = [(1, promoters + 0.75), (0, n - promoters - detractors + 1.5), (-1, detractors + 0.75)]
    total = sum(weight for _value, weight in weighted)
    mean = sum(value * weight for value, weight in weighted) / total
    variance = sum(weight * (value - mean) ** 2 for value, weight in weighted) / total
    half = Z * sqrt(variance / total)
    return 100 * max(-1, mean - half), 100 * min(1, mean + half)


def outcomes(n: int) -> list[tuple[int, int]]:
    return [(promoters, detractors) for promoters in range(n + 1) for detractors in range(n + 1 - promoters)]


@pytest.mark.parametrize("n", [2, 3, 10, 25])
def test_every_outcome_of_a_small_sample_as_its_slow_twin(n):
    for promoters, detractors in outcomes(n):
        estimate = nps(promoters, detractors, n)
        assert estimate.value == pytest.approx(100 * sum([1] * promoters + [-1] * detractors) / n)
        assert (estimate.low, estimate.high) == pytest.approx(slow_interval(promoters, detractors, n), abs=1e-4)


@pytest.mark.parametrize("n", [1, 2, 3, 7, 30])
def test_the_value_lies_in_its_interval(n):
    for promoters, detractors in outcomes(n):
        estimate = nps(promoters, detractors, n)
        assert -100 <= estimate.low <= estimate.value <= estimate.high <= 100


def test_promoters_and_detractors_mirror_each_other():
    one, other = nps(12, 5, 40), nps(5, 12, 40)
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))


def test_the_interval_covers_what_it_promises_from_ten_answers_on():
    """Simulated coverage of the 95 % interval, averaged over a grid of distributions, stays within 93–97 %.

    The grid holds every distribution in steps of 5 % in which none of the three bands is empty.
    """
    grid = np.array([(p, 20 - p - d, d) for p in range(1, 20) for d in range(1, 20 - p)]) / 20
    truth = 100 * (grid[:, 0] - grid[:, 2])
    random = np.random.default_rng(20160101)
    for n in [*range(10, 101), 125, 150, 200, 300, 500, 1000]:
        drawn = random.multinomial(n, grid, size=(300, len(grid)))
        low, high = adjusted_wald(drawn[..., 0], drawn[..., 2], n)
        covered = ((low <= truth + 1e-9) & (truth - 1e-9 <= high)).mean(axis=0)
        assert 0.93 <= covered.mean() <= 0.97, n
        assert covered.min() > 0.85, n  # nowhere on the grid does it break down


class TestDegenerate:
    @pytest.mark.parametrize("estimate", [nps(0, 0, 0), nps_of_scores([]), nps_of_scores([nan, nan])])
    def test_nobody_answered(self, estimate):
        assert estimate == Estimate(None, None, None, 0, METHOD)

    def test_one_answer_says_next_to_nothing(self):
        estimate = nps(1, 0, 1)
        assert (estimate.value, estimate.high) == (100, 100)
        assert estimate.low < -45

    def test_all_alike_still_has_an_interval(self):
        estimate = nps_of_scores([10] * 20)
        assert (estimate.value, estimate.high) == (100, 100)
        assert 65 < estimate.low < 75

    def test_nan_is_left_out(self):
        assert nps_of_scores([9, nan, 3]) == nps(1, 1, 2)

    @pytest.mark.parametrize("counts", [(-1, 0, 5), (0, -1, 5), (0, 0, -1), (3, 3, 5)])
    def test_impossible_counts(self, counts):
        with pytest.raises(ValueError, match="impossible counts"):
            nps(*counts)

    def test_cut_offs_that_cross(self):
        with pytest.raises(ValueError, match="promoters begin at 6"):
            nps_of_scores([7], promoter_from=6, detractor_below=8)
