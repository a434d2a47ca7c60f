"""Every comparison of a set of photos, a block at a time: millions of them fit in no memory."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faces.calibration.likelihood import Events
from faces.calibration.tail import Numbers
from faces.embedding import Vectors

People = NDArray[np.int64]
"""Shape (n,): a number for each person, 0 to k - 1, each of them used."""

BLOCK = 256
"""Photos that are compared with all others at once; bounds memory only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photos:
    """Embedded faces, and who is on them. Of strangers to one another, but for their own photos."""

    vectors: Vectors
    """Shape (n, d), unit length."""

    quality: Numbers
    """Shape (n,), in [0, 1]."""

    people: People

    @property
    def weights(self) -> Numbers:
        """Shape (n,): each person counts the same, however many photos there are of them."""
        return 1.0 / np.bincount(self.people)[self.people]

    def where(self, kept: Events) -> "Photos":
        """Some of them; people of whom none is left have no number any more."""
        numbers = np.unique(self.people[kept], return_inverse=True)[1].astype(np.int64)
        return Photos(vectors=self.vectors[kept], quality=self.quality[kept], people=numbers)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Comparisons of photos, each once."""

    similarity: Numbers
    first: People
    """Shape (n,): a photo."""

    second: People
    """Shape (n,): a later one."""

    def __len__(self) -> int:
        return len(self.similarity)

    def where(self, kept: Events) -> "Pairs":
        """Some of them."""
        return Pairs(self.similarity[kept], self.first[kept], self.second[kept])

    def weights(self, photos: Photos) -> Numbers:
        """Shape (n,): every two people count the same, however many photos there are of them."""
        each = photos.weights
        return np.asarray(each[self.first] * each[self.second], dtype=np.float64)

    def quality(self, photos: Photos) -> Numbers:
        """Shape (n,): the lower one of both."""
        return np.minimum(photos.quality[self.first], photos.quality[self.second])


def compared(photos: Photos) -> Iterator[tuple[Pairs, Pairs]]:
    """All comparisons, block by block: those of one person, and those of strangers."""
    places = np.arange(len(photos.people))
    for start in range(0, len(places), BLOCK):
        rows = places[start : start + BLOCK]
        similarity = photos.vectors[rows] @ photos.vectors[start:].T
        later = places[None, start:] > rows[:, None]
        same = photos.people[rows, None] == photos.people[None, start:]
        yield _taken(similarity, later & same, start), _taken(similarity, later & ~same, start)


def joined(parts: list[Pairs]) -> Pairs:
    """Several as one."""
    return Pairs(
        np.concatenate([part.similarity for part in parts]),
        np.concatenate([part.first for part in parts]),
        np.concatenate([part.second for part in parts]),
    )


def _taken(similarity: NDArray[np.float32], which: NDArray[np.bool_], start: int) -> Pairs:
    row, column = np.nonzero(which)
    return Pairs(similarity[which].astype(np.float64), row + start, column + start)
