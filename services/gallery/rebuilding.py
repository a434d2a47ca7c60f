"""A collection's index, built again aside while searches go on, then swapped in."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np

from faces.embedding import Vectors
from services.gallery.building import thinned
from services.gallery.index import Index, Indexes
from services.gallery.plan import Plan
from services.gallery.records import Keys
from services.gallery.shelf import Shelf
from services.gallery.successor import Rebuilt, Successor

T = TypeVar("T")

Batch = tuple[Keys, Vectors]

Stored = Callable[[int, Keys], Awaitable[Sequence[Batch]]]
"""Reads vectors of a collection, given by its key, from the store: those of templates, by
rising key. What is not there any more is left out."""

PAGE = 4096
"""Vectors read from the store at once: 8 MB with 512 numbers each."""

_COPIED = 1024
"""Vectors copied at once from an index in use: its searches wait for about a millisecond."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where indexes are built aside, one at a time."""

    indexes: Indexes
    stored: Stored
    thread: Executor
    """One thread, for whatever takes time; it may be less urgent than others."""

    async def run(self, work: Callable[[], T]) -> T:
        """Do something on the thread; who is cancelled meanwhile does not wait for it."""
        return await asyncio.get_running_loop().run_in_executor(self.thread, work)

    async def rebuild(self, shelf: Shelf, plan: Plan) -> Rebuilt | None:
        """Give a shelf a new index without tombstones; None if it was deleted meanwhile.

        Changes go on to reach the old index, and searches to use it. What is added
        meanwhile has larger keys, and is taken over last; what is deleted meanwhile is
        dropped again.
        """
        old = shelf.index
        async with self.aside(shelf, plan) as successor:
            while not successor.abandoned:
                rebuilt = await asyncio.to_thread(successor.swap)
                if rebuilt:
                    await self.run(old.discard)
                    return rebuilt
                await self._fill(shelf, plan, successor)
        return None

    async def compact(self, shelf: Shelf, plan: Plan) -> Rebuilt | None:
        """Rid a shelf of tombstones: of the table alone, if the index has none."""
        if await asyncio.to_thread(_lean, shelf):
            return await self.compact_table(shelf)
        return await self.rebuild(shelf, plan)

    async def compact_table(self, shelf: Shelf) -> Rebuilt | None:
        """Give a shelf a new table over the index that it has; None if it was deleted."""
        successor = Successor(shelf, shelf.index)
        while not successor.abandoned:
            rebuilt = await asyncio.to_thread(successor.swap)
            if rebuilt:
                return rebuilt
            while portion := await asyncio.to_thread(successor.next, PAGE):
                await self.run(partial(successor.keep, portion))
        return None

    @contextlib.asynccontextmanager
    async def aside(
        self, shelf: Shelf, plan: Plan, *, last: int | None = None
    ) -> AsyncIterator[Successor]:
        """Build another index of everything on a shelf, while the block has use for it.

        Args:
            shelf: What to build it of.
            plan: How.
            last: The largest key that is in it; None is all that there is so far.
        """
        sample = await self._sample(shelf, plan)
        index = await self.run(lambda: self.indexes.make(shelf.collection, plan, sample))
        successor = Successor(shelf, index, last=last)
        try:
            await self._fill(shelf, plan, successor)
            yield successor
        finally:
            self.thread.submit(successor.close)

    async def _fill(self, shelf: Shelf, plan: Plan, successor: Successor) -> None:
        """Take over what there is by now."""
        # Whatever takes a shelf's lock does so on a thread that is as urgent as a search.
        if _faithful(shelf.index, plan):
            while copied := await asyncio.to_thread(successor.copied, _COPIED):
                rows, vectors = copied
                await self.run(partial(successor.take, rows, [(rows.keys, vectors)]))
            return
        while portion := await asyncio.to_thread(successor.next, PAGE):
            batches = await self.stored(shelf.collection.key, portion.keys)
            await self.run(partial(successor.take, portion, batches))

    async def _sample(self, shelf: Shelf, plan: Plan) -> Vectors:
        """What a plan has to learn from; empty if it learns nothing."""
        pages = [np.empty((0, shelf.collection.dimension), np.float32)]
        if plan.learns:
            keys = await asyncio.to_thread(visible, shelf)
            some, key = thinned(keys), shelf.collection.key
            for start in range(0, len(some), PAGE):
                page = some[start : start + PAGE]
                pages += [vectors for _, vectors in await self.stored(key, page)]
        return await self.run(lambda: np.concatenate(pages))


def visible(shelf: Shelf) -> Keys:
    """The keys of all templates on a shelf."""
    with shelf.lock:
        return shelf.table.keys[shelf.table.visible]


def _lean(shelf: Shelf) -> bool:
    """Whether the index has given back the room of all that was removed."""
    with shelf.lock:
        return len(shelf.index) == shelf.table.visible_count


def _faithful(index: Index, plan: Plan) -> bool:
    """Whether an index's own vectors are as good for another plan as those of the store."""
    old, new = index.plan.storage, plan.storage
    return old == "fp32" or old == new == "fp16"
