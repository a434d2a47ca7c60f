"""A gallery with its upkeep in tests: no server, a real store, indexes that can be held."""

import asyncio
import contextlib
import dataclasses
import threading
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from typing_extensions import override

from faces.embedding import Vectors
from faces.errors import CollectionExists
from meshkit.batcher import BatchLimits
from services.gallery import rules
from services.gallery.due import Clock
from services.gallery.exact import ExactIndex, ExactIndexes
from services.gallery.gallery import Gallery, Probes
from services.gallery.index import Index, Indexes, Nearest
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
    """Takes templates in only when it may, or looks for a single probe."""

    def __init__(self, dimension: int, of: "HeldIndexes") -> None:
        super().__init__(dimension)
        self._of = of
        self.discarded = False

    @override
    def add(self, templates: Keys, vectors: Vectors) -> None:
        self._of.reach("add")
        if self._of.failing:
            raise MemoryError("no text of this may leave")
        super().add(templates, vectors)

    @override
    def nearest(self, probes: Vectors, count: int) -> Nearest:
        if len(probes) == 1:
            self._of.reach("probe")
        return super().nearest(probes, count)

    @override
    def discard(self) -> None:
        self.discarded = True


class HeldIndexes(ExactIndexes):
    """What is built aside waits at a gate, open at first."""

    def __init__(self, where: Literal["add", "probe"] = "add") -> None:
        self._where = where
        self.gate, self.entered = threading.Event(), threading.Event()
        self.gate.set()
        self.failing = False
        self.made: list[HeldIndex] = []

    @override
    def make(self, collection: Collection, plan: Plan, sample: Vectors) -> Index:
        self.made.append(HeldIndex(collection.dimension, self))
        return self.made[-1]

    def reach(self, place: str) -> None:
        """Wait here, if the gate is here."""
        if place == self._where:
            self.entered.set()
            assert self.gate.wait(60)


async def entered(indexes: HeldIndexes) -> None:
    """Wait until an index is at the gate."""
    assert await asyncio.to_thread(indexes.entered.wait, 60)


class StoppedClock:
    """Stands still until it is set, and tells when somebody looks at it."""

    def __init__(self) -> None:
        self.now = 0.0
        self._looked = asyncio.Event()

    def __call__(self) -> float:
        self._looked.set()
        return self.now

    async def looked_at(self, times: int) -> None:
        """Wait until it was looked at so often from now on."""
        async with asyncio.timeout(60):
            for _ in range(times):
                self._looked.clear()
                await self._looked.wait()


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
    path: Path,
    indexes: Indexes,
    *,
    dimension: int = DIMENSION,
    every_s: float = NEVER_S,
    clock: Clock = time.monotonic,
) -> AsyncIterator[House]:
    """Open one; its collection is empty, unless the file has one."""
    projection, limits = Projection(indexes), BatchLimits(max_batch=64, max_queued=1024)
    async with (
        SqliteStore.opened(path, projection, limits=limits, remember_h=1) as store,
        Gallery.opened(store, projection, limits) as gallery,
        Upkeep.opened(projection, store, every_s=every_s, clock=clock) as upkeep,
    ):
        new = NewCollection(collection_id=STAFF, contract_id=CONTRACT, dimension=dimension)
        with contextlib.suppress(CollectionExists):
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
