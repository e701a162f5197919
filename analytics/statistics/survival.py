"""How long customers stay."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analytics.statistics.estimate import LEVEL

METHOD = "Kaplan–Meier"


@dataclass(frozen=True)
class SurvivalCurve:
    """Steps of a survival curve: from `times[i]` on, the share `survival[i]` (0…1) is still there.

    The first time is 0. `low` and `high` bound the pointwise 95 % interval; NaN where all or none are still there,
    as it is not defined then. `n` lives were watched, `events` of them ended; nothing is known beyond `last`.
    """

    times: NDArray[np.float64]
    survival: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    n: int
    events: int
    last: float
    method: str = METHOD

    def at(self, times: ArrayLike) -> NDArray[np.float64]:
        """S(t) at each of `times`; beyond the last observation the last known share is kept."""
        position = np.searchsorted(self.times, np.asarray(times, dtype=float), side="right") - 1
        return self.survival[np.maximum(position, 0)]


def kaplan_meier(durations: ArrayLike, ended: ArrayLike) -> SurvivalCurve | None:
    """The product-limit curve of lives of `durations` (any unit of time), `ended` or still running (right-censored).

    Kaplan & Meier (1958), "Nonparametric Estimation from Incomplete Observations", Journal of the American
    Statistical Association 53, 457–481; pointwise interval by exponential Greenwood (log-log), Kalbfleisch & Prentice
    (1980), The Statistical Analysis of Failure Time Data; by lifelines. Arrays of shape (n,); a NaN duration is left
    out. None for no lives at all.

    Raises ValueError for arrays of different length or a negative or infinite duration.
    """
    spans, ends = np.asarray(durations, dtype=float).ravel(), np.asarray(ended, dtype=bool).ravel()
    if len(spans) != len(ends):
        raise ValueError("durations and ended differ in length")
    known = ~np.isnan(spans)
    spans, ends = spans[known], ends[known]
    if (spans < 0).any() or np.isinf(spans).any():
        raise ValueError("a duration is negative or infinite")
    if len(spans) == 0:
        return None
    from lifelines import KaplanMeierFitter  # takes a second to load: only those who draw a curve pay for it

    fitted = KaplanMeierFitter(alpha=1 - LEVEL).fit(spans, ends)
    survival = fitted.survival_function_.iloc[:, 0].to_numpy(dtype=float)
    # Where all or none are still there lifelines repeats the share: an interval without width would look certain.
    band = np.where((survival > 0) & (survival < 1), fitted.confidence_interval_survival_function_.to_numpy(dtype=float).T, np.nan)
    return SurvivalCurve(
        times=fitted.survival_function_.index.to_numpy(dtype=float),
        survival=survival,
        low=band[0],
        high=band[1],
        n=len(spans),
        events=int(ends.sum()),
        last=float(spans.max()),
    )
