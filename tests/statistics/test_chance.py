"""Exact p values of Spearman's ρ against published tables and scipy's own permutation test."""

from itertools import permutations

import numpy as np
import pytest
from scipy.stats import permutation_test, spearmanr

from analytics.statistics.chance import EXACT_UP_TO, chance_of_order, chance_of_ranks

# Pairs, an order of 1…n with that Σd², and the two-sided p: Kendall (1970), Rank Correlation Methods, appendix table 2.
TABLE = [
    (4, [1, 2, 3, 4], 0.0833),
    (5, [1, 2, 3, 5, 4], 0.0833),
    (6, [2, 1, 3, 4, 6, 5], 0.0333),
    (7, [2, 3, 1, 4, 6, 7, 5], 0.0480),
]


@pytest.mark.parametrize(("n", "order", "p"), TABLE)
def test_kendall_1970(n, order, p):
    assert chance_of_ranks(range(n), order) == pytest.approx(p, abs=5e-5)


@pytest.mark.parametrize("seed", range(4))
def test_as_scipys_test_over_all_pairings(seed):
    random = np.random.default_rng(seed)
    x, y = random.integers(0, 5, 6), random.normal(size=6)  # x with ties
    slow = permutation_test((x,), lambda one: spearmanr(one, y).statistic, permutation_type="pairings", n_resamples=np.inf)
    assert chance_of_ranks(x, y) == pytest.approx(slow.pvalue)


@pytest.mark.parametrize("values", [[1, 2, 3, 4], [1, 1, 2, 2], [1, 1, 2, 3], [1, 2, 2, 2, 3], [0, 0, 0, 0, 9]])
def test_perfect_order_counted_one_by_one(values):
    perfect = [abs(spearmanr(values, order).statistic) > 0.999999 for order in permutations(values)]
    assert chance_of_order(values) == pytest.approx(sum(perfect) / len(perfect))
    assert chance_of_ranks(values, values) == pytest.approx(sum(perfect) / len(perfect))


def test_perfect_order_of_many():
    assert chance_of_order(range(20)) == pytest.approx(2 / 2432902008176640000)


@pytest.mark.parametrize(("x", "y"), [([1, 2, 3], [1, 2]), (range(EXACT_UP_TO + 1), range(EXACT_UP_TO + 1))])
def test_too_many_or_unequal(x, y):
    with pytest.raises(ValueError):
        chance_of_ranks(x, y)
