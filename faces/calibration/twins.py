"""People who are in the data under two names: their photos would pass for strangers alike."""

import numpy as np
from numpy.typing import NDArray

from faces.calibration.pairs import People
from faces.embedding import Vectors

SAME = 0.7
"""Cosine between the mean directions of two people above which they are one person.

In the training data six pairs of identities lie between .80 and .98 and the next at .61. Left
apart, they pass for strangers who score .9, and nothing that is said of rare strangers is true.
"""


def twins(vectors: Vectors, people: People) -> NDArray[np.int64]:
    """Find them.

    Args:
        vectors: Shape (n, d), unit length.
        people: Shape (n,), numbers 0 to k - 1, each of them used.

    Returns:
        Shape (m, 2): numbers of two people each, the lower one first.
    """
    centres = np.zeros((int(people.max()) + 1, vectors.shape[1]), dtype=np.float32)
    np.add.at(centres, people, vectors)
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    return np.argwhere(np.triu(centres @ centres.T, 1) > SAME)
