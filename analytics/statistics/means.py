"""Means with their interval."""

from math import isfinite, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t as student

from analytics.statistics.estimate import LEVEL, Estimate

METHOD = "Student's t"
NOISE = 1e-12  # a spread below this share of the sum of squares is rounding


def mean_of_sums(n: int, total: float, squares: float) -> Estimate:
    """The mean of `n` values whose sum is `total` and whose sum of squares is `squares`, in their unit.

    The interval is Student's t with n − 1 degrees of freedom ("Student" 1908, Biometrika 6, 1–25). It is not
    defined for one value, nor where all values are equal: the sample then says nothing of their spread.
    n = 0 gives no value.

    Raises ValueError for n < 0, for sums that are not finite, and for sums that no n values can have.
    """
    if n < 0:
        raise ValueError("n is negative")
    if not (isfinite(total) and isfinite(squares)):
        raise ValueError("the sums are not finite")
    if n == 0:
        return Estimate(None, None, None, 0, METHOD)
    deviations = (n * squares - total * total) / n  # exact for sums of whole scores
    if deviations < -NOISE * squares or squares < 0:
        raise ValueError(f"no {n} values have the sum {total} and the sum of squares {squares}")
    return _estimate(n, total / n, deviations if deviations > NOISE * squares else 0.0)


def mean(values: ArrayLike) -> Estimate:
    """The mean of an array of shape (n,), NaN left out; see `mean_of_sums`.

    Raises ValueError for an infinite value.
    """
    array = np.asarray(values, dtype=float).ravel()
    array = array[~np.isnan(array)]
    if np.isinf(array).any():
        raise ValueError("a value is infinite")
    if len(array) == 0:
        return Estimate(None, None, None, 0, METHOD)
    # Summed around their own mean: with sums of squares, small differences between large amounts would be lost.
    centre = float(array.mean()) if np.ptp(array) else float(array[0])
    return _estimate(len(array), centre, float(((array - centre) ** 2).sum()))


def _estimate(n: int, mean: float, deviations: float) -> Estimate:
    """`deviations` is the sum of squared deviations from `mean`."""
    if n == 1 or deviations <= 0:
        return Estimate(mean, None, None, n, METHOD)
    half = float(student.ppf((1 + LEVEL) / 2, n - 1)) * sqrt(deviations / (n - 1) / n)
    return Estimate(mean, mean - half, mean + half, n, METHOD)
