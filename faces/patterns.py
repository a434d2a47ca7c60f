"""Occlusion patterns: which rectangle of a grid over the crop is covered.

Qiu et al., End2End Occluded Face Recognition by Masking Corrupted Features, TPAMI 2021:
a grid of K x K cells has (K (K + 1) / 2)^2 rectangles of adjacent cells; with "nothing"
they are the classes that a mask must tell apart.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from faces.embedding import CROP_SHAPE

_SIDE = CROP_SHAPE[0]

NOTHING = 0
"""The pattern of a face in full view."""

GRID = 5
"""Cells along a side, as in the paper: 226 patterns."""


@cache
def rectangles(grid: int = GRID) -> NDArray[np.int64]:
    """All patterns as rectangles of cells.

    Returns:
        Shape (p, 4): top, left, bottom, right, the last two exclusive; row `NOTHING` is
        empty. By rising top, left, bottom, right.
    """
    edges = range(grid + 1)
    spans = [(start, end) for start in edges for end in edges if end > start]
    found = [(top, left, bottom, right) for top, bottom in spans for left, right in spans]
    table = np.array([(0, 0, 0, 0), *sorted(found)], dtype=np.int64)
    table.setflags(write=False)
    return table


def lines(grid: int = GRID) -> NDArray[np.int64]:
    """Where the grid's lines run, in pixels of the crop; shape (grid + 1,)."""
    return np.rint(np.linspace(0, _SIDE, grid + 1)).astype(np.int64)


def overlaps(mask: NDArray[np.bool_], grid: int = GRID) -> NDArray[np.float64]:
    """Intersection over union of every pattern with what is covered.

    Args:
        mask: Shape (112, 112), True where something hides the face.
        grid: Cells along a side.

    Returns:
        Shape (p,), range [0, 1]; 1 for `NOTHING` if nothing is covered, else 0.
    """
    table, at = rectangles(grid), lines(grid)
    sums = np.zeros((_SIDE + 1, _SIDE + 1), dtype=np.int64)
    sums[1:, 1:] = mask.cumsum(0).cumsum(1)
    top, left, bottom, right = at[table].T
    shared = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
    union = (bottom - top) * (right - left) + sums[-1, -1] - shared
    ratios: NDArray[np.float64] = shared / np.maximum(union, 1)
    ratios[NOTHING] = float(not mask.any())
    return ratios


def label(mask: NDArray[np.bool_], grid: int = GRID) -> int:
    """The pattern that fits best what is covered: the first of those with the largest overlap."""
    return int(np.argmax(overlaps(mask, grid)))
