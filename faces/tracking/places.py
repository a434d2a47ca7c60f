"""Faces and tracks by place alone: boxes that overlap, or that are near."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from faces.geometry import Boxes, overlaps

Box = tuple[float, float, float, float]
"""x_min, y_min, x_max, y_max in pixels."""

Affinities = NDArray[np.float32]
"""Shape (faces, tracks); 0 where the two do not belong together."""

OVERLAP = 0.3
"""Least intersection over union of a face and the hint that means it."""

NEAR = 0.2
"""The same of two boxes three times as large: at five frames a second, somebody who walks past
moves by more than the width of their face. (Yang et al., C-BIoU, WACV 2023, grow boxes, too.)"""


def overlapping(boxes: Sequence[Box], others: Sequence[Box]) -> Affinities:
    """Intersection over union of all pairs: shape (boxes, others)."""
    return _all(_array(boxes), _array(others))


def nearness(boxes: Sequence[Box], others: Sequence[Box]) -> Affinities:
    """The same of boxes that are grown by their own size on every side."""
    return _all(_grown(_array(boxes)), _grown(_array(others)))


def pairs(affinities: Affinities) -> list[int | None]:
    """For each row its column, the most certain pairs first: greedy, one to one.

    Pairs of affinity 0 are none.
    """
    found: list[int | None] = [None] * len(affinities)
    taken: set[int] = set()
    for place in np.argsort(-affinities, axis=None, kind="stable"):
        row, column = divmod(int(place), affinities.shape[1])
        if affinities[row, column] <= 0:
            break
        if found[row] is None and column not in taken:
            found[row] = column
            taken.add(column)
    return found


def _array(boxes: Sequence[Box]) -> Boxes:
    return np.array(boxes, dtype=np.float32).reshape(-1, 4)


def _grown(boxes: Boxes) -> Boxes:
    sides = boxes[:, 2:] - boxes[:, :2]
    return np.hstack([boxes[:, :2] - sides, boxes[:, 2:] + sides])


def _all(boxes: Boxes, others: Boxes) -> Affinities:
    if not (len(boxes) and len(others)):
        return np.zeros((len(boxes), len(others)), dtype=np.float32)
    return np.stack([overlaps(box, others) for box in boxes])
