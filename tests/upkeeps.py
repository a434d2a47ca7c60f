"""A gallery with its upkeep in tests: no server, a real store, indexes that can be held."""

import contextlib
import dataclasses
import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from typing_extensions import override

from faces.embedding import Vectors
from meshkit.batcher import BatchLimits
from services.gallery import rules
from services.gallery.exact import ExactIndex, ExactIndexes
from services.gallery.gallery import Gallery, Probes
from services.gallery.index import Index, Indexes
from services.gallery.plan import Plan
from services.gallery.projection import Projection
from services.gallery.records import Collection, Keys
from services.gallery.rules import NewCollection
from services.gallery.shelf import Shelf
from services.gallery.sqlite import SqliteStore
from services.gallery.store import Store
from services.gallery.upkeep import Upkeep
from tests.galleries import CONTRACT, DIMENSION, STAFF
from tests.stores import fresh, records, removing

NEVER_S = 3600.0
"""Between looks, where the test does all the asking."""


class HeldIndex(ExactIndex):
    """Takes templates in only when it may."""

    def __init__(self, dimension: int, of: "HeldIndexes") -> None:
        super().__init__(dimension)
        self._of = of
        self.discarded = False

    @override
    def add(self, templates: Keys, vectors: Vectors) -> None:
        self._of.entered.set()
        assert self._of.gate.wait(60)
        if self._of.failing:
            raise MemoryError("no text of this may leave")
        super().add(templates, vectors)

    @override
    def discard(self) -> None:
        self.discarded = True


class HeldIndexes(ExactIndexes):
    """What is built aside waits at a gate, open at first."""

    def __init__(self) -> None:
        self.gate, self.entered = threading.Event(), threading.Event()
        self.gate.set()
        self.failing = False
        self.made: list[HeldIndex] = []

    @override
    def make(self, collection: Collection, plan: Plan, sample: Vectors) -> Index:
        self.made.append(HeldIndex(collection.dimension, self))
        return self.made[-1]


@dataclass(frozen=True)
class House:
    """Everything behind the servicers."""

    store: Store
    projection: Projection
    gallery: Gallery
    upkeep: Upkeep

    @property
    def shelf(self) -> Shelf:
        return self.projection.shelf(STAFF)

    async def enroll(self, names: Sequence[str], vectors: Vectors) -> None:
        """Add one template for each name."""
        new = dataclasses.replace(records(names), vectors=list(vectors))
        await self.gallery.write(fresh("add"), STAFF, lambda tx: rules.add_records(tx, new))

    async def remove(self, name: str) -> None:
        """Delete a person."""
        await self.gallery.write(fresh("remove"), STAFF, removing(name))

    async def plan(self, plan: Plan) -> None:
        """Tune the collection."""
        await self.gallery.write(fresh("plan"), STAFF, lambda tx: rules.plan(tx, STAFF, plan))

    async def found(self, *vectors: Vectors, limit: int = 1) -> list[list[str]]:
        """Who resembles each vector."""
        probes = Probes(collection_id=STAFF, contract_id=CONTRACT, vectors=vectors)
        answered = await self.gallery.search(probes, limit)
        return [[match.person_id for match in found.matches] for found in answered.results]


@contextlib.asynccontextmanager
async def house(
    path: Path, indexes: Indexes, *, dimension: int = DIMENSION, every_s: float = NEVER_S
) -> AsyncIterator[House]:
    """Open one with an empty collection."""
    projection, limits = Projection(indexes), BatchLimits(max_batch=64, max_queued=1024)
    async with (
        SqliteStore.opened(path, projection, limits=limits, remember_h=1) as store,
        Gallery.opened(store, projection, limits) as gallery,
        Upkeep.opened(projection, store, every_s=every_s) as upkeep,
    ):
        new = NewCollection(collection_id=STAFF, contract_id=CONTRACT, dimension=dimension)
        await gallery.write(fresh("create"), STAFF, lambda tx: rules.create(tx, new))
        yield House(store, projection, gallery, upkeep)


def names(count: int, start: int = 0) -> list[str]:
    """Pseudonyms."""
    return [f"p{number}" for number in range(start, start + count)]


def held(shelf: Shelf) -> tuple[Keys, Vectors]:
    """Everything that is on a shelf."""
    with shelf.lock:
        keys = shelf.table.keys[shelf.table.visible]
        return keys, np.array(shelf.index.vectors(keys))
