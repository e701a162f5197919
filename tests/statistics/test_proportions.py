"""Wilson's interval against Newcombe's published table and against its definition, solved by bisection."""

from math import sqrt

import pytest

from analytics.statistics.estimate import Estimate
from analytics.statistics.proportions import METHOD, proportion

Z = 1.959964


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_newcombe_1998(successes, n, low, high):
    # Newcombe (1998), "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, table I, method 3.
    estimate = proportion(successes, n)
    assert estimate.value == successes / n
    assert (estimate.low, estimate.high) == pytest.approx((low, high), abs=5e-5)


def bisected(successes: int, n: int, inner: float, outer: float) -> float:
    """Between `inner` (not rejected) and `outer`: the share from which on the score test rejects."""
    share = successes / n
    for _step in range(60):
        middle = (inner + outer) / 2
        if abs(share - middle) <= Z * sqrt(middle * (1 - middle) / n):
            inner = middle
        else:
            outer = middle
    return inner


@pytest.mark.parametrize("n", [1, 2, 9, 40])
def test_all_shares_that_the_score_test_does_not_reject(n):
    for successes in range(n + 1):
        estimate = proportion(successes, n)
        slow = bisected(successes, n, successes / n, 0.0), bisected(successes, n, successes / n, 1.0)
        assert (estimate.low, estimate.high) == pytest.approx(slow, abs=1e-6)


def test_won_and_lost_mirror_each_other():
    won, lost = proportion(7, 20), proportion(13, 20)
    assert (won.low, won.high) == pytest.approx((1 - lost.high, 1 - lost.low))


def test_nothing_to_share():
    assert proportion(0, 0) == Estimate(None, None, None, 0, METHOD)


@pytest.mark.parametrize(("successes", "n"), [(-1, 5), (6, 5), (0, -1)])
def test_impossible_counts(successes, n):
    with pytest.raises(ValueError, match="impossible counts"):
        proportion(successes, n)
