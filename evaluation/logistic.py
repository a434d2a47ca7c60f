"""A pass probability as a sigmoid of one number, fitted by maximum likelihood."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
"""Shape (n,)."""

Events = NDArray[np.bool_]
"""Shape (n,): whether it happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sigmoid:
    """``1 / (1 + exp(-(x - midpoint) / width))``."""

    midpoint: float
    """Where the probability is one half, in units of x."""

    width: float
    """Distance from there to .73, in units of x."""

    def __call__(self, x: Numbers) -> Numbers:
        """Give the probability for each x, in [0, 1]."""
        return 1.0 / (1.0 + np.exp(-(x - self.midpoint) / self.width))


def fit(x: Numbers, happened: Events, *, steps: int = 50) -> Sigmoid:
    """Fit by Newton's method on standardized x; the two numbers are rounded to 4 decimals.

    Raises:
        ValueError: The event does not become more likely as x grows, so x is no quality.
    """
    centre, spread = float(x.mean()), float(x.std())
    design = np.stack([(x - centre) / spread, np.ones_like(x)], axis=1)
    weights = np.zeros(2)
    for _ in range(steps):
        chance = 1.0 / (1.0 + np.exp(-design @ weights))
        curvature = design.T @ (design * (chance * (1.0 - chance))[:, None])
        weights += np.linalg.solve(curvature, design.T @ (happened - chance))
    if not weights[0] > 0:
        raise ValueError(f"the slope is {weights[0]:.3g}: this number is no quality")
    width = spread / weights[0]
    return Sigmoid(midpoint=round(centre - weights[1] * width, 4), width=round(width, 4))
