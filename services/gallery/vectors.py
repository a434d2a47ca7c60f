"""Vectors from outside, before they are believed."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from faces.embedding import UNIT_TOLERANCE, Vectors
from faces.errors import VectorDimension, VectorNotUnit

_LAST_BIT = float(np.finfo(np.float32).eps)
"""Rounding alone makes a length differ from 1 by less. So a vector that was here before
comes back as it was."""

_BLOCK = 64
"""Rows that are widened at once: they stay in the cache, which is twice as fast."""


def unit_rows(given: Vectors | Sequence[NDArray[np.float32]], dimension: int) -> Vectors:
    """Stack vectors of unit length.

    Args:
        given: Each of shape (d,), float32, with any values; or all of them, shape (n, d).
        dimension: The length that each must have.

    Returns:
        Shape (n, dimension). Lengths are 1 to the last bit of float32, so that products
        are cosines. May be what was given.

    Raises:
        VectorDimension: One has another number of values.
        VectorNotUnit: One has another length than 1, or values that are no numbers.
    """
    rows = _stacked(given, dimension)
    lengths = _lengths(rows)
    off = np.abs(lengths - 1.0)
    wrong = np.flatnonzero(~(off <= UNIT_TOLERANCE))
    if wrong.size:
        raise VectorNotUnit(index=wrong[0], length=f"{lengths[wrong[0]]:.4f}")
    skewed = off > _LAST_BIT
    if not skewed.any():
        return rows
    return np.where(skewed[:, None], rows / lengths[:, None], rows).astype(np.float32)


def _stacked(given: Vectors | Sequence[NDArray[np.float32]], dimension: int) -> Vectors:
    alike = isinstance(given, np.ndarray) and given.shape[1] == dimension
    for index, vector in enumerate([] if alike else given):
        if len(vector) != dimension:
            raise VectorDimension(
                index=index, actual_dimension=len(vector), expected_dimension=dimension
            )
    rows: Vectors = np.asarray(given, np.float32) if alike else np.stack(list(given))
    return rows


def _lengths(rows: Vectors) -> NDArray[np.float64]:
    """Shape (n,), to the precision of float64."""
    squares = np.empty(len(rows), np.float64)
    for start in range(0, len(rows), _BLOCK):
        wide = rows[start : start + _BLOCK].astype(np.float64)
        np.vecdot(wide, wide, out=squares[start : start + _BLOCK])
    return np.sqrt(squares)
