"""Looks after indexes in the background: one thread, which gives way to all others."""

import asyncio
import contextlib
import logging
import os
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from faces.errors import ServiceUnavailable
from services.gallery.building import wanted
from services.gallery.plan import Plan
from services.gallery.projection import Projection
from services.gallery.rebuilding import Rebuilt, rebuild
from services.gallery.saving import Saver
from services.gallery.shelf import Shelf

log = logging.getLogger(__name__)

T = TypeVar("T")

_EVERY_S = 1.0
"""How often collections are looked at; each look is a few comparisons."""

_TOMBSTONES = 1024
"""So many, and a fifth of the index, are worth a rebuild."""

_SHARE = 5


class Upkeep:
    """Compacts and rebuilds, when it is due or when somebody asks; one at a time."""

    def __init__(self, projection: Projection, thread: ThreadPoolExecutor) -> None:
        self._projection = projection
        self._thread = thread
        self._saver = Saver(projection.indexes)

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(cls, projection: Projection) -> AsyncIterator["Upkeep"]:
        """Work while the block runs; on exit, finish what runs and save what is new."""
        with ThreadPoolExecutor(
            max_workers=1, thread_name_prefix="gallery upkeep", initializer=_give_way
        ) as thread:
            upkeep = cls(projection, thread)
            watch = asyncio.create_task(upkeep._watch(), name="gallery upkeep")
            try:
                yield upkeep
            finally:
                watch.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await watch
                await upkeep._save_all()

    async def compact(self, collection_id: str) -> Rebuilt:
        """Rebuild an index without its tombstones.

        Raises:
            CollectionNotFound: There is none of that name.
            ServiceUnavailable: It is being rebuilt after a fault.
        """
        shelf = self._projection.shelf(collection_id)
        rebuilt = await self.run(lambda: self._rebuild(shelf))
        if rebuilt is None:
            self._projection.shelf(collection_id)  # raises if it was deleted meanwhile
            raise ServiceUnavailable(service="gallery")
        return rebuilt

    async def run(self, work: Callable[[], T]) -> T:
        """Run something else on the thread of the upkeep."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def plan(self, shelf: Shelf) -> Plan:
        """How a collection is to be searched: as it was tuned, or as its size wants."""
        return wanted(shelf.plan, self._projection.indexes, shelf.table.visible_count)

    async def _watch(self) -> None:
        while True:
            for shelf in self._projection.shelves():
                if self._due(shelf):
                    await self._try(self._rebuild, shelf)
                elif self._saver.due(shelf):
                    await self._try(self._saver.save, shelf)
            await asyncio.sleep(_EVERY_S)

    async def _save_all(self) -> None:
        for shelf in self._projection.shelves():
            if self._saver.worth(shelf):
                await self._try(self._saver.save, shelf)

    async def _try(self, work: Callable[[Shelf], object], shelf: Shelf) -> None:
        try:
            await self.run(lambda: work(shelf))
        except Exception:
            # The index in use is as good as ever; the next look tries again.
            log.exception("an index could not be looked after")

    def _due(self, shelf: Shelf) -> bool:
        if not shelf.open or shelf.stale:
            return False
        tombstones = shelf.tombstones
        if tombstones >= _TOMBSTONES and tombstones * _SHARE >= len(shelf.index):
            return True
        indexes, count = self._projection.indexes, shelf.table.visible_count
        if shelf.plan:
            return self.plan(shelf) != shelf.index.plan
        return not indexes.fits(shelf.index.plan, count)

    def _rebuild(self, shelf: Shelf) -> Rebuilt | None:
        rebuilt = rebuild(shelf, self._projection.indexes, self.plan(shelf))
        if rebuilt:
            log.info(
                "an index was rebuilt",
                extra={
                    "collection": shelf.collection.collection_id,
                    "templates": rebuilt.templates,
                    "tombstones": rebuilt.tombstones,
                    "plan": shelf.index.plan.dump(),
                },
            )
        return rebuilt


def _give_way() -> None:
    # On Linux priority belongs to threads, and threads that this one starts inherit it.
    with contextlib.suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
