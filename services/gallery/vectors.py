"""Vectors from outside, before they are believed."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from faces.embedding import UNIT_TOLERANCE, Vectors
from faces.errors import VectorDimension, VectorNotUnit


def unit_rows(given: Sequence[NDArray[np.float32]], dimension: int) -> Vectors:
    """Stack vectors of unit length.

    Args:
        given: Each of shape (d,), float32, with any values.
        dimension: The length that each must have.

    Returns:
        Shape (n, dimension). Lengths are 1 to the last bit of float32, so that products
        are cosines.

    Raises:
        VectorDimension: One has another number of values.
        VectorNotUnit: One has another length than 1, or values that are no numbers.
    """
    for index, vector in enumerate(given):
        if len(vector) != dimension:
            raise VectorDimension(
                index=index, actual_dimension=len(vector), expected_dimension=dimension
            )
    rows = np.stack(given).astype(np.float64)
    lengths = np.linalg.norm(rows, axis=1)
    wrong = np.flatnonzero(~(np.abs(lengths - 1.0) <= UNIT_TOLERANCE))
    if wrong.size:
        raise VectorNotUnit(index=wrong[0], length=f"{lengths[wrong[0]]:.4f}")
    unit: Vectors = (rows / lengths[:, None]).astype(np.float32)
    return unit
