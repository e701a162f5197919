"""Customer lifetime value from margin, survival and the price of time."""

from math import isfinite

import numpy as np
from numpy.typing import ArrayLike


def customer_lifetime_value(margin: float, survival: ArrayLike, discount_rate: float) -> float:
    """Σ over t = 1…T of margin × S(t) ÷ (1 + d)^t, in the unit of `margin`.

    `margin` is money per account and period; `survival`, of shape (T,), the share of accounts still there after
    each of the T periods (0…1, the horizon is T); `discount_rate` d is per period. Gupta & Lehmann (2003), "Customers
    as Assets", Journal of Interactive Marketing 17(1), 9–24, with an observed curve in place of r^t for a constant
    retention r (where T grows without end it is their margin × r ÷ (1 + d − r)).

    Raises ValueError for a survival outside 0…1 or NaN, an empty horizon, a discount rate of −1 or less, or a margin
    or rate that is not finite.
    """
    shares = np.asarray(survival, dtype=float).ravel()
    if len(shares) == 0 or not bool(((shares >= 0) & (shares <= 1)).all()):
        raise ValueError("survival must hold shares between 0 and 1")
    if not (isfinite(margin) and isfinite(discount_rate)):
        raise ValueError("the margin and the discount rate must be finite")
    if discount_rate <= -1:
        raise ValueError("the discount rate must exceed -1")
    return float((margin * shares / (1 + discount_rate) ** np.arange(1, len(shares) + 1)).sum())


def rate_per_period(annual_rate: float, periods_a_year: int = 4) -> float:
    """The rate per period that compounds to `annual_rate` in a year of `periods_a_year` periods.

    Raises ValueError for a rate of −1 or less, NaN, or less than one period.
    """
    if not annual_rate > -1 or periods_a_year < 1:
        raise ValueError("the annual rate must exceed -1, and a year have a period")
    return float((1 + annual_rate) ** (1 / periods_a_year) - 1)
