"""Midpoint growth: its published bounds, its relation to plain growth, and where it is not defined."""

from math import nan

import numpy as np
import pytest

from analytics.statistics.growth import midpoint_growth


@pytest.mark.parametrize(
    ("before", "after", "growth"), [(100, 100, 0), (0, 50, 2), (50, 0, -2), (100, 300, 1), (300, 100, -1), (90, 110, 0.2)]
)
def test_by_hand(before, after, growth):
    assert midpoint_growth(before, after) == pytest.approx(growth)


def test_relation_to_plain_growth():
    # Davis & Haltiwanger (1992): with the plain rate G = after ÷ before − 1 the midpoint rate is 2 G ÷ (2 + G).
    random = np.random.default_rng(5)
    before, after = random.uniform(1, 1000, (2, 50))
    plain = after / before - 1
    assert midpoint_growth(before, after) == pytest.approx(2 * plain / (2 + plain))


def test_as_a_plain_loop():
    random = np.random.default_rng(6)
    before, after = random.integers(-2, 5, (2, 200)).astype(float)
    assert midpoint_growth(before, after) == pytest.approx([slow(*pair) for pair in zip(before, after, strict=True)], nan_ok=True)


def slow(before: float, after: float) -> float:
    if before < 0 or after < 0 or before + after == 0:
        return nan
    return (after - before) / ((after + before) / 2)


def test_there_and_back_cancel_out_and_the_unit_does_not_matter():
    before, after = np.array([10.0, 0.0, 7.0]), np.array([30.0, 5.0, 6.0])
    assert midpoint_growth(before, after) == pytest.approx(-midpoint_growth(after, before))
    assert midpoint_growth(100 * before, 100 * after) == pytest.approx(midpoint_growth(before, after))


@pytest.mark.parametrize(("before", "after"), [(0, 0), (-1, 5), (5, -1), (nan, 5), (5, nan)])
def test_not_defined(before, after):
    assert np.isnan(midpoint_growth(before, after))


def test_nothing_to_compare():
    assert midpoint_growth([], []).shape == (0,)
