"""Which rows of a table are of one person, without looking at all of them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.gallery.columns import Column

_LONGEST = 64
"""Rows of one person that are followed one by one. Looking at a million takes as long as
following some hundreds, and few persons have so many templates."""


class Chains:
    """Each row knows the one before it of the same person. Rows are only appended."""

    def __init__(self) -> None:
        self._before = Column[np.int32](np.int32)
        self._last = Column[np.int32](np.int32)
        """By the number of the person; -1 for those without rows."""

    @property
    def nbytes(self) -> int:
        """Memory."""
        return self._before.nbytes + self._last.nbytes

    def extend(self, persons: NDArray[np.int32]) -> None:
        """Append rows, given by the number of each one's person."""
        if not persons.size:
            return
        start, unknown = len(self._before), int(persons.max()) + 1 - len(self._last)
        self._last.extend(np.full(max(0, unknown), -1, np.int32))
        order = np.argsort(persons, kind="stable").astype(np.int32)
        sorted_persons = persons[order]
        first = np.diff(sorted_persons, prepend=-1) != 0
        before = np.empty(len(persons), np.int32)
        before[order] = np.where(
            first, self._last.values[sorted_persons], start + np.roll(order, 1)
        )
        self._before.extend(before)
        last = np.roll(first, -1)
        self._last.values[sorted_persons[last]] = start + order[last]

    def rows(self, persons: Sequence[int]) -> NDArray[np.int64] | None:
        """All rows of different persons, rising; None if it is faster to look at all rows."""
        numbers = np.array(persons, np.int64)
        rows = self._last.values[numbers[numbers < len(self._last)]]
        found = [rows[:0]]
        while (rows := rows[rows >= 0]).size:
            if len(found) > _LONGEST:
                return None
            found.append(rows)
            rows = self._before.values[rows]
        return np.sort(np.concatenate(found)).astype(np.int64)
