"""Newcombe's interval for differences against his published table, and p against Pearson's χ²."""

import pytest
from scipy.stats import chi2_contingency

from analytics.statistics.differences import Difference, difference


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
        ((10, 10, 0, 10), 0.6075, 1.0),
    ],
)
def test_newcombe_1998(counts, low, high):
    # Newcombe (1998), Statistics in Medicine 17, 873–890, table II, contrasts (a) to (h), method 10.
    found = difference(*counts)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize("counts", [(56, 70, 48, 80), (9, 10, 3, 10), (5, 56, 0, 29), (40, 400, 22, 390)])
def test_p_is_that_of_pearson(counts):
    successes, n, successes_before, n_before = counts
    table = [[successes, n - successes], [successes_before, n_before - successes_before]]
    assert difference(*counts).p == pytest.approx(chi2_contingency(table, correction=False).pvalue)


def test_turned_around_it_is_the_same_with_the_other_sign():
    up, down = difference(30, 100, 10, 120), difference(10, 120, 30, 100)
    assert (up.value, up.low, up.high, up.p) == pytest.approx((-down.value, -down.high, -down.low, down.p))


@pytest.mark.parametrize("share", [0, 1])
def test_two_samples_without_any_variation(share):
    assert (difference(5 * share, 5, 9 * share, 9).value, difference(5 * share, 5, 9 * share, 9).p) == (0, 1)


@pytest.mark.parametrize("counts", [(0, 0, 3, 10), (3, 10, 0, 0)])
def test_nothing_to_compare(counts):
    assert difference(*counts) == Difference(None, None, None, None, (counts[1], counts[3]))


@pytest.mark.parametrize("counts", [(-1, 5, 1, 5), (6, 5, 1, 5), (1, 5, 6, 5)])
def test_impossible_counts(counts):
    with pytest.raises(ValueError, match="impossible counts"):
        difference(*counts)
