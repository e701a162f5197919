"""What a theme is worth in NPS: that of all answers less that of the answers without it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analytics.statistics.estimate import LEVEL, Estimate

METHOD = "bootstrap over accounts, percentile interval"
DRAWS = 1000
SEED = 20261127  # the same figure on every page and every day
LEAST_ACCOUNTS = 10  # with fewer, drawing accounts says too little of how they differ
CHUNK = 50  # draws at once: memory stays at CHUNK × accounts
MOST_UNDEFINED = 0.05  # of the draws in which no answer without the theme is left

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Counts:
    """Answers per account: `n`, `promoters`, `detractors`, each of shape (accounts,) for all or (accounts, themes) for some."""

    n: ArrayLike
    promoters: ArrayLike
    detractors: ArrayLike

    def without(self, themes: "Counts") -> "Counts":
        """The answers that do not speak of each theme, of the shape of `themes`."""
        pairs = zip(vars(self).values(), vars(themes).values(), strict=True)
        return Counts(*(np.asarray(all_of_them)[:, None] - np.asarray(some) for all_of_them, some in pairs))

    def balance(self) -> tuple[Floats, Floats]:
        """n, and promoters less detractors. Raises ValueError for negative counts, or more of both than answers."""
        n, promoters, detractors = (np.asarray(part, dtype=float) for part in (self.n, self.promoters, self.detractors))
        if not n.shape == promoters.shape == detractors.shape:
            raise ValueError("counts differ in shape")
        if min(part.min(initial=0) for part in (n, promoters, detractors)) < 0 or (promoters + detractors > n).any():
            raise ValueError("impossible counts")
        return n, promoters - detractors


def impacts(everything: Counts, themes: Counts) -> list[Estimate]:
    """For each theme: NPS of all answers − NPS of the answers without it, in points (−200…200).

    `everything` has the shape (accounts,), `themes` (accounts, themes): the answers of that account that speak of the theme, a
    part of all. The 95 % interval is the percentile interval of a bootstrap that draws whole accounts, as the answers of one
    account are no independent voices: Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 13; by cluster: Davison
    & Hinkley (1997), Bootstrap Methods and their Application, section 3.8. `n` counts the answers that speak of the theme.

    No value where nobody speaks of the theme or everybody does; no interval with fewer than `LEAST_ACCOUNTS` accounts, nor where
    more than one draw in twenty leaves no answer without the theme.

    Raises ValueError for impossible counts, and where a theme has more answers than all.
    """
    n, balance = everything.balance()
    spoken = themes.balance()[0]
    if spoken.ndim != 2 or n.ndim != 1 or len(spoken) != len(n):
        raise ValueError("themes must be of the shape (accounts, themes)")
    rest_n, rest_balance = everything.without(themes).balance()
    drawn = _drawn(np.column_stack([n, balance, rest_n, rest_balance])) if np.count_nonzero(n) >= LEAST_ACCOUNTS else None
    of_all = _impact(np.concatenate([[n.sum(), balance.sum()], rest_n.sum(axis=0), rest_balance.sum(axis=0)])[None, :])[0]
    sizes = spoken.sum(axis=0).astype(int).tolist()
    return [_estimate(of_all[place], None if drawn is None else drawn[:, place], size) for place, size in enumerate(sizes)]


def _drawn(counts: Floats) -> Floats:
    """The impact of each theme in each draw of as many accounts as have answered, shape (DRAWS, themes)."""
    counts = counts[counts[:, 0] > 0]
    random = np.random.default_rng(SEED)
    return np.concatenate([_impact(_times_drawn(random, len(counts)) @ counts) for _ in range(DRAWS // CHUNK)])


def _times_drawn(random: np.random.Generator, accounts: int) -> Floats:
    """How often each account is in each of CHUNK draws of as many, shape (CHUNK, accounts): sooner than as a multinomial."""
    draws = (random.integers(accounts, size=accounts) for _ in range(CHUNK))
    return np.array([np.bincount(drawn, minlength=accounts) for drawn in draws], dtype=float)


def _impact(sums: Floats) -> Floats:
    """Rows of n, balance, n and balance without each theme → points; NaN where there is no answer without it."""
    themes = (sums.shape[1] - 2) // 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(100 * (sums[:, [1]] / sums[:, [0]] - sums[:, 2 + themes :] / sums[:, 2 : 2 + themes]))


def _estimate(value: float, drawn: Floats | None, n: int) -> Estimate:
    if n == 0 or not np.isfinite(value):
        return Estimate(None, None, None, n, METHOD)
    if drawn is None or np.isnan(drawn).mean() > MOST_UNDEFINED:
        return Estimate(float(value), None, None, n, METHOD)
    low, high = np.nanquantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(float(value), min(float(low), float(value)), max(float(high), float(value)), n, METHOD)
