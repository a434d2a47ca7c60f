"""What a collection's index is in this process, and what it costs."""

import asyncio
from dataclasses import dataclass

from services.gallery.fitting import tuned
from services.gallery.index import Saved
from services.gallery.plan import Plan
from services.gallery.projection import Projection
from services.gallery.records import Collection
from services.gallery.shelf import Shelf
from services.gallery.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """One collection in memory."""

    collection: Collection
    persons: int
    templates: int
    tombstones: int
    """Deleted templates that take room."""

    kind: str
    """As `Indexes.kind` says."""

    plan: Plan
    tuned: bool
    """Whether the plan was chosen for this very collection, not by its size."""

    index_bytes: int
    table_bytes: int
    """Of all else that is known of templates and persons."""

    position: int
    """The last write that is applied."""

    lag: int
    """Writes of the store that are not."""

    saved: Saved | None
    """The copy that a restart may use."""


class Statistics:
    """Tells them."""

    def __init__(self, projection: Projection, store: Store) -> None:
        self._projection = projection
        self._store = store

    async def of(self, collection_id: str) -> Stats:
        """Look at a collection.

        Raises:
            CollectionNotFound: There is none of that name.
        """
        # A search may have the lock: not for the event loop to wait for.
        return await asyncio.to_thread(self._look, self._projection.shelf(collection_id))

    def _look(self, shelf: Shelf) -> Stats:
        saved = self._projection.indexes.saved(shelf.collection.key)
        with shelf.lock:
            return Stats(
                collection=shelf.collection,
                persons=len(shelf.roster),
                templates=shelf.table.visible_count,
                tombstones=shelf.tombstones,
                kind=self._projection.indexes.kind,
                plan=shelf.index.plan,
                tuned=tuned(shelf.plan) is not None,
                index_bytes=shelf.index.memory_bytes(),
                table_bytes=shelf.table.nbytes + shelf.roster.nbytes,
                position=self._projection.position.value,
                lag=self._store.lag,
                saved=saved,
            )
