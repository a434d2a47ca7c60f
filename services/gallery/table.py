"""The templates of one collection in memory: all that is known of them but vectors."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.gallery.chains import Chains
from services.gallery.columns import Column, places
from services.gallery.labelsets import LabelSets
from services.gallery.records import Columns, Keys

Rows = NDArray[np.int64]
"""Shape (n,): places in a table, which never change."""


class Table:
    """Rows by rising key. A removed row stays, not visible."""

    def __init__(self) -> None:
        self._keys = Column[np.int64](np.int64)
        self._persons = Column[np.int32](np.int32)
        self._qualities = Column[np.float32](np.float32)
        self._captured_us = Column[np.int64](np.int64)
        self._labels = Column[np.int32](np.int32)
        self._visible = Column[np.bool_](np.bool_)
        self._sets = LabelSets()
        self._chains = Chains()
        self.visible_count = 0
        """Rows that are not removed."""
        self.last = -1
        """The largest key that it has, or has had."""

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def keys(self) -> Keys:
        """Shape (len,), rising; removed rows included, as in all columns."""
        return self._keys.values

    @property
    def persons(self) -> NDArray[np.int32]:
        """Shape (len,): the number of each template's person in the roster."""
        return self._persons.values

    @property
    def qualities(self) -> NDArray[np.float32]:
        """Shape (len,), range [0, 1]."""
        return self._qualities.values

    @property
    def captured_us(self) -> NDArray[np.int64]:
        """Shape (len,)."""
        return self._captured_us.values

    @property
    def visible(self) -> NDArray[np.bool_]:
        """Shape (len,): False for rows that were removed."""
        return self._visible.values

    @property
    def nbytes(self) -> int:
        """Memory of the columns, and of labels, roughly."""
        beside = self._chains.nbytes + self._sets.nbytes
        return sum(column.nbytes for column in self._columns()) + beside

    def add(self, columns: Columns, persons: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Append templates, but for those that the table has, or has had, already.

        Args:
            columns: By rising key.
            persons: Shape (n,), the number of each template's person.

        Returns:
            Shape (n,): which of them are new.
        """
        new: NDArray[np.bool_] = columns.keys > self.last
        labels = [text for text, wanted in zip(columns.labels, new, strict=True) if wanted]
        count = int(np.count_nonzero(new))
        # First, so that whoever looks without the lock never takes rows that come for tombstones.
        self.visible_count += count
        self._keys.extend(columns.keys[new])
        self._persons.extend(persons[new])
        self._chains.extend(persons[new])
        self._qualities.extend(columns.qualities[new])
        self._captured_us.extend(columns.captured_us[new])
        self._labels.extend(self._sets.hold(labels))
        self.last = int(columns.keys[-1]) if count else self.last
        self._visible.extend(np.ones(count, np.bool_))
        return new

    def find(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """The row of each key, removed ones included; -1 if there is none. Any shape."""
        return places(self.keys, keys)

    def rows_of(self, persons: Sequence[int]) -> Rows:
        """All visible rows of some persons, given by their numbers; by rising key."""
        rows = self._chains.rows(persons)
        if rows is None:
            rows = np.flatnonzero(np.isin(self.persons, persons))
        return rows[self.visible[rows]]

    def remove(self, rows: Rows) -> Rows:
        """Let rows be seen no more; those that were visible until now."""
        gone = rows[self.visible[rows]]
        self.visible[gone] = False
        self.visible_count -= len(gone)
        return gone

    def forget_labels(self, rows: Rows) -> None:
        """Let go of what was told of removed rows; once for each, in whichever table."""
        self._sets.release(self._labels.values[rows])

    def having(self, wanted: dict[str, str]) -> NDArray[np.bool_]:
        """Which rows have all the wanted labels; shape (len,)."""
        return self._sets.having(wanted)[self._labels.values]

    def blank(self) -> "Table":
        """An empty table for rows of this one: see `take`."""
        other = Table()
        other._sets = self._sets
        return other

    def take(self, other: "Table", rows: Rows) -> None:
        """Append visible rows, by rising key, of the table that this one is a `blank` of."""
        start = len(self)
        for mine, theirs in zip(self._columns(), other._columns(), strict=True):  # noqa: SLF001  # another one of us
            mine.extend(theirs.values[rows])
        self._chains.extend(self.persons[start:])
        # There, they may have been removed since.
        self.visible[start:] = True
        self.visible_count += len(rows)

    def _columns(self) -> Sequence[Column[Any]]:
        return (
            self._keys,
            self._persons,
            self._qualities,
            self._captured_us,
            self._labels,
            self._visible,
        )
