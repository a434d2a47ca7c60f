"""All collections in memory: what searches see of the store."""

import logging
from collections.abc import Sequence

from typing_extensions import override

from faces.errors import CollectionNotFound
from services.gallery import changes as change
from services.gallery.changes import Change
from services.gallery.index import MakeIndex
from services.gallery.records import Collection
from services.gallery.shelf import Shelf
from services.gallery.store import Follower, Source

log = logging.getLogger(__name__)


class Projection(Follower):
    """Follows a store on the store's thread; is read from others.

    An index that fails is a bug, and no reason to lose anybody: its shelf turns stale,
    answers nothing, and is rebuilt from the store.
    """

    def __init__(self, make_index: MakeIndex) -> None:
        self.position = 0
        """Every write up to this one has been applied."""
        self._make_index = make_index
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

    @override
    def load(self, source: Source) -> None:
        for collection in source.all_collections():
            self._put(self._built(collection, source))
        self.position = source.last_position()

    @override
    def apply(self, position: int, changes: Sequence[Change], source: Source) -> None:
        for each in changes:
            self._apply(each)
        for shelf in [shelf for shelf in self._shelves.values() if shelf.stale]:
            self._rebuild(shelf, source)
        self.position = position

    def _apply(self, each: Change) -> None:
        if isinstance(each, change.CollectionAdded):
            index = self._make_index(each.collection.dimension)
            self._put(Shelf(each.collection, index))
            return
        shelf = self._shelves[each.collection]
        with shelf.lock:
            if isinstance(each, change.CollectionRemoved):
                self._take_away(shelf)
            elif not shelf.stale:
                try:
                    _apply_within(shelf, each)
                except Exception:
                    log.exception("an index failed and will be rebuilt")
                    shelf.stale = True

    def _rebuild(self, shelf: Shelf, source: Source) -> None:
        try:
            built = self._built(shelf.collection, source)
        except Exception:
            log.exception("an index cannot be rebuilt; the next write or search tries again")
            return
        self._put(built)
        log.info("an index was rebuilt")

    def _built(self, collection: Collection, source: Source) -> Shelf:
        shelf = Shelf(collection, self._make_index(collection.dimension))
        for person, person_id in source.enrolled(collection.key):
            shelf.enroll(person, person_id)
        for rows in source.rows(collection.key):
            shelf.add(rows)
        return shelf

    def _put(self, shelf: Shelf) -> None:
        self._shelves[shelf.collection.key] = shelf
        self._names[shelf.collection.collection_id] = shelf

    def _take_away(self, shelf: Shelf) -> None:
        shelf.open = False
        del self._shelves[shelf.collection.key]
        del self._names[shelf.collection.collection_id]


def _apply_within(shelf: Shelf, each: Change) -> None:
    match each:
        case change.PersonAdded(person=person, person_id=person_id):
            shelf.enroll(person, person_id)
        case change.TemplatesAdded(rows=rows):
            shelf.add(rows)
        case change.PersonRemoved(person=person):
            shelf.remove_person(person)
        case change.TemplateRemoved(person=person, template=template):
            shelf.remove_template(person, template)
