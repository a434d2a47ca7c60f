"""An index that will take over from a shelf's own, and the table that goes with it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from faces.embedding import Vectors
from services.gallery.index import Index
from services.gallery.records import Keys
from services.gallery.shelf import Shelf
from services.gallery.table import Rows


@dataclass(frozen=True, slots=True)
class Portion:
    """Some templates of a shelf, which a successor takes over next."""

    rows: Rows
    """Places in the shelf's table."""

    keys: Keys
    end: int
    """Rows before this are taken over with it, or were removed."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild brought."""

    tombstones: int
    """Deleted templates that took room before, and do no more."""

    left: int
    """Of templates that were deleted while it went on."""

    templates: int
    bytes_before: int
    bytes_after: int


class Successor:
    """Is filled by rising key, while the shelf is searched and changed.

    Rows of the shelf's table never move, so a place in it tells how far this has come.
    """

    def __init__(self, shelf: Shelf, index: Index, *, last: int | None = None) -> None:
        """Begin with an empty index.

        Args:
            shelf: Whose templates are taken over.
            index: Where to; or the shelf's own, if nothing but the table is made anew.
            last: The largest key that is; None is all, whatever comes meanwhile.
        """
        self.index = index
        self._shelf = shelf
        self._last = last
        self._table = shelf.table.blank()
        self._taken: list[Rows] = []
        self._lost = np.empty(0, np.int64)
        self._closed = False
        self._end = 0

    @property
    def abandoned(self) -> bool:
        """Whether the shelf has no use for it any more."""
        return self._closed or self._shelf.stale or not self._shelf.open

    def next(self, most: int) -> Portion | None:
        """What comes next, of `most` rows; None at the end."""
        with self._shelf.lock:
            return self._next(most)

    def copied(self, most: int) -> tuple[Portion, Vectors] | None:
        """The same with the vectors of the shelf's own index."""
        with self._shelf.lock:
            portion = self._next(most)
            return (portion, self._shelf.index.vectors(portion.keys)) if portion else None

    def take(self, portion: Portion, batches: Iterable[tuple[Keys, Vectors]]) -> None:
        """Take templates over.

        Args:
            portion: What came next.
            batches: Those of its keys that the store still has, and their vectors. The
                others were removed, which the shelf may not know yet.
        """
        lost = portion.keys
        for found, vectors in batches:
            if not found.size:
                continue
            rows = portion.rows[np.searchsorted(portion.keys, found)]
            self.index.add(found, vectors)
            self._table.take(self._shelf.table, rows)
            self._taken.append(rows)
            lost = np.setdiff1d(lost, found, assume_unique=True)
        self._lost = np.concatenate([self._lost, lost])
        self._end = portion.end

    def keep(self, portion: Portion) -> None:
        """Take rows over whose vectors are in the index already."""
        self._table.take(self._shelf.table, portion.rows)
        self._taken.append(portion.rows)
        self._end = portion.end

    def swap(self) -> Rebuilt | None:
        """Let the shelf search this from now on; None if more has come, or it is abandoned."""
        shelf = self._shelf
        taken = np.concatenate([np.empty(0, np.int64), *self._taken])
        with shelf.lock:
            if self.abandoned or len(shelf.table) > self._end:
                return None
            # As if their removal were here already: it is on its way.
            shelf.remove_templates(self._lost)
            gone = np.flatnonzero(~shelf.table.visible[taken])
            self.index.remove(self._table.keys[self._table.remove(gone)])
            tombstones, bytes_before = shelf.tombstones, shelf.index.memory_bytes()
            # Of a change that comes again, nothing is new, whoever was removed since.
            self._table.last = shelf.table.last
            shelf.index, shelf.table = self.index, self._table
            return Rebuilt(
                tombstones=tombstones - shelf.tombstones,
                left=shelf.tombstones,
                templates=shelf.table.visible_count,
                bytes_before=bytes_before,
                bytes_after=shelf.index.memory_bytes(),
            )

    def close(self) -> None:
        """Discard the index, unless the shelf has it by now."""
        with self._shelf.lock:
            self._closed = True
            used = self._shelf.index is self.index
        if not used:
            self.index.discard()

    def _next(self, most: int) -> Portion | None:
        keys, visible = self._shelf.table.keys, self._shelf.table.visible
        count = len(keys)
        if self._last is not None:
            count = int(np.searchsorted(keys, self._last, side="right"))
        end = min(self._end + most, count)
        if end == self._end or self.abandoned:
            return None
        rows = self._end + np.flatnonzero(visible[self._end : end])
        return Portion(rows, keys[rows], end)
