"""When an index is worth a copy that survives a restart."""

import math
import time
from dataclasses import dataclass
from weakref import ReferenceType, WeakKeyDictionary, ref

from services.gallery.fitting import suits
from services.gallery.index import Index, Indexes
from services.gallery.shelf import Shelf

_WORTH = 20_000
"""Templates from which on a copy is read faster than an index is built."""

_SHARE = 20
"""A twentieth of an index missing in its copy is worth another one,"""

_AGE_S = 60.0
"""but not sooner than so many seconds after the last."""


@dataclass(frozen=True, slots=True)
class _Copy:
    """The last one of a shelf. An index that can be saved never has fewer rows again."""

    index: ReferenceType[Index]
    rows: int
    written_s: float
    """By `time.monotonic`."""


class Saver:
    """Decides and saves; used by one thread."""

    def __init__(self, indexes: Indexes) -> None:
        self._indexes = indexes
        self._copies = WeakKeyDictionary[Shelf, _Copy]()

    def due(self, shelf: Shelf) -> bool:
        """Whether enough is missing in the copy, if there is one."""
        with shelf.lock:
            last = self._last(shelf)
            aged = time.monotonic() - last.written_s >= _AGE_S
            many = _missing(shelf, last) * _SHARE >= len(shelf.index)
            return aged and many and self._worth(shelf, last)

    def worth(self, shelf: Shelf) -> bool:
        """Whether a copy of what a shelf holds now says more than the last one."""
        with shelf.lock:
            return self._worth(shelf, self._last(shelf))

    def save(self, shelf: Shelf) -> None:
        """Write a copy, while the shelf is used.

        Raises:
            OSError: It cannot be written.
        """
        with shelf.lock:
            index = shelf.index
            self._copies[shelf] = _Copy(ref(index), len(index), time.monotonic())
        self._indexes.save(index, shelf.collection, shelf.lock)

    def _worth(self, shelf: Shelf, last: _Copy) -> bool:
        if not shelf.open or shelf.stale or len(shelf.index) < _WORTH:
            return False
        count = shelf.table.visible_count
        # The next start would not use one that does not suit.
        fits = suits(shelf.index.asked, shelf.plan, self._indexes, count)
        return fits and _missing(shelf, last) > 0

    def _last(self, shelf: Shelf) -> _Copy:
        if shelf not in self._copies:
            # This process has begun with it.
            saved = self._indexes.saved(shelf.collection.key)
            rows = min(saved.templates if saved else 0, len(shelf.index))
            self._copies[shelf] = _Copy(ref(shelf.index), rows, -math.inf)
        return self._copies[shelf]


def _missing(shelf: Shelf, last: _Copy) -> int:
    """Rows of an index that its copy has not."""
    return len(shelf.index) - (last.rows if last.index() is shelf.index else 0)
