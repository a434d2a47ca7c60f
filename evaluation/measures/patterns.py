"""How well a model names what is covered."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faces.patterns import GRID, NOTHING, lines, overlaps, rectangles


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Of many crops; all in [0, 1]."""

    top1: float
    """Share in which the pattern is the one that fits best."""

    overlap: float
    """Mean intersection over union of the pattern named and the one that fits best."""

    mask_overlap: float
    """Mean intersection over union of the pattern named and what is covered indeed."""

    most: float
    """The largest that `mask_overlap` could be: things are no rectangles of cells."""


def judge(logits: NDArray[np.float32], masks: NDArray[np.bool_], *, grid: int = GRID) -> Named:
    """Compare named patterns with true masks.

    Args:
        logits: Shape (n, p).
        masks: Shape (n, 112, 112), True where something is in front of the face.
        grid: Cells along a side.
    """
    fits = np.stack([overlaps(mask, grid) for mask in masks])
    named, best = logits.argmax(axis=1), fits.argmax(axis=1)
    rows = np.arange(len(fits))
    return Named(
        top1=float(np.mean(named == best)),
        overlap=float(np.mean(alike(grid)[named, best])),
        mask_overlap=float(np.mean(fits[rows, named])),
        most=float(np.mean(fits[rows, best])),
    )


def alike(grid: int = GRID) -> NDArray[np.float64]:
    """Intersection over union of all patterns with all, in pixels; "nothing" is like itself only.

    Returns:
        Shape (p, p).
    """
    top, left, bottom, right = lines(grid)[rectangles(grid)].T

    def common(low: NDArray[np.int64], high: NDArray[np.int64]) -> NDArray[np.int64]:
        ends = np.minimum(high[:, None], high[None])
        length: NDArray[np.int64] = np.maximum(ends - np.maximum(low[:, None], low[None]), 0)
        return length

    shared = common(top, bottom) * common(left, right)
    areas = (bottom - top) * (right - left)
    ratios = shared / np.maximum(areas[:, None] + areas[None] - shared, 1)
    ratios[NOTHING, NOTHING] = 1.0
    return np.asarray(ratios, dtype=np.float64)
