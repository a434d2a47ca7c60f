"""Finds people who are in the data under two names."""

import numpy as np
from numpy.typing import NDArray

from evaluation.embedding import Vectors
from faces.calibration import twins


def merge_duplicates(unit: Vectors, people: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the photos of duplicate identities one number.

    Args:
        unit: Shape (n, d), each row of length 1.
        people: Shape (n,), numbers 0 to k - 1, each of them used.

    Returns:
        Shape (n,): the lowest number among the identities that are the same person.
    """
    first = np.arange(int(people.max()) + 1)
    for low, high in twins(unit, people):
        pair = first[[low, high]]
        first[first == pair.max()] = pair.min()
    return first[people]
