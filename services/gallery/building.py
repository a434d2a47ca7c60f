"""A collection's shelf, built from the store and from whatever index survived."""

import logging
from collections.abc import Iterator

import numpy as np

from faces.embedding import Vectors
from services.gallery.exact import ExactIndex
from services.gallery.fitting import suits, wanted
from services.gallery.index import Index, Indexes
from services.gallery.records import Collection, Keys
from services.gallery.shelf import Shelf
from services.gallery.store import Source

log = logging.getLogger(__name__)

SAMPLE = 65_536
"""Most vectors that a first stage learns from."""


def built(collection: Collection, source: Source, indexes: Indexes) -> Shelf:
    """Make a shelf of everything that is stored of a collection.

    Keys are never used again and templates never change: the index that survived a
    restart is made true by leaving out what is gone and adding what is missing.
    """
    shelf = Shelf(collection, indexes.opened(collection, collection.template_count))
    for people in source.people(collection.key):
        shelf.roster.put(people)
    for columns in source.columns(collection.key):
        shelf.note(columns)
    keys, held = shelf.table.keys, shelf.index.keys()
    gone = np.setdiff1d(held, keys, assume_unique=True)
    if gone.size:
        # Somebody may have been deleted by another process, or as this one was killed.
        _erase(collection, indexes, gone)
    if not _serves(shelf, indexes):
        shelf.index = _empty(collection, source, indexes, keys)
        held = gone = keys[:0]
    shelf.index.remove(gone)
    missing = keys[keys > held[-1]] if held.size else keys
    for found, vectors in source.vectors(collection.key, missing):
        shelf.index.add(found, vectors)
    return shelf


def built_or_stale(collection: Collection, source: Source, indexes: Indexes) -> Shelf:
    """The same; but an index that fails costs no other collection, nor the process.

    Then the shelf is stale: the next write or search tries again.
    """
    try:
        return built(collection, source, indexes)
    except Exception:
        source.all_collections()  # raises if it is the store that fails
        facts = {"collection": collection.collection_id}
        log.exception("an index cannot be built; the next write or search tries again", extra=facts)
    shelf = Shelf(collection, ExactIndex(collection.dimension))
    shelf.stale = True
    return shelf


def _erase(collection: Collection, indexes: Indexes, gone: Keys) -> None:
    try:
        indexes.erase(collection.key, gone)
    except OSError:
        # What was read from there is true without them all the same.
        facts = {"collection": collection.collection_id}
        log.exception("what was removed may survive a restart", extra=facts)


def _serves(shelf: Shelf, indexes: Indexes) -> bool:
    """Whether what survived is of the right plan, and lacks no older templates.

    Those could not be appended: keys rise.
    """
    keys, index = shelf.table.keys, shelf.index
    held = index.keys()
    if not held.size and len(keys):
        return wanted(shelf.plan, indexes, len(keys)) == index.asked
    older = keys[keys <= held[-1]] if held.size else keys[:0]
    fits = suits(index.asked, shelf.plan, indexes, shelf.table.visible_count)
    return fits and bool(np.isin(older, held).all())


def thinned(keys: Keys) -> Keys:
    """Up to `SAMPLE` of them, evenly, to learn from."""
    step = max(1, len(keys) // SAMPLE)
    return keys[::step][:SAMPLE]


def _empty(collection: Collection, source: Source, indexes: Indexes, keys: Keys) -> Index:
    plan = wanted(collection.plan, indexes, len(keys))
    sample = np.empty((0, collection.dimension), np.float32)
    if plan.learns:
        batches = list(_vectors(collection, source, thinned(keys)))
        sample = np.concatenate(batches) if batches else sample
    return indexes.make(collection, plan, sample)


def _vectors(collection: Collection, source: Source, keys: Keys) -> Iterator[Vectors]:
    for _, vectors in source.vectors(collection.key, keys):
        yield vectors
