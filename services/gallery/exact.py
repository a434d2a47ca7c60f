"""The reference index: every product, sorted. Slow, and plainly right."""

import numpy as np
from typing_extensions import override

from faces.embedding import Vectors
from services.gallery.index import Index, Indexes, Nearest, similarities
from services.gallery.plan import Plan
from services.gallery.records import Collection, Keys

_PLAN = Plan(storage="fp32")


class ExactIndex(Index):
    """Implements `Index` in numpy, for tests and for tiny collections."""

    plan = asked = _PLAN
    exact = True
    rounding = 1e-6

    def __init__(self, dimension: int) -> None:
        self._keys: Keys = np.empty(0, np.int64)
        self._vectors: Vectors = np.empty((0, dimension), np.float32)

    @override
    def __len__(self) -> int:
        return len(self._keys)

    @override
    def keys(self) -> Keys:
        return self._keys

    @override
    def add(self, templates: Keys, vectors: Vectors) -> None:
        self._keys = np.concatenate([self._keys, templates])
        self._vectors = np.concatenate([self._vectors, vectors])

    @override
    def remove(self, templates: Keys) -> None:
        kept = ~np.isin(self._keys, templates)
        self._keys, self._vectors = self._keys[kept], self._vectors[kept]

    @override
    def nearest(self, probes: Vectors, count: int) -> Nearest:
        keys = np.full((len(probes), count), -1, np.int64)
        rough = np.full((len(probes), count), -np.inf, np.float32)
        for row, probe in enumerate(probes):
            scores = similarities(self._vectors, probe)
            best = np.argsort(-scores, kind="stable")[:count]
            keys[row, : len(best)], rough[row, : len(best)] = self._keys[best], scores[best]
        return Nearest(keys, rough)

    @override
    def vectors(self, templates: Keys) -> Vectors:
        return self._vectors[np.searchsorted(self._keys, templates)]

    @override
    def memory_bytes(self) -> int:
        return self._keys.nbytes + self._vectors.nbytes


class ExactIndexes(Indexes):
    """Implements `Indexes`; nothing survives a restart."""

    kind = "exact"

    @override
    def plan(self, count: int) -> Plan:
        return _PLAN

    @override
    def plans(self, count: int) -> list[Plan]:
        return [_PLAN]

    @override
    def fits(self, plan: Plan, count: int) -> bool:
        return plan == _PLAN

    @override
    def make(self, collection: Collection, plan: Plan, sample: Vectors) -> Index:
        return ExactIndex(collection.dimension)

    @override
    def opened(self, collection: Collection, count: int) -> Index:
        return ExactIndex(collection.dimension)
