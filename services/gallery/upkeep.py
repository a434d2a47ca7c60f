"""Looks after indexes in the background: one thread, which gives way to all others."""

import asyncio
import contextlib
import itertools
import logging
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from faces.embedding import Vectors
from faces.errors import FaceError, ServiceUnavailable, StoreUnavailable
from services.gallery import metrics
from services.gallery.due import Clock, Dues, Reason
from services.gallery.projection import Projection
from services.gallery.rebuilding import Stored, Workshop
from services.gallery.records import Keys
from services.gallery.saving import Saver
from services.gallery.shelf import Shelf
from services.gallery.store import Store
from services.gallery.successor import Rebuilt

log = logging.getLogger(__name__)

_EVERY_S = 1.0
"""How often collections are looked at; each look is a few comparisons."""

_LOOKS = 10
"""Looks until it is asked whether an index is worth another copy: that takes its lock."""


class Upkeep:
    """Compacts and rebuilds, when it is due or when somebody asks; one at a time."""

    def __init__(
        self, projection: Projection, store: Store, workshop: Workshop, clock: Clock
    ) -> None:
        self.workshop = workshop
        self.turn = asyncio.Lock()
        """Held while an index is built aside: there is room for one."""
        self._projection = projection
        self._store = store
        self._dues = Dues(projection.indexes, clock)
        self._saver = Saver(projection.indexes)
        self._saving = ThreadPoolExecutor(1, "gallery snapshots")
        self._compacting: dict[int, asyncio.Task[Rebuilt]] = {}

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(
        cls,
        projection: Projection,
        store: Store,
        *,
        every_s: float = _EVERY_S,
        clock: Clock = time.monotonic,
    ) -> AsyncIterator["Upkeep"]:
        """Work while the block runs; on exit, give up what runs.

        Args:
            projection: Whose indexes are looked after.
            store: What they are built of.
            every_s: Seconds between two looks.
            clock: By which a rebuild that failed rests.
        """
        thread = ThreadPoolExecutor(1, "gallery upkeep", initializer=_give_way)
        workshop = Workshop(projection.indexes, _stored(store), thread)
        upkeep = cls(projection, store, workshop, clock)
        watch = asyncio.create_task(upkeep._watch(every_s), name="gallery upkeep")
        try:
            yield upkeep
        finally:
            tasks = [watch, *upkeep._compacting.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await upkeep._save(upkeep._saver.worth)
            # What the threads are at may take a second: the loop goes on meanwhile.
            await asyncio.to_thread(upkeep._saving.shutdown)
            await asyncio.to_thread(thread.shutdown)

    async def compact(self, collection_id: str) -> Rebuilt:
        """Rebuild an index without its tombstones, then compact the store.

        Goes on when its caller leaves; who asks meanwhile waits for the same.

        Raises:
            CollectionNotFound: There is none of that name.
            ServiceUnavailable: It is being rebuilt after a fault.
            StoreUnavailable: The store could not be compacted.
        """
        shelf = self._projection.shelf(collection_id)
        key = shelf.collection.key
        if key not in self._compacting:
            task = asyncio.create_task(self._compact(shelf), name="gallery compaction")
            task.add_done_callback(lambda _: self._compacting.pop(key, None))
            self._compacting[key] = task
        return await asyncio.shield(self._compacting[key])

    async def copy_again(self) -> None:
        """Write the copies of indexes anew that there are, with the key in use now.

        Raises:
            StoreUnavailable: One cannot be written.
        """
        indexes = self._projection.indexes

        def copy(shelf: Shelf) -> None:
            # Asked on this thread: a first copy, with the key from before, may be under way.
            if indexes.saved(shelf.collection.key):
                self._saver.save(shelf)

        loop = asyncio.get_running_loop()
        for shelf in self._projection.shelves():
            try:
                await loop.run_in_executor(self._saving, copy, shelf)
            except OSError as error:
                log.warning("an index could not be saved", extra={"cause": error.strerror})
                raise StoreUnavailable(store="gallery") from None

    async def _compact(self, shelf: Shelf) -> Rebuilt:
        rebuilt = await self._rebuild(shelf, "asked")
        if rebuilt is None:
            self._projection.shelf(shelf.collection.collection_id)  # raises if it was deleted
            raise ServiceUnavailable(service="gallery")
        await self._store.compact()
        return rebuilt

    async def _watch(self, every_s: float) -> None:
        for look in itertools.count():
            shelves = self._projection.shelves()
            with _going_on("metrics cannot be shown"):
                metrics.show(shelves, position=self._projection.position.value, lag=self._store.lag)
            for shelf in shelves:
                # The index in use is as good as ever, and is tried again later.
                with _going_on("an index could not be rebuilt"):
                    if reason := self._dues.reason(shelf):
                        await self._rebuild(shelf, reason)
            if look % _LOOKS == 0:
                await self._save(self._saver.due)
            await asyncio.sleep(every_s)

    async def _rebuild(self, shelf: Shelf, reason: Reason) -> Rebuilt | None:
        async with self.turn:
            plan, left = self._dues.plan(shelf), None
            try:
                workshop = self.workshop
                work = workshop.compact if reason == "tombstones" else workshop.rebuild
                rebuilt = await work(shelf, plan)
                left = rebuilt.left if rebuilt else 0
            finally:
                self._dues.note(shelf, plan, left)
        if rebuilt:
            metrics.REBUILDS.labels(reason).inc()
            facts = {"collection": shelf.collection.collection_id, "reason": reason}
            counts = {"templates": rebuilt.templates, "tombstones": rebuilt.tombstones}
            log.info(
                "an index was rebuilt", extra=facts | counts | {"plan": shelf.index.plan.dump()}
            )
        return rebuilt

    async def _save(self, wanted: Callable[[Shelf], bool]) -> None:
        """Save the indexes that are worth it."""

        def save(shelf: Shelf) -> None:
            if wanted(shelf):
                self._saver.save(shelf)

        loop = asyncio.get_running_loop()
        for shelf in self._projection.shelves():
            with _going_on("an index could not be saved"):
                # Not on the workshop's thread: this takes the lock that searches wait for.
                await loop.run_in_executor(self._saving, save, shelf)


@contextlib.contextmanager
def _going_on(failure: str) -> Iterator[None]:
    """Log what fails, and go on: nobody else would look after the other collections."""
    try:
        yield
    except FaceError as error:
        log.warning(failure, extra={"cause": error.reason})
    except OSError as error:
        log.warning(failure, extra={"cause": error.strerror})
    except Exception:
        log.exception(failure)


def _stored(store: Store) -> Stored:
    async def read(collection: int, templates: Keys) -> list[tuple[Keys, Vectors]]:
        return await store.read(lambda view: list(view.vectors(collection, templates)))

    return read


def _give_way() -> None:
    # On Linux priority belongs to threads, and threads that this one starts inherit it.
    with contextlib.suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 5)
