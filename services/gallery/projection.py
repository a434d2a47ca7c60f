"""All collections in memory: what searches see of the store."""

import logging
from collections.abc import Sequence

import numpy as np
from typing_extensions import override

from faces.errors import CollectionNotFound
from services.gallery import changes as change
from services.gallery.building import built, built_or_stale
from services.gallery.changes import Change
from services.gallery.index import Indexes
from services.gallery.metrics import REBUILDS
from services.gallery.position import Position
from services.gallery.shelf import Shelf
from services.gallery.store import Follower, Source

log = logging.getLogger(__name__)


class Projection(Follower):
    """Follows a store on the store's thread; is read from others.

    An index that fails is a bug, and no reason to lose anybody: its shelf turns stale,
    answers nothing, and is rebuilt from the store.
    """

    def __init__(self, indexes: Indexes) -> None:
        self.position = Position()
        self.indexes = indexes
        self._names: dict[str, Shelf] = {}
        self._shelves: dict[int, Shelf] = {}

    def shelf(self, collection_id: str) -> Shelf:
        """Find a collection.

        Raises:
            CollectionNotFound: There is none of that name.
        """
        try:
            return self._names[collection_id]
        except KeyError:
            raise CollectionNotFound(collection_id=collection_id) from None

    def shelves(self) -> Sequence[Shelf]:
        """All collections."""
        return list(self._shelves.values())

    @override
    def load(self, source: Source) -> None:
        position = source.last_position()
        shelves = [built_or_stale(each, source, self.indexes) for each in source.all_collections()]
        old = self.shelves()
        # Searches go on with the old shelves until here, and find the new ones from here on.
        self._shelves = {shelf.collection.key: shelf for shelf in shelves}
        self._names = {shelf.collection.collection_id: shelf for shelf in shelves}
        for shelf in old:
            _close(shelf)
        self._keep()
        self.position.move(position)

    @override
    def apply(self, position: int, changes: Sequence[Change], source: Source) -> None:
        for collection, some in change.turns(changes):
            self._apply(collection, some)
        for shelf in [shelf for shelf in self.shelves() if shelf.stale]:
            self._rebuild(shelf, source)
        self._leave_no_trace(changes)
        self.position.move(position)

    def _apply(self, collection: int, changes: Sequence[Change]) -> None:
        """Apply some changes of one collection: a search sees all of them, or none."""
        first = changes[0]
        if isinstance(first, change.CollectionAdded) and collection not in self._shelves:
            self._put(Shelf(first.collection, self.indexes.opened(first.collection, 0)))
        shelf = self._shelves.get(collection)
        if shelf is None:  # it was removed by a change that `load` has seen
            return
        with shelf.lock:
            for each in changes:
                if isinstance(each, change.CollectionRemoved):
                    self._take_away(shelf)
                elif not shelf.stale:
                    try:
                        _apply_within(shelf, each)
                    except Exception:
                        log.exception("an index failed and will be rebuilt", extra=_facts(shelf))
                        shelf.stale = True

    def _rebuild(self, shelf: Shelf, source: Source) -> None:
        try:
            collections = {each.key: each for each in source.all_collections()}
            new = built(collections[shelf.collection.key], source, self.indexes)
        except Exception:
            text = "an index cannot be rebuilt; the next write or search tries again"
            log.exception(text, extra=_facts(shelf))
            return
        self._put(new)
        _close(shelf)
        REBUILDS.labels("fault").inc()
        log.info("an index that failed was rebuilt", extra=_facts(shelf))

    def _leave_no_trace(self, changes: Sequence[Change]) -> None:
        """Take what was removed out of what would survive a restart."""
        for shelf in self.shelves():
            if gone := shelf.forgotten():
                try:
                    self.indexes.erase(shelf.collection.key, np.concatenate(gone))
                except OSError:
                    log.exception("what was removed may survive a restart", extra=_facts(shelf))
        if any(isinstance(each, change.CollectionRemoved) for each in changes):
            self._keep()

    def _keep(self) -> None:
        try:
            self.indexes.keep([shelf.collection.key for shelf in self.shelves()])
        except OSError:
            log.exception("a collection that was removed may survive a restart")

    def _put(self, shelf: Shelf) -> None:
        self._shelves[shelf.collection.key] = shelf
        self._names[shelf.collection.collection_id] = shelf

    def _take_away(self, shelf: Shelf) -> None:
        del self._shelves[shelf.collection.key]
        if self._names.get(shelf.collection.collection_id) is shelf:
            del self._names[shelf.collection.collection_id]
        shelf.open = False


def _close(shelf: Shelf) -> None:
    """End a shelf that can be found no more."""
    with shelf.lock:
        shelf.open = False


def _facts(shelf: Shelf) -> dict[str, str]:
    return {"collection": shelf.collection.collection_id}


def _apply_within(shelf: Shelf, each: Change) -> None:
    match each:
        case change.CollectionPlanned(plan=plan):
            shelf.plan = plan
        case change.PersonsPut(people=people):
            shelf.roster.put(people)
        case change.TemplatesAdded(columns=columns, vectors=vectors):
            shelf.add(columns, vectors)
        case change.PersonRemoved(person=person):
            shelf.remove_person(person)
        case change.TemplatesRemoved(templates=templates):
            shelf.remove_templates(templates)
