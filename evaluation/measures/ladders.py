"""Whether numbers follow a severity, and how far repeated shots lie apart."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from evaluation import metrics
from evaluation.logistic import Numbers

ARTICLE: Mapping[float, float] = {
    100: 0.89, 400: 0.85, 1600: 0.73, 3200: 0.54, 6400: 0.37, 12800: 0.22,
}  # fmt: skip
"""Quality by ISO in source article 000: what the parity curve follows."""

ARTICLE_SCENES: Mapping[str, float] = {"night gate": 0.36, "re-photograph": 0.41, "cctv": 0.28}
"""Quality of its three scenes."""


def largest_rise(means: Numbers) -> float:
    """How far a number goes up from one rung to the next worse one; 0 if it never does."""
    return float(max(0.0, np.diff(means).max(initial=0.0)))


def follows(quality: Numbers, similarity: Numbers) -> float:
    """Rank correlation, in [-1, 1]; NaN if one of the two never changes."""
    if np.ptp(quality) == 0 or np.ptp(similarity) == 0:
        return float("nan")
    return metrics.spearman(quality, similarity)


def error(reached: Numbers, wanted: Numbers) -> float:
    """Root of the mean square distance."""
    return float(np.sqrt(np.mean((reached - wanted) ** 2)))


def spread(shots: NDArray[np.float64]) -> Numbers:
    """Standard deviation over the shots of each image.

    Args:
        shots: Shape (images, shots), at least two shots.

    Returns:
        Shape (images,), of the sample (n - 1).
    """
    return np.asarray(shots.std(axis=1, ddof=1), dtype=np.float64)
