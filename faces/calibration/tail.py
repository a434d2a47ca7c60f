"""The upper tail of strangers' similarities: a generalised Pareto distribution (`methods` E).

Above a start u, ``P(s >= x) = share (1 + shape (x - u) / scale) ** (-1 / shape)``. With shape 0 it
is exponential; below 0 it ends at ``u - scale / shape``.
"""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
"""Shape (n,)."""

FEWEST = 10
"""Similarities that make a tail. Fewer say nothing of its shape."""

_ALMOST_EXPONENTIAL = 1e-9
_HARDLY = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """What is above u."""

    start: float
    """u, a similarity."""

    share: float
    """Of all comparisons that are above u. Range (0, 1)."""

    shape: float
    """Xi: below 0 the tail ends, at 0 it is exponential. Below 1, or it has no mean."""

    scale: float
    """Sigma, in units of similarity. > 0."""

    def __post_init__(self) -> None:
        numbers = (self.start, self.share, self.shape, self.scale)
        fits = 0 < self.share < 1 and self.scale > 0 and self.shape < 1
        if not (all(map(math.isfinite, numbers)) and fits):
            raise ValueError(f"no tail has these numbers: {numbers}")

    @classmethod
    def of(cls, others: Numbers, *, share: float) -> Self:
        """Fit the largest `share` of strangers' similarities.

        Raises:
            ValueError: Fewer than `FEWEST` similarities are in that tail.
        """
        count = int(share * len(others))
        if count < FEWEST:
            raise ValueError(f"{count} similarities make no tail")
        ranked = np.partition(others, len(others) - count - 1)
        start = float(ranked[-count - 1])
        return cls.above(start, ranked[-count:], np.ones(count), share=count / len(others))

    @classmethod
    def above(cls, start: float, similarities: Numbers, weights: Numbers, *, share: float) -> Self:
        """Fit similarities above a start that is known.

        By probability-weighted moments (Hosking and Wallis 1987): in closed form, and steady
        where the likelihood has no maximum.

        Args:
            start: u.
            similarities: Those above it, shape (n,).
            weights: What each counts, shape (n,).
            share: Of all comparisons, by weight, that are above it.

        Raises:
            ValueError: They make no tail; they may all be equal.
        """
        order = np.argsort(similarities)
        excess, parts = similarities[order] - start, weights[order] / weights.sum()
        above = 1 - (np.cumsum(parts) - parts / 2)
        first, second = float(parts @ excess), float(parts @ (excess * above))
        rest = first - 2 * second
        if not rest > _HARDLY * first:
            raise ValueError(f"{len(excess)} similarities make no tail: they hardly differ")
        return cls(
            start=start, share=share, shape=2 - first / rest, scale=2 * first * second / rest
        )

    def rate(self, similarity: float) -> float:
        """Chance that a stranger reaches a similarity, which is u or above."""
        excess = (similarity - self.start) / self.scale
        if abs(self.shape) < _ALMOST_EXPONENTIAL:
            return self.share * math.exp(-excess)
        inside = 1 + self.shape * excess
        return self.share * inside ** (-1 / self.shape) if inside > 0 else 0.0

    def similarity(self, rate: float) -> float:
        """The similarity that strangers reach with a chance, which is `share` or less."""
        times = math.log(self.share / rate)
        if abs(self.shape) < _ALMOST_EXPONENTIAL:
            return self.start + self.scale * times
        return self.start + self.scale / self.shape * math.expm1(self.shape * times)
