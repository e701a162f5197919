"""The difference of two shares with its interval."""

from dataclasses import dataclass
from math import sqrt

from scipy.stats import norm

from analytics.statistics.proportions import proportion

METHOD = "Newcombe hybrid score (method 10)"


@dataclass(frozen=True)
class Difference:
    """A difference of shares (−1…1) with its 95 % interval and two-sided p value; None where not defined. `n` of both samples."""

    value: float | None
    low: float | None
    high: float | None
    p: float | None
    n: tuple[int, int]
    method: str = METHOD


def difference(successes: int, n: int, successes_before: int, n_before: int) -> Difference:
    """The share of one sample less that of another, independent one.

    Interval: the hybrid score method without continuity correction, built from the Wilson intervals of both shares: Newcombe
    (1998), "Interval Estimation for the Difference Between Independent Proportions: Comparison of Eleven Methods", Statistics
    in Medicine 17, 873–890, method 10. p: the score test with the pooled share, the same as Pearson's χ² of the 2 × 2 table
    without correction (1900, Philosophical Magazine 50); 1 where both shares are 0 or both are 1. No value where either n is 0.

    Raises ValueError for negative counts or more successes than n.
    """
    now, before = proportion(successes, n), proportion(successes_before, n_before)
    if now.value is None or before.value is None:
        return Difference(None, None, None, None, (n, n_before))
    assert now.low is not None and now.high is not None and before.low is not None and before.high is not None
    gap = now.value - before.value
    low = gap - sqrt((now.value - now.low) ** 2 + (before.high - before.value) ** 2)
    high = gap + sqrt((now.high - now.value) ** 2 + (before.value - before.low) ** 2)
    return Difference(gap, low, high, _chance(gap, (successes + successes_before) / (n + n_before), n, n_before), (n, n_before))


def _chance(gap: float, pooled: float, n: int, n_before: int) -> float:
    spread = sqrt(pooled * (1 - pooled) * (1 / n + 1 / n_before))
    return float(2 * norm.sf(abs(gap) / spread)) if spread else 1.0
