"""Whether a score tells faces from what is none."""

import numpy as np

from evaluation import metrics
from evaluation.logistic import Numbers

KEPT = 0.95
"""Share of the faces that the line of `false_rate` keeps."""


def separation(faces: Numbers, others: Numbers) -> float:
    """AUROC: the chance that a face scores higher than something else; 1 is perfect."""
    happened = np.repeat([True, False], [len(faces), len(others)])
    return metrics.auc(np.concatenate([faces, others]), happened)


def false_rate(faces: Numbers, others: Numbers, *, kept: float = KEPT) -> float:
    """FPR95: share of the others on or above the highest line that keeps so many faces."""
    below = int(round((1 - kept) * len(faces), 6))
    at = np.sort(faces)[below]
    return float(np.mean(others >= at))
