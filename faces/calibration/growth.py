"""What several templates of one person add to false matches: measured, not assumed."""

import numpy as np

from faces.calibration.pairs import Pairs, Photos


def growth(photos: Photos, high: Pairs) -> float:
    """Power by which a stranger's chance to be hit grows with their templates.

    Measured on two templates of each person. More add less, and further up the tail photos of one
    person have less in common: where galleries have their lines, the two about cancel out.

    Args:
        photos: All of them.
        high: The comparisons of strangers that are on a line or above it, each once.

    Returns:
        In [0, 1]; 1, which is on the safe side, if it cannot be measured.
    """
    photos_of = np.bincount(photos.people)
    probe = np.concatenate([high.first, high.second])
    other = photos.people[np.concatenate([high.second, high.first])]
    cells, hits = np.unique(probe * len(photos_of) + other, return_counts=True)
    probes, others = np.divmod(cells, len(photos_of))
    several = photos_of[others] > 1
    if not several.any():
        return 1.0
    hit, among = hits[several].astype(np.float64), photos_of[others[several]].astype(np.float64)
    weights = photos.weights[probes[several]]
    one = weights @ (hit / among)
    neither = (among - hit) * (among - hit - 1) / (among * (among - 1))
    either = weights @ (1 - neither)
    return float(np.clip(np.log2(either / one), 0.0, 1.0))
