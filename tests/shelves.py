"""Shelves in tests: filled in few words, over any index."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from services.gallery import labels
from services.gallery.exact import ExactIndexes
from services.gallery.index import Indexes
from services.gallery.records import Columns, People
from services.gallery.shelf import Shelf
from tests.indexes import a_collection


def a_shelf(dimension: int = 8, indexes: Indexes | None = None) -> Shelf:
    """An empty collection in memory."""
    collection = a_collection(dimension)
    return Shelf(collection, (indexes or ExactIndexes()).opened(collection, 0))


def enroll(shelf: Shelf, person: int, name: str, **of_person: str) -> None:
    """Let somebody be known by a key and a name."""
    keys = np.array([person], np.int64)
    shelf.roster.put(People(keys=keys, person_ids=[name], labels=[labels.dump(of_person)]))


def columns(
    keys: Sequence[int] | NDArray[np.int64],
    persons: Sequence[int] | NDArray[np.int64],
    *,
    qualities: Sequence[float] | None = None,
    captured_us: Sequence[int] | None = None,
    of_templates: Sequence[Mapping[str, str]] | None = None,
) -> Columns:
    """What is known of some templates."""
    count = len(keys)
    return Columns(
        keys=np.array(keys, np.int64),
        persons=np.array(persons, np.int64),
        qualities=np.array(qualities or [0.5] * count, np.float32),
        captured_us=np.array(captured_us or [0] * count, np.int64),
        labels=[labels.dump(each) for each in of_templates or [{}] * count],
    )
