"""Finds people who are in the data under two names."""

import numpy as np
from numpy.typing import NDArray

from evaluation.embedding import Vectors

SAME = 0.7
"""Cosine between the mean directions of two identities above which they are one person.

In `train/` six pairs of identities lie between .80 and .98 and the next at .61. Left apart, their
photos pass for strangers who score .9, and no threshold below one false match in 10,000 means
anything.
"""


def merge_duplicates(unit: Vectors, people: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the photos of duplicate identities one number.

    Args:
        unit: Shape (n, d), each row of length 1.
        people: Shape (n,), numbers 0 to k - 1, each of them used.

    Returns:
        Shape (n,): the lowest number among the identities that are the same person.
    """
    centres = np.zeros((int(people.max()) + 1, unit.shape[1]), dtype=np.float32)
    np.add.at(centres, people, unit)
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    first = np.arange(len(centres))
    for low, high in np.argwhere(np.triu(centres @ centres.T, 1) > SAME):
        pair = first[[low, high]]
        first[first == pair.max()] = pair.min()
    return first[people]
