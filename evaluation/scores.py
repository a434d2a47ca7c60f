"""Cosines between clean crops: how high strangers score, how low the same person does."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.embedding import Vectors

STEP = 1e-4
"""Resolution of a cosine; a histogram holds 40 million pairs in no space."""

RATES = (1e-3, 1e-4, 1e-5, 1e-6)
"""False match rates that get a threshold."""

QUANTILES = (0.01, 0.05, 0.10, 0.25, 0.50)
"""Of the genuine scores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Two histograms of cosines over [-1, 1], with bins of `STEP`."""

    genuine: NDArray[np.int64]
    """Pairs of different crops of one identity."""

    impostor: NDArray[np.int64]
    """Pairs of crops of two identities."""

    def threshold(self, rate: float) -> float:
        """Lowest cosine that at most `rate` of the impostor pairs reach."""
        at_least = np.cumsum(self.impostor[::-1])[::-1]
        allowed = np.flatnonzero(at_least <= rate * self.impostor.sum())
        return round(-1.0 + int(allowed[0]) * STEP, 4) if len(allowed) else 1.0

    def genuine_quantile(self, share: float) -> float:
        """Cosine below which `share` of the genuine pairs lie."""
        below = np.cumsum(self.genuine)
        return round(-1.0 + int(np.searchsorted(below, share * below[-1])) * STEP, 4)

    def genuine_above(self, threshold: float) -> float:
        """Share of the genuine pairs that reach a threshold."""
        first = round((threshold + 1.0) / STEP)
        return float(self.genuine[first:].sum() / self.genuine.sum())


def pair_scores(unit: Vectors, people: NDArray[np.int64], *, block: int = 512) -> Scores:
    """Compare every crop with every later one.

    Args:
        unit: Shape (n, d), each row of length 1.
        people: Shape (n,), a number for each identity.
        block: Rows compared at once; bounds memory only.
    """
    bins = round(2.0 / STEP)
    genuine, impostor = np.zeros(bins, np.int64), np.zeros(bins, np.int64)
    order = np.arange(len(unit))
    for start in range(0, len(unit), block):
        rows = slice(start, start + block)
        cosine = unit[rows] @ unit.T
        index = np.clip(((cosine + 1.0) / STEP).astype(np.int64), 0, bins - 1)
        later = order[None] > order[rows, None]
        same = people[rows, None] == people[None]
        genuine += np.bincount(index[later & same], minlength=bins)
        impostor += np.bincount(index[later & ~same], minlength=bins)
    return Scores(genuine=genuine, impostor=impostor)
