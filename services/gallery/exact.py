"""The reference index: every product, sorted. Slow, and plainly right."""

import numpy as np
from typing_extensions import override

from faces.embedding import Vectors
from services.gallery.index import Hit, Index, rank, similarities
from services.gallery.records import Keys


class ExactIndex(Index):
    """Implements `Index` in numpy, for tests and for tiny collections."""

    def __init__(self, dimension: int) -> None:
        self._templates: Keys = np.empty(0, np.int64)
        self._persons: Keys = np.empty(0, np.int64)
        self._vectors: Vectors = np.empty((0, dimension), np.float32)

    @override
    def __len__(self) -> int:
        return len(self._templates)

    @override
    def add(self, templates: Keys, persons: Keys, vectors: Vectors) -> None:
        self._templates = np.concatenate([self._templates, templates])
        self._persons = np.concatenate([self._persons, persons])
        self._vectors = np.concatenate([self._vectors, vectors])

    @override
    def remove(self, templates: Keys) -> None:
        kept = ~np.isin(self._templates, templates)
        self._templates, self._persons = self._templates[kept], self._persons[kept]
        self._vectors = self._vectors[kept]

    @override
    def search(self, probes: Vectors, limit: int) -> list[list[Hit]]:
        every = [similarities(self._vectors, probe) for probe in probes]
        return [list(rank(self._templates, self._persons, scores, limit)) for scores in every]

    @override
    def vectors(self, templates: Keys) -> Vectors:
        places = {int(key): place for place, key in enumerate(self._templates)}
        return self._vectors[[places[int(key)] for key in templates]]
