"""Shares with their interval."""

from scipy.stats import binomtest

from analytics.statistics.estimate import LEVEL, Estimate

METHOD = "Wilson score"


def proportion(successes: int, n: int) -> Estimate:
    """The share `successes` ÷ `n` (0…1) with the Wilson score interval, without continuity correction.

    Wilson (1927), "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the
    American Statistical Association 22, 209–212. n = 0 gives no value.

    Raises ValueError for negative counts or more successes than n.
    """
    if successes < 0 or n < 0 or successes > n:
        raise ValueError(f"impossible counts: {successes} of {n}")
    if n == 0:
        return Estimate(None, None, None, 0, METHOD)
    interval = binomtest(successes, n).proportion_ci(LEVEL, method="wilson")
    return Estimate(successes / n, float(interval.low), float(interval.high), n, METHOD)
