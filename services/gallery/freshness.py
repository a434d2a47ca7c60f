"""Shelves that hold every write: one that does not is rebuilt before anybody asks it."""

import asyncio

from faces.errors import ServiceUnavailable
from services.gallery.projection import Projection
from services.gallery.shelf import Shelf
from services.gallery.store import Store


class Freshness:
    """Finds shelves, and has stale ones rebuilt. Used by the event loop alone."""

    def __init__(self, store: Store, projection: Projection) -> None:
        self._store = store
        self._projection = projection
        self._settling: dict[Shelf, asyncio.Task[None]] = {}

    async def shelf(self, collection_id: str) -> Shelf:
        """Find a collection.

        Raises:
            CollectionNotFound: There is none of that name.
            ServiceUnavailable: Its shelf is stale, and could not be rebuilt.
        """
        shelf = self._projection.shelf(collection_id)
        if shelf.stale:
            await self._settled(shelf)
            shelf = self._projection.shelf(collection_id)
        if shelf.stale:
            raise ServiceUnavailable(service="gallery")
        return shelf

    async def _settled(self, stale: Shelf) -> None:
        """Have a shelf rebuilt; once, however many ask: writes wait in the same queue."""
        if stale not in self._settling:
            task = asyncio.create_task(self._store.settle(), name="gallery rebuild")
            task.add_done_callback(lambda _: self._settling.pop(stale))
            self._settling[stale] = task
        await asyncio.shield(self._settling[stale])
