"""Photos that lie in the folder of somebody else: they would pass for strangers alike."""

import numpy as np
from numpy.typing import NDArray

from faces.calibration.likelihood import Events
from faces.calibration.pairs import BLOCK, People
from faces.calibration.tail import Numbers
from faces.embedding import Vectors

LIKE = 0.5
"""Cosine with the mean direction of somebody else above which a photo may be theirs."""

CLOSER = 0.1
"""How much closer it must be to them than to its own person, so that look-alikes stay: their
photos are like somebody else's, and still more like their own.

In the training data, 17 of 9,199 photos are such, of six people; seen side by side, the .85 between
a photo and somebody else is that of one person. By weight, they make nearly half of the comparisons
of strangers above .5, and lift the line of a gallery of thousands.
"""

_ROUNDS = 10


def strays(vectors: Vectors, people: People) -> Events:
    """Find them. Means are without the photo itself, and without strays that were found before.

    Args:
        vectors: Shape (n, d), unit length.
        people: Shape (n,), numbers 0 to k - 1, each of them used.

    Returns:
        Shape (n,). Somebody of whom there is one photo has none: nothing says whose it is.
    """
    found = np.zeros(len(people), dtype=np.bool_)
    for _ in range(_ROUNDS):
        more = ~found & _astray(vectors, people, ~found)
        if not more.any():
            break
        found |= more
    return found


def _astray(vectors: Vectors, people: People, kept: Events) -> Events:
    sums = np.zeros((int(people.max()) + 1, vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, people[kept], vectors[kept])
    centres = _unit(sums)
    found = np.zeros(len(people), dtype=np.bool_)
    for start in range(0, len(people), BLOCK):
        rows = slice(start, start + BLOCK)
        rest = sums[people[rows]] - vectors[rows] * kept[rows, None]
        own: Numbers = np.einsum("nd,nd->n", vectors[rows], _unit(rest)).astype(np.float64)
        alone = np.linalg.norm(rest, axis=1) < LIKE  # no other photo is left
        others = vectors[rows] @ centres.T
        others[np.arange(len(others)), people[rows]] = -1.0
        best = others.max(axis=1)
        found[rows] = ~alone & (best > LIKE) & (best > own + CLOSER)
    return found


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-6), dtype=np.float32)
