"""One collection's vectors in Milvus; their keys are here, too."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from typing_extensions import override

from faces.embedding import Vectors
from services.gallery.columns import Column, places
from services.gallery.index import Index, IndexLost, Nearest
from services.gallery.milvus.link import Link
from services.gallery.milvus.plans import Kind, breadth, kind
from services.gallery.plan import Plan
from services.gallery.records import Keys

MOST = 16_384
"""Most candidates, and most rows, that Milvus gives at once."""

_BATCH_BYTES = 4 * 2**20
"""Of vectors in one message; Milvus's own limit is 64 MB by default."""

_FOUND = 65_536
"""Candidates of all probes in one answer."""

_SEAL = 4096
"""Rows after which milvus-lite is told to write them down as a segment: what it has in
memory is scanned in Python, 40 us a row. A cluster decides for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """A collection in Milvus."""

    name: str
    dimension: int
    """Length of its vectors."""

    asked: Plan
    """How it was to be searched."""

    plan: Plan
    """How it is."""

    about: dict[str, str]
    """Its properties."""

    @property
    def kind(self) -> Kind:
        """The plan as Milvus knows it."""
        made = kind(self.plan)
        if made is None:
            raise ValueError(f"Milvus has no index {self.plan.first_stage}")
        return made


class MilvusIndex(Index):
    """Implements `Index`. Removed templates are really deleted.

    A collection in Milvus is created by the first `add`: an empty index asks nobody.
    """

    def __init__(self, link: Link, build: Build, let_go: Callable[["MilvusIndex"], None]) -> None:
        """Prepare an empty index.

        Args:
            link: To Milvus.
            build: What to create there, or what `take_over` finds there.
            let_go: Drops that.
        """
        self.plan = build.plan
        self.asked = build.asked
        self.exact = build.kind.exact
        self.rounding = build.kind.rounding
        self.name = build.name
        self._link = link
        self._build = build
        self._let_go = let_go
        self._keys = Column[np.int64](np.int64)
        self._there = False
        self._unsealed = 0

    def take_over(self) -> None:
        """Go on with what Milvus holds under this name."""
        keys = self._link.keys(self.name, MOST // 2)
        self._keys.extend(np.unique(np.array(keys, np.int64)))
        self._there = True

    @override
    def __len__(self) -> int:
        return len(self._keys)

    @override
    def keys(self) -> Keys:
        return self._keys.values.copy()

    @override
    def add(self, templates: Keys, vectors: Vectors) -> None:
        for part in _parts(len(templates), self._rows):
            self._create()
            keys = templates[part]
            rows = [
                {"key": key, "vector": vector}
                for key, vector in zip(keys.tolist(), vectors[part], strict=True)
            ]
            # Not an insert: one whose answer was lost is made again, and Milvus would
            # hold the key twice.
            self._link.ask("upsert", self.name, data=rows)
            self._keys.extend(keys)
            self._seal(len(keys))

    @override
    def remove(self, templates: Keys) -> None:
        held = self._keys.values
        gone = np.unique(places(held, templates))
        gone = gone[gone >= 0]
        for part in _parts(len(gone), MOST):
            self._link.ask("delete", self.name, ids=held[gone[part]].tolist())
        if gone.size:
            kept = np.delete(held, gone)
            self._keys = Column[np.int64](np.int64)
            self._keys.extend(kept)

    @override
    def nearest(self, probes: Vectors, count: int) -> Nearest:
        keys = np.full((len(probes), count), -1, np.int64)
        rough = np.full((len(probes), count), -np.inf, np.float32)
        limit = min(count, len(self), MOST)
        for part in _parts(len(probes) if limit else 0, max(1, _FOUND // max(1, limit))):
            for row, hits in enumerate(self._search(probes[part], limit), part.start):
                found = len(hits.ids)
                keys[row, :found] = hits.ids
                rough[row, :found] = np.clip(np.array(hits.distances, np.float32), -1, 1)
        return Nearest(keys, rough)

    @override
    def vectors(self, templates: Keys) -> Vectors:
        wanted, inverse = np.unique(templates, return_inverse=True)
        found = np.empty((len(wanted), self._build.dimension), np.float32)
        for part in _parts(len(wanted), self._rows):
            rows = self._link.ask(
                "query", self.name, ids=wanted[part].tolist(), output_fields=["vector"]
            )
            order = np.argsort([row["key"] for row in rows], kind="stable")
            if len(rows) != part.stop - part.start:
                raise IndexLost
            found[part] = np.array([row["vector"] for row in rows], np.float32)[order]
        return found[inverse]

    @override
    def memory_bytes(self) -> int:
        return self._keys.nbytes

    @override
    def discard(self) -> None:
        if self._there:
            self._let_go(self)

    @property
    def _rows(self) -> int:
        """Vectors in one message."""
        return min(MOST, max(1, _BATCH_BYTES // (4 * self._build.dimension)))

    def _create(self) -> None:
        if not self._there:
            build = self._build
            self._link.create(self.name, build.dimension, build.kind, build.about)
            self._there = True

    def _seal(self, added: int) -> None:
        self._unsealed += added
        if self._link.light and self._unsealed >= _SEAL:
            self._link.ask("flush", self.name)
            self._unsealed = 0

    def _search(self, probes: Vectors, limit: int) -> Any:
        params = breadth(self.plan, self._build.kind, limit)
        return self._link.ask(
            "search",
            self.name,
            data=list(probes),
            anns_field="vector",
            limit=limit,
            output_fields=["key"],  # nothing else: milvus-lite would send vectors
            search_params={"metric_type": "IP", "params": params},
        )


def _parts(count: int, size: int) -> Iterator[slice]:
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))
