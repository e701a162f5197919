"""Growth that is defined for accounts that come and go."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def midpoint_growth(before: ArrayLike, after: ArrayLike) -> NDArray[np.float64]:
    """(after − before) ÷ ((after + before) ÷ 2), element by element: −2 (left) … 0 … 2 (new).

    Symmetric, bounded, and defined where `before` is 0: Davis & Haltiwanger (1992), "Gross Job Creation, Gross Job
    Destruction, and Employment Reallocation", Quarterly Journal of Economics 107(3), 819–863. NaN where both are 0,
    where one is negative (a credit note larger than the sales) or NaN. Arrays of one shape, any money unit.
    """
    first, second = np.broadcast_arrays(np.asarray(before, dtype=float), np.asarray(after, dtype=float))
    total = first + second
    defined = (first >= 0) & (second >= 0) & (total > 0)
    growth = np.full(total.shape, np.nan)
    growth[defined] = 2 * (second[defined] - first[defined]) / total[defined]
    return growth
