"""Net Promoter Score with its interval."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analytics.statistics.estimate import Estimate, Z

METHOD = "adjusted Wald (Rocks 2016)"
# Pseudo-observations of the adjusted Wald interval: ¾ promoter, 1½ passives, ¾ detractor.
EXTRA_PROMOTERS = EXTRA_DETRACTORS = 0.75
EXTRA = 3.0


def nps(promoters: int, detractors: int, n: int) -> Estimate:
    """NPS in points (−100…100) of `n` answers, with the adjusted Wald interval.

    value = 100 × (promoters − detractors) ÷ n, Reichheld (2003), "The One Number You Need to Grow", Harvard
    Business Review 81(12). The value itself is not adjusted; the interval of `adjusted_wald` is stretched to it
    where it would leave it out (one single promoter or detractor). n = 0 gives no value.

    Raises ValueError for negative counts, or more promoters and detractors than answers.
    """
    if min(promoters, detractors, n) < 0 or promoters + detractors > n:
        raise ValueError(f"impossible counts: {promoters} promoters and {detractors} detractors of {n}")
    if n == 0:
        return Estimate(None, None, None, 0, METHOD)
    value = 100 * (promoters - detractors) / n
    low, high = (float(end) for end in adjusted_wald(promoters, detractors, n))
    return Estimate(value, min(low, value), max(high, value), n, METHOD)


def adjusted_wald(promoters: ArrayLike, detractors: ArrayLike, n: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The ends, in points, of the 95 % interval of NPS, for counts in arrays of one shape.

    A Wald interval for the difference of two shares of one trinomial sample after adding three pseudo-observations
    (¾ promoter, 1½ passives, ¾ detractor), cut off at ±100: Rocks (2016), "Interval Estimation for the 'Net Promoter
    Score'", The American Statistician 70(4), 365–372, arXiv 1601.07235; the same default as in its author's R package NPS.
    """
    adjusted = np.asarray(n, dtype=float) + EXTRA
    p, d = (np.asarray(promoters) + EXTRA_PROMOTERS) / adjusted, (np.asarray(detractors) + EXTRA_DETRACTORS) / adjusted
    half = Z * np.sqrt((p + d - (p - d) ** 2) / adjusted)
    return 100 * np.maximum(p - d - half, -1.0), 100 * np.minimum(p - d + half, 1.0)


def nps_of_scores(scores: ArrayLike, promoter_from: float = 9, detractor_below: float = 7) -> Estimate:
    """NPS of an array of scores of shape (n,), on the scale 0–10; NaN is left out.

    Whole answers use the defaults (9–10, 7–8, 0–6); means of answers, as account scores, other cut-offs.

    Raises ValueError where the cut-offs cross: a score would be promoter and detractor at once.
    """
    if detractor_below > promoter_from:
        raise ValueError(f"detractors reach up to {detractor_below}, promoters begin at {promoter_from}")
    values = np.asarray(scores, dtype=float).ravel()
    values = values[~np.isnan(values)]
    return nps(int((values >= promoter_from).sum()), int((values < detractor_below).sum()), len(values))
