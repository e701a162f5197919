"""How often chance alone would order so well: exact p values of rank correlation, where approximations fail."""

from functools import lru_cache
from itertools import permutations
from math import exp, lgamma, log

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

EXACT_UP_TO = 9  # pairs; 9! pairings are still counted in some milliseconds


def chance_of_ranks(x: ArrayLike, y: ArrayLike) -> float:
    """Share (0…1) of all pairings of the values that are ordered at least as well, or as badly, as x with y.

    The exact two-sided p value of Spearman's ρ, given the ties: Kendall (1970), Rank Correlation Methods, ch. 4.
    Arrays of shape (n,) without NaN, n ≤ `EXACT_UP_TO`.

    Raises ValueError for more, or where the arrays differ in length.
    """
    left, right = (rankdata(np.asarray(values, dtype=float)) for values in (x, y))
    if len(left) != len(right) or len(left) > EXACT_UP_TO:
        raise ValueError(f"x and y must be of one length, {EXACT_UP_TO} at most")
    left, right = left - left.mean(), right - right.mean()
    products = right[_pairings(len(right))] @ left
    return float((np.abs(products) >= abs(float(right @ left)) - 1e-9).mean())


def chance_of_order(values: ArrayLike) -> float:
    """The same where ρ is 1 or −1, for any n: how often values with the ties of `values`, shape (n,), fall into such order.

    Of the n! pairings, Π tᵢ! (tᵢ values are equal) give one perfect order; the opposite one can occur only where the
    sizes of the ties read the same from either end.
    """
    _different, ties = np.unique(np.asarray(values, dtype=float), return_counts=True)
    orders = 2 if np.array_equal(ties, ties[::-1]) else 1
    return min(1.0, exp(log(orders) + sum(lgamma(size + 1) for size in ties.tolist()) - lgamma(int(ties.sum()) + 1)))


@lru_cache
def _pairings(n: int) -> NDArray[np.int8]:
    return np.array(list(permutations(range(n))), dtype=np.int8)
