"""The protocol of labelled pairs: accuracy over folds, and recall at a rate of false matches."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
"""Shape (n,). Similarities; higher is more alike."""

Labels = NDArray[np.bool_]
"""Shape (n,). True for two pictures of one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """Over the folds, in [0, 1]."""

    mean: float
    std: float
    """Of the folds' accuracies, as for a whole population."""

    thresholds: tuple[float, ...]
    """What each fold was judged by."""


def accuracy(scores: Scores, same: Labels, folds: NDArray[np.int64]) -> Accuracy:
    """Judge each fold by the threshold that is best on all other folds."""
    shares, thresholds = [], []
    for fold in np.unique(folds):
        inside = folds == fold
        line = best_threshold(scores[~inside], same[~inside])
        thresholds.append(line)
        shares.append(np.mean((scores[inside] >= line) == same[inside]))
    return Accuracy(
        mean=float(np.mean(shares)), std=float(np.std(shares)), thresholds=tuple(thresholds)
    )


def best_threshold(scores: Scores, same: Labels) -> float:
    """The line with most pairs on their right side; of equals, the middle of the first gap."""
    order = np.argsort(scores, kind="stable")
    values = scores[order]
    # Right with the line below everything, then with each further score left behind.
    right = np.sum(same) + np.concatenate([[0], np.cumsum(np.where(same[order], -1, 1))])
    edges = np.concatenate([[values[0] - 1], values, [values[-1] + 1]])
    # A line cannot stand between equal scores.
    right = np.where(np.diff(edges) > 0, right, -1)
    best = int(np.argmax(right))
    return float(edges[best] + edges[best + 1]) / 2


def match_rate(scores: Scores, same: Labels, *, false_rate: float) -> tuple[float, float]:
    """Share of mated pairs above the lowest line that few enough non-mated pairs reach.

    Args:
        scores: Of all pairs.
        same: Of all pairs.
        false_rate: Largest share of non-mated pairs at or above the line.

    Returns:
        The share, in [0, 1], and the line: just above the first score too many.
    """
    others = np.sort(scores[~same])[::-1]
    allowed = int(false_rate * len(others))
    line = float(np.nextafter(others[allowed], np.inf))
    return float(np.mean(scores[same] >= line)), line
