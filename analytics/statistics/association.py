"""Does a score go together with an outcome? Rank correlation, pooling, and the price of many tests."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import atanh, copysign, isclose, sqrt, tanh

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import false_discovery_control, norm, spearmanr

from analytics.statistics.chance import EXACT_UP_TO, chance_of_order, chance_of_ranks
from analytics.statistics.estimate import Z

METHOD = "Spearman, Bonett–Wright interval"
POOLED_METHOD = "Spearman within groups, Fisher z weighted by n − 3"
LEAST = 4  # the Bonett–Wright standard error divides by n − 3
NEARLY_ONE = 0.999  # where Fisher's z of a group in perfect order would be infinite


@dataclass(frozen=True)
class Association:
    """A correlation (−1…1) with its 95 % interval and p value; None where not defined. `n` pairs in `groups` groups."""

    value: float | None
    low: float | None
    high: float | None
    p: float | None
    n: int
    method: str
    groups: int = 1


def standard_error(rho: float, n: int) -> float:
    """Standard error of Fisher's z of Spearman's ρ: √((1 + ρ²/2) ÷ (n − 3)), Bonett & Wright (2000), n > 3."""
    return sqrt((1 + rho**2 / 2) / (n - 3))


def spearman(x: ArrayLike, y: ArrayLike) -> Association:
    """Spearman's ρ of two arrays of shape (n,), with ties ranked by their mean; pairs with a NaN are left out.

    Interval: tanh(atanh ρ ± 1.96 × SE), Bonett & Wright (2000), "Sample Size Requirements for Estimating Pearson,
    Kendall and Spearman Correlations", Psychometrika 65(1), 23–28. p is two-sided: by Student's t with n − 2 degrees;
    exact over all pairings up to nine pairs (as in R's cor.test) and at ρ = ±1, where t would say 0.
    No value with fewer than four pairs or where x or y is constant; no interval at ρ = ±1.

    Raises ValueError where the arrays differ in length or hold an infinite number.
    """
    left, right = np.asarray(x, dtype=float).ravel(), np.asarray(y, dtype=float).ravel()
    if len(left) != len(right):
        raise ValueError("x and y differ in length")
    if np.isinf(left).any() or np.isinf(right).any():
        raise ValueError("x or y holds an infinite number")
    both = ~(np.isnan(left) | np.isnan(right))
    left, right = left[both], right[both]
    n = len(left)
    if n < LEAST or np.ptp(left) == 0 or np.ptp(right) == 0:
        return Association(None, None, None, None, n, METHOD)
    result = spearmanr(left, right)
    rho = float(result.statistic)
    if isclose(abs(rho), 1):
        return Association(copysign(1.0, rho), None, None, chance_of_order(left), n, METHOD)
    low, high = _interval(atanh(rho), standard_error(rho, n))
    p = chance_of_ranks(left, right) if n <= EXACT_UP_TO else float(result.pvalue)
    return Association(rho, low, high, p, n, METHOD)


def pooled(associations: Iterable[Association]) -> Association:
    """The mean of correlations within groups, on Fisher's z scale, each weighted by its n − 3; p by the normal curve.

    Hedges & Olkin (1985), Statistical Methods for Meta-Analysis, ch. 11, with the Bonett–Wright variances.
    Groups without a value are left out; no value where none is left.
    """
    known = [(a.value, a.n) for a in associations if a.value is not None]
    n = sum(size for _value, size in known)
    if not known:
        return Association(None, None, None, None, 0, POOLED_METHOD, 0)
    rhos = np.clip([value for value, _size in known], -NEARLY_ONE, NEARLY_ONE)
    weights = np.array([size - 3 for _value, size in known], dtype=float)
    variances = np.array([standard_error(rho, size) ** 2 for rho, (_value, size) in zip(rhos, known, strict=True)])
    z = float(np.average(np.arctanh(rhos), weights=weights))
    se = sqrt(float((weights**2 * variances).sum())) / float(weights.sum())
    low, high = _interval(z, se)
    return Association(tanh(z), low, high, float(2 * norm.sf(abs(z) / se)), n, POOLED_METHOD, len(known))


def q_values(p_values: Sequence[float | None]) -> list[float | None]:
    """Benjamini–Hochberg adjusted p values, in the given order; None (not tested) stays None and does not count.

    Benjamini & Hochberg (1995), "Controlling the False Discovery Rate", Journal of the Royal Statistical Society B
    57(1), 289–300. Raises ValueError for a p value outside 0…1 or NaN.
    """
    tested = [p for p in p_values if p is not None]
    adjusted = iter(false_discovery_control(tested, method="bh") if tested else [])
    return [None if p is None else float(next(adjusted)) for p in p_values]


def signs_differ(overall: Association, within: Association) -> bool:
    """Simpson's paradox: all together point one way, the groups by themselves the other (Simpson 1951, JRSS B 13)."""
    return overall.value is not None and within.value is not None and within.groups > 1 and overall.value * within.value < 0


def _interval(z: float, se: float) -> tuple[float, float]:
    return tanh(z - Z * se), tanh(z + Z * se)
