"""A collection's index, built again aside while searches go on, then swapped in."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from services.gallery.building import thinned
from services.gallery.index import Index, Indexes
from services.gallery.plan import Plan
from services.gallery.records import Keys
from services.gallery.shelf import Shelf

_CHUNK = 4096
"""Vectors taken over at once: 8 MB with 512 numbers each. The lock is held for as long as
they are copied, a few milliseconds."""

Progress = Callable[[int, int], None]
"""Is told how many templates of how many are in the new index."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild brought."""

    tombstones: int
    """Deleted templates that took room before, and do no more."""

    templates: int
    bytes_before: int
    bytes_after: int


def rebuild(shelf: Shelf, indexes: Indexes, plan: Plan) -> Rebuilt | None:
    """Give a shelf a new index without tombstones; None if it was deleted meanwhile.

    Changes go on to reach the old index, and searches to use it. What is added meanwhile
    has larger keys, and is taken over last; what is deleted meanwhile is dropped again.
    """
    index = filled(shelf, indexes, plan)
    with shelf.lock:
        if not shelf.open or shelf.stale:
            return None
        while len(keys := _behind(shelf, index)):
            index.add(keys, shelf.index.vectors(keys))
        index.remove(np.setdiff1d(index.keys(), _visible(shelf), assume_unique=True))
        rebuilt = Rebuilt(
            tombstones=shelf.tombstones - (len(index) - shelf.table.visible_count),
            templates=shelf.table.visible_count,
            bytes_before=shelf.index.memory_bytes(),
            bytes_after=index.memory_bytes(),
        )
        shelf.index = index
        shelf.table.compact()
    return rebuilt


def filled(shelf: Shelf, indexes: Indexes, plan: Plan, progress: Progress | None = None) -> Index:
    """Make another index of everything that a shelf holds, but for the very last."""
    with shelf.lock:
        sample = shelf.index.vectors(thinned(_visible(shelf)))
    index = indexes.make(shelf.collection, plan, sample)
    while True:
        with shelf.lock:
            keys = _behind(shelf, index)
            vectors = shelf.index.vectors(keys)
            count = shelf.table.visible_count
        index.add(keys, vectors)
        if progress:
            progress(len(index), count)
        if len(keys) < _CHUNK:
            return index


def _behind(shelf: Shelf, index: Index) -> Keys:
    """The next keys that an index lacks."""
    held = index.keys()
    first = np.searchsorted(shelf.table.keys, held[-1], side="right") if held.size else 0
    keys, visible = shelf.table.keys[first:], shelf.table.visible[first:]
    # A copy: the columns may grow, and move, while it is used without the lock.
    return keys[np.flatnonzero(visible)[:_CHUNK]].copy()


def _visible(shelf: Shelf) -> Keys:
    return shelf.table.keys[shelf.table.visible]
