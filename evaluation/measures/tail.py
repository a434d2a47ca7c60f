"""The line for a gallery of N, from the tail of single comparisons (`methods` E).

Above u, strangers' similarities follow a generalized Pareto distribution; N independent ones give
FPIR = 1 - (1 - FMR)^N.
"""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np

from evaluation.logistic import Numbers

_ALMOST_EXPONENTIAL = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """What is above u."""

    start: float
    """u, a similarity."""

    share: float
    """Of all comparisons that are above u."""

    shape: float
    """Xi: below 0 the tail ends, at 0 it is exponential."""

    scale: float
    """Sigma, in units of similarity. > 0."""

    @classmethod
    def fit(cls, others: Numbers, *, share: float = 0.01) -> Self:
        """Fit the largest `share` of strangers' similarities.

        By probability-weighted moments (Hosking and Wallis 1987): in closed form, and steady
        where the likelihood has no maximum.

        Raises:
            ValueError: Fewer than ten similarities are in that tail.
        """
        count = int(share * len(others))
        if count < 10:  # noqa: PLR2004  # fewer say nothing of a shape
            raise ValueError(f"{count} similarities make no tail")
        ranked = np.sort(others)
        start = float(ranked[-count - 1])
        excess = ranked[-count:] - start
        above = (count - np.arange(1, count + 1)) / (count - 1)
        first, second = float(excess.mean()), float((excess * above).mean())
        rest = first - 2 * second
        return cls(
            start=start,
            share=count / len(others),
            shape=2 - first / rest,
            scale=2 * first * second / rest,
        )

    def line(self, size: int, rate: float) -> float:
        """The similarity at which searches of `size` templates are false with a chance `rate`."""
        times = size * self.share / -math.log1p(-rate)
        if abs(self.shape) < _ALMOST_EXPONENTIAL:
            return self.start + self.scale * math.log(times)
        return self.start + self.scale / self.shape * math.expm1(self.shape * math.log(times))
