"""When an index is worth a copy that survives a restart."""

import math
import time

from services.gallery.building import suits
from services.gallery.index import Indexes
from services.gallery.shelf import Shelf

_WORTH = 20_000
"""Templates from which on a copy is read faster than an index is built."""

_SHARE = 20
"""A twentieth of an index missing in its copy is worth another one,"""

_AGE_S = 60.0
"""but not sooner than so many seconds after the last."""


class Saver:
    """Decides and saves; used by one thread."""

    def __init__(self, indexes: Indexes) -> None:
        self._indexes = indexes
        self._saved: dict[int, tuple[float, int, int]] = {}
        """When each collection was saved, which index, and its last key by then."""

    def due(self, shelf: Shelf) -> bool:
        """Whether enough is missing in the copy, if there is one."""
        when, index, last = self._last(shelf)
        if time.monotonic() - when < _AGE_S:
            return False
        missing = self._missing(shelf, index, last)
        return missing * _SHARE >= len(shelf.index) and self.worth(shelf)

    def worth(self, shelf: Shelf) -> bool:
        """Whether a copy of what a shelf holds now says more than the last one."""
        if not shelf.open or shelf.stale or len(shelf.index) < _WORTH:
            return False
        if not suits(shelf, self._indexes):  # the next start would not use it
            return False
        _, index, last = self._last(shelf)
        return self._missing(shelf, index, last) > 0

    def save(self, shelf: Shelf) -> None:
        """Write a copy, while the shelf is used.

        Raises:
            OSError: It cannot be written.
        """
        with shelf.lock:
            index, keys = shelf.index, shelf.index.keys()
            last = int(keys[-1]) if keys.size else -1
        self._saved[shelf.collection.key] = (time.monotonic(), id(index), last)
        self._indexes.save(index, shelf.collection, shelf.lock)

    def _last(self, shelf: Shelf) -> tuple[float, int, int]:
        key, keys = shelf.collection.key, shelf.index.keys()
        if key not in self._saved:
            saved = self._indexes.saved(key)
            # A copy that this process has begun with holds the first keys.
            count = min(saved.templates if saved else 0, len(keys))
            last = int(keys[count - 1]) if count else -1
            self._saved[key] = (-math.inf, id(shelf.index), last)
        return self._saved[key]

    def _missing(self, shelf: Shelf, index: int, last: int) -> int:
        keys = shelf.index.keys()
        if id(shelf.index) != index:
            return len(keys)
        return int(len(keys) - keys.searchsorted(last, side="right"))
