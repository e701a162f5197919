"""The company as arrays: who is satisfied, who grows, who leaves. Pure numpy, no rows yet."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from feedback_site.demo import truth

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
STAYS = 1_000  # a quarter that never comes


@dataclass(frozen=True)
class World:
    """`latent` and `level` are accounts × quarters; `revenue` and `cost` accounts × months, 0 where inactive.

    `joined` is the quarter of an account's first revenue (−1: it was there before), `ended` that of its last.
    """

    segment: Integers
    latent: Floats
    level: Floats
    revenue: Floats
    cost: Floats
    joined: Integers
    ended: Integers

    def active(self, quarter: int) -> NDArray[np.bool_]:
        return (self.joined <= quarter) & (self.ended >= quarter)


def simulate(rng: Generator, months: int) -> World:
    """Draw the company over `months` months, a quarter for each three of them begun."""
    segment = np.repeat(np.arange(len(truth.SEGMENTS)), [one.accounts for one in truth.SEGMENTS])
    quarters = truth.FULL_QUARTERS + 1
    latent = satisfaction(rng, len(segment), quarters)
    level = log_revenue(rng, segment, latent)
    joined = np.where(rng.random(len(segment)) < truth.BOUGHT_LATER, rng.integers(1, truth.FULL_QUARTERS, len(segment)), -1)
    ended = last_quarters(rng, segment, latent, joined)
    revenue, cost = monthly(rng, segment, level, joined, ended, months)
    return World(segment, latent, level, revenue, cost, joined, ended)


def satisfaction(rng: Generator, accounts: int, quarters: int) -> Floats:
    """Latent satisfaction: an own level plus a stationary AR(1), accounts × quarters."""
    own = rng.normal(0, truth.LEVEL_SPREAD, accounts)
    shocks = rng.normal(0, truth.DEVIATION_SPREAD * np.sqrt(1 - truth.PERSISTENCE**2), (accounts, quarters))
    deviation = np.empty((accounts, quarters))
    deviation[:, 0] = rng.normal(0, truth.DEVIATION_SPREAD, accounts)
    for quarter in range(1, quarters):
        deviation[:, quarter] = truth.PERSISTENCE * deviation[:, quarter - 1] + shocks[:, quarter]
    return own[:, None] + deviation


def log_revenue(rng: Generator, segment: Integers, latent: Floats) -> Floats:
    """Log of monthly revenue per quarter: satisfaction drives the growth of the quarter after."""
    start = np.log(of_segment(segment, "monthly_revenue")) + rng.normal(0, 1, len(segment)) * of_segment(segment, "spread")
    growth = of_segment(segment, "drift")[:, None] + of_segment(segment, "slope")[:, None] * latent[:, :-1]
    growth = growth + rng.normal(0, truth.OWN_GROWTH_SPREAD, len(segment))[:, None] + rng.normal(0, truth.GROWTH_CHANCE, growth.shape)
    return start[:, None] + np.concatenate([np.zeros((len(segment), 1)), np.cumsum(growth, axis=1)], axis=1)


def last_quarters(rng: Generator, segment: Integers, latent: Floats, joined: Integers) -> Integers:
    """The last quarter with revenue of each account; STAYS for those that are still there."""
    hazard = of_segment(segment, "churn")[:, None] * np.exp(of_segment(segment, "churn_by_satisfaction")[:, None] * latent)
    quarters = np.arange(latent.shape[1])
    leaves = (rng.random(latent.shape) < hazard) & (quarters > joined[:, None] + 1) & (quarters < truth.FULL_QUARTERS)
    return np.where(leaves.any(axis=1), leaves.argmax(axis=1), STAYS)


def monthly(rng: Generator, segment: Integers, level: Floats, joined: Integers, ended: Integers, months: int) -> tuple[Floats, Floats]:
    """Revenue and its cost, accounts × months."""
    quarter = np.arange(months) // 3
    revenue = np.exp(level[:, quarter] + rng.normal(0, truth.MONTH_CHANCE, (len(segment), months)))
    revenue *= (quarter >= joined[:, None]) & (quarter <= ended[:, None])
    margin = np.clip(of_segment(segment, "margin")[:, None] + rng.normal(0, 0.03, revenue.shape), 0.05, 0.9)
    return revenue, revenue * (1 - margin)


def of_segment(segment: Integers, name: str) -> Floats:
    """The truth `name` of each account's segment."""
    return np.array([getattr(one, name) for one in truth.SEGMENTS], dtype=float)[segment]
