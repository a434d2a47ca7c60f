"""The port to the index: which templates are most like a probe.

An index is a disposable projection of the store: it may be rebuilt at any time, and
holds nothing that the store does not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from faces.embedding import Vectors
from services.gallery.records import Keys


@dataclass(frozen=True, slots=True)
class Hit:
    """A person and the template that speaks for them."""

    person: int
    template: int
    similarity: float
    """Cosine. Range [-1, 1]."""


class Index(Protocol):
    """Templates of one collection. Never called concurrently."""

    def __len__(self) -> int:
        """Templates held."""
        ...

    def add(self, templates: Keys, persons: Keys, vectors: Vectors) -> None:
        """Take templates in.

        Args:
            templates: Shape (n,), keys that the index does not hold.
            persons: Shape (n,), whose each is.
            vectors: Shape (n, d), unit length. Copied.
        """
        ...

    def remove(self, templates: Keys) -> None:
        """Forget templates. Keys that the index does not hold are passed over."""
        ...

    def search(self, probes: Vectors, limit: int) -> list[list[Hit]]:
        """Rank persons by their most similar template, exactly.

        Args:
            probes: Shape (n, d), unit length.
            limit: Most persons a probe, at least 1.

        Returns:
            For each probe, by falling similarity, each person once: `limit` of them, or
            all there are. Equals go by rising key of the person, then of the template.
        """
        ...

    def vectors(self, templates: Keys) -> Vectors:
        """The vectors of templates that the index holds, in order; shape (n, d)."""
        ...


MakeIndex = Callable[[int], Index]
"""Makes an empty index for vectors of this many numbers."""


def similarities(vectors: Vectors, probe: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cosine of each row with the probe; shape (n,), range [-1, 1].

    Matrix products round differently with each shape. This does not: a pair of vectors
    has one similarity, whoever else is searched for and whatever else is stored.
    """
    products = vectors.astype(np.float64) * probe.astype(np.float64)
    exact: NDArray[np.float32] = products.sum(axis=1).astype(np.float32)
    return np.clip(exact, -1.0, 1.0)


def rank(templates: Keys, persons: Keys, scores: NDArray[np.float32], limit: int) -> Sequence[Hit]:
    """Best template of each person, best persons first, at most `limit`."""
    order = np.lexsort((templates, persons, -scores))
    _, firsts = np.unique(persons[order], return_index=True)
    best = order[np.sort(firsts)[:limit]]
    columns = (persons[best].tolist(), templates[best].tolist(), scores[best].tolist())
    return [Hit(*fields) for fields in zip(*columns, strict=True)]
