"""The named result that statistics return."""

from dataclasses import dataclass

from scipy.stats import norm

LEVEL = 0.95  # of every interval in the product
Z = float(norm.ppf((1 + LEVEL) / 2))  # 1.96: what a normal interval spans on either side, in standard errors


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval. None where it is not defined; `n` observations; `method` names both."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    method: str
