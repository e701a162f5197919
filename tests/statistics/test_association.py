"""Rank correlation and q-values against published numbers, slow twins, and input that says nothing."""

from math import atanh, inf, nan, sqrt, tanh

import numpy as np
import pytest

from analytics.statistics.association import METHOD, POOLED_METHOD, Association, pooled, q_values, signs_differ, spearman, standard_error

# Benjamini & Hochberg (1995), their own example: a trial of thrombolysis with 15 comparisons.
THROMBOLYSIS = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]


class TestSpearman:
    def test_value_and_interval_of_bonetts_own_example(self):
        # R package statpsych, ?ci.spear, by D. G. Bonett: "Should return 0.8699639 … 0.5840951 0.9638297"
        y = [21, 4, 9, 12, 35, 18, 10, 22, 24, 1, 6, 8, 13, 16, 19]
        x = [67, 28, 30, 28, 52, 40, 25, 37, 44, 10, 14, 20, 28, 40, 51]
        found = spearman(x, y)
        assert (found.value, found.low, found.high) == pytest.approx((0.8699639, 0.5840951, 0.9638297), abs=1e-7)
        assert (found.n, found.method, found.groups) == (15, METHOD, 1)

    def test_value_and_p_of_a_textbook_table(self):
        # Wikipedia, "Spearman's rank correlation coefficient": IQ and hours of television; ρ = −29 ÷ 165, p = 0.627188.
        found = spearman([106, 100, 86, 101, 99, 103, 97, 113, 112, 110], [7, 27, 2, 50, 28, 29, 20, 12, 6, 17])
        assert found.value == pytest.approx(-29 / 165)
        assert found.p == pytest.approx(0.627188, abs=1e-6)

    def test_ties_as_in_the_scipy_manual(self):
        # scipy.stats.spearmanr, examples: statistic=0.8207826816681233
        assert spearman([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]).value == pytest.approx(0.8207826816681233)

    def test_standard_error(self):
        # Bonett & Wright (2000): √((1 + ρ²/2) ÷ (n − 3)); ρ = 0.6, n = 21: √(1.18 ÷ 18)
        assert standard_error(0.6, 21) == pytest.approx(0.256038, abs=1e-6)

    @pytest.mark.parametrize("seed", range(5))
    def test_as_its_slow_twin(self, seed):
        random = np.random.default_rng(seed)
        x = random.integers(0, 11, 40).tolist()  # with ties
        y = [score + noise for score, noise in zip(x, random.normal(0, 4, 40).tolist(), strict=True)]
        rho = slow_rho(x, y)
        half = 1.959964 * sqrt((1 + rho * rho / 2) / 37)
        found = spearman(x, y)
        assert (found.value, found.low, found.high) == pytest.approx((rho, tanh(atanh(rho) - half), tanh(atanh(rho) + half)), abs=1e-6)

    def test_only_the_order_matters(self):
        random = np.random.default_rng(1)
        x, y = random.normal(size=(2, 30))
        assert spearman(np.exp(x), y**3) == spearman(x, y)

    def test_the_interval_covers_what_it_promises(self):
        """A normal pair with Pearson's r has Spearman's ρ = 6 ÷ π × asin(r ÷ 2): Pearson (1907)."""
        random = np.random.default_rng(2000)
        r, n, draws = 0.5, 20, 1000
        truth = 6 / np.pi * np.arcsin(r / 2)
        x = random.normal(size=(draws, n))
        y = r * x + sqrt(1 - r * r) * random.normal(size=(draws, n))
        found = [spearman(one, other) for one, other in zip(x, y, strict=True)]
        assert 0.93 <= np.mean([one.low <= truth <= one.high for one in found]) <= 0.97


def slow_rho(x: list[float], y: list[float]) -> float:
    """Pearson's correlation of ranks that are counted one by one."""
    a, b = slow_ranks(x), slow_ranks(y)
    middle = (len(a) + 1) / 2
    product = sum((left - middle) * (right - middle) for left, right in zip(a, b, strict=True))
    return product / sqrt(sum((left - middle) ** 2 for left in a) * sum((right - middle) ** 2 for right in b))


def slow_ranks(values: list[float]) -> list[float]:
    return [1 + sum(other < value for other in values) + (sum(other == value for other in values) - 1) / 2 for value in values]


class TestDegenerateSpearman:
    @pytest.mark.parametrize(
        ("x", "y"),
        [([], []), ([1], [1]), ([1, 2, 3], [1, 2, 3]), ([5] * 9, range(9)), (range(9), [0] * 9), ([1, 2, nan, 4], [1, 2, 3, nan])],
    )
    def test_no_value_for_too_few_pairs_or_none_that_differ(self, x, y):
        found = spearman(x, y)
        assert (found.value, found.low, found.high, found.p) == (None, None, None, None)

    def test_pairs_with_a_gap_are_left_out(self):
        assert spearman([1, 2, 3, nan, 5, 4], [2, 1, 4, 9, nan, 3]) == spearman([1, 2, 3, 4], [2, 1, 4, 3])

    @pytest.mark.parametrize(("y", "value"), [(range(10), 1), (range(10, 0, -1), -1)])
    def test_perfect_order_has_no_interval(self, y, value):
        found = spearman(range(10), y)
        assert found == Association(value, None, None, pytest.approx(2 / 3628800), 10, METHOD)

    def test_perfect_order_of_few_may_be_chance(self):
        assert spearman(range(5), range(5)).p == pytest.approx(2 / 120)

    def test_one_outlier_in_both_is_no_proof(self):
        # ρ is 1; yet one pairing in ten puts the two outliers together.
        found = spearman([8] * 9 + [3], [100] * 9 + [0])
        assert (found.value, found.p) == (1, pytest.approx(0.1))

    @pytest.mark.parametrize(("x", "y"), [([1, 2], [1]), ([1, 2, 3, inf], [1, 2, 3, 4])])
    def test_input_that_is_none(self, x, y):
        with pytest.raises(ValueError):
            spearman(x, y)


def of(rho: float, n: int) -> Association:
    return Association(rho, None, None, None, n, METHOD)


class TestPooled:
    def test_by_hand(self):
        # Equal ρ = 0.5, n − 3 = 100 and 50: variances 1.125 ÷ 100 and ÷ 50, of the mean (112.5 + 56.25) ÷ 150² = 0.0075;
        # tanh(0.549306 ± 1.96 × 0.0866025).
        found = pooled([of(0.5, 103), of(0.5, 53)])
        assert (found.value, found.low, found.high) == pytest.approx((0.5, 0.362329, 0.616317), abs=1e-5)
        assert (found.n, found.groups, found.method) == (156, 2, POOLED_METHOD)

    def test_larger_groups_weigh_more(self):
        # (20 × atanh 0.8 + 80 × atanh 0.1) ÷ 100
        assert pooled([of(0.8, 23), of(0.1, 83)]).value == pytest.approx(tanh((20 * 1.0986123 + 80 * 0.1003353) / 100), abs=1e-6)

    def test_one_group_is_itself(self):
        random = np.random.default_rng(7)
        x, y = random.normal(size=(2, 25))
        alone = spearman(x, y)
        found = pooled([alone])
        assert (found.value, found.low, found.high, found.n, found.groups) == pytest.approx((alone.value, alone.low, alone.high, 25, 1))

    def test_as_its_slow_twin(self):
        random = np.random.default_rng(11)
        groups = [of(float(rho), int(n)) for rho, n in zip(random.uniform(-0.9, 0.9, 6), random.integers(5, 60, 6), strict=True)]
        weights = [group.n - 3 for group in groups]
        z = sum(weight * atanh(group.value) for weight, group in zip(weights, groups, strict=True)) / sum(weights)
        variance = sum(
            (weight / sum(weights)) ** 2 * (1 + group.value**2 / 2) / weight for weight, group in zip(weights, groups, strict=True)
        )
        half = 1.959964 * sqrt(variance)
        found = pooled(groups)
        assert (found.value, found.low, found.high) == pytest.approx((tanh(z), tanh(z - half), tanh(z + half)), abs=1e-6)

    def test_groups_without_a_value_are_left_out(self):
        unknown = Association(None, None, None, None, 3, METHOD)
        assert pooled([of(0.3, 20), unknown]) == pooled([of(0.3, 20)])
        assert pooled([unknown]) == pooled([]) == Association(None, None, None, None, 0, POOLED_METHOD, 0)

    def test_perfect_order_in_one_group_stays_finite(self):
        found = pooled([spearman(range(12), range(12)), of(-0.2, 12)])
        assert -1 < found.low < found.value < found.high < 1


class TestQValues:
    def test_benjamini_and_hochberg_1995(self):
        # R: p.adjust(p, "BH"). In the paper the first four are rejected at 5 %.
        adjusted = [0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.06385714, 0.06385714, 0.0645, 0.0765]
        adjusted += [0.486, 0.58118182, 0.714875, 0.75323077, 0.81321429, 1.0]
        assert q_values(THROMBOLYSIS) == pytest.approx(adjusted, abs=1e-8)
        assert sum(q <= 0.05 for q in q_values(THROMBOLYSIS)) == 4

    @pytest.mark.parametrize("seed", range(5))
    def test_as_its_slow_twin_in_any_order_and_with_ties(self, seed):
        random = np.random.default_rng(seed)
        chances = np.round(random.uniform(size=12) ** 2, 1 + seed % 2).tolist()
        assert q_values(chances) == pytest.approx([slow_q(chance, chances) for chance in chances])

    def test_what_was_not_tested_does_not_count(self):
        assert q_values([None, 0.01, None, 0.04]) == [None, pytest.approx(0.02), None, pytest.approx(0.04)]

    @pytest.mark.parametrize(("given", "adjusted"), [([], []), ([None], [None]), ([0.03], [0.03]), ([0.0, 1.0], [0.0, 1.0])])
    def test_none_or_one(self, given, adjusted):
        assert q_values(given) == adjusted

    @pytest.mark.parametrize("chance", [-0.1, 1.1, nan])
    def test_no_chance(self, chance):
        with pytest.raises(ValueError):
            q_values([0.5, chance])


def slow_q(chance: float, chances: list[float]) -> float:
    """The smallest share of false discoveries among thresholds that reject `chance`: m × threshold ÷ how many it rejects."""
    thresholds = [threshold for threshold in chances if threshold >= chance]
    return min(1, *(len(chances) * threshold / sum(other <= threshold for other in chances) for threshold in thresholds))


class TestSimpson:
    def test_all_together_rise_and_each_group_falls(self):
        groups = [([level + step for step in range(6)], [level - step for step in range(6)]) for level in (0, 10, 20)]
        overall = spearman(sum((x for x, _y in groups), []), sum((y for _x, y in groups), []))
        within = pooled(spearman(x, y) for x, y in groups)
        assert (overall.value > 0, within.value < 0) == (True, True)
        assert signs_differ(overall, within)

    @pytest.mark.parametrize(
        ("overall", "within"),
        [
            (of(0.3, 40), pooled([of(0.2, 20), of(0.4, 20)])),
            (of(0.3, 40), pooled([of(-0.2, 20)])),  # one group is no comparison
            (of(0.3, 40), pooled([])),
            (Association(None, None, None, None, 3, METHOD), pooled([of(-0.2, 20), of(-0.4, 20)])),
        ],
    )
    def test_no_warning(self, overall, within):
        assert not signs_differ(overall, within)
