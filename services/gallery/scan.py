"""The plainest search: chosen templates, one by one."""

from collections.abc import Iterator

import numpy as np

from faces.embedding import Vectors
from services.gallery.index import Index, Nearest
from services.gallery.records import Keys

_CHUNK = 8192
"""Vectors decoded at once: 16 MB with 512 numbers each."""


class Scan:
    """Compares probes with chosen templates of an index; misses nobody."""

    exact = True
    rounding = 1e-5

    def __init__(self, index: Index, keys: Keys) -> None:
        self._index = index
        self._keys = keys

    def __len__(self) -> int:
        return len(self._keys)

    def nearest(self, probes: Vectors, count: int) -> Nearest:
        """Find the `count` nearest of the chosen templates, or all of them."""
        rough = np.concatenate([probes @ vectors.T for vectors in self._vectors()], axis=1)
        count = min(count, rough.shape[1])
        best = np.argpartition(-rough, count - 1, axis=1)[:, :count]
        order = np.argsort(-np.take_along_axis(rough, best, axis=1), axis=1)
        best = np.take_along_axis(best, order, axis=1)
        return Nearest(self._keys[best], np.take_along_axis(rough, best, axis=1))

    def _vectors(self) -> Iterator[Vectors]:
        for start in range(0, len(self._keys), _CHUNK):
            yield self._index.vectors(self._keys[start : start + _CHUNK])
