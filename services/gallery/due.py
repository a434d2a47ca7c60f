"""Whether an index should be rebuilt, and why. No rebuild is its own reason for the next."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from weakref import WeakKeyDictionary

from services.gallery.fitting import tuned, wanted
from services.gallery.index import Indexes
from services.gallery.plan import Plan
from services.gallery.shelf import Shelf

Reason = Literal["tombstones", "plan", "size", "asked"]
"""Deletions, a tuned plan, another plan for another size, or an operator."""

Clock = Callable[[], float]
"""Seconds since whenever; they never go back."""

_TOMBSTONES = 1024
"""So many, and a fifth of the index, are worth a rebuild: of the table alone, if the index
has given back their room itself."""

_SHARE = 5

_GROWTH = 2
"""A plan that could not be had, or not kept, is tried again at so many times the size."""

_PAUSE_S = 60.0
"""After a rebuild that failed."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """The last rebuild of a shelf."""

    plan: Plan
    count: int
    """Templates by then."""

    tombstones: int
    """What was left of them."""

    resting_until: float | None
    """If it failed: when to try again."""


class Dues:
    """Remembers what was tried, for as long as there is the shelf."""

    def __init__(self, indexes: Indexes, clock: Clock = time.monotonic) -> None:
        self._indexes = indexes
        self._clock = clock
        self._last = WeakKeyDictionary[Shelf, Attempt]()

    def plan(self, shelf: Shelf) -> Plan:
        """How a collection is to be searched: as it was tuned, or as its size wants."""
        return wanted(shelf.plan, self._indexes, shelf.table.visible_count)

    def reason(self, shelf: Shelf) -> Reason | None:
        """Why a shelf's index should be rebuilt now, if it should."""
        last = self._last.get(shelf)
        if last and last.resting_until is not None:
            if self._clock() < last.resting_until:
                return None
            last = None
        if not shelf.open or shelf.stale:
            return None
        tombstones = shelf.tombstones - (last.tombstones if last else 0)
        room = max(len(shelf.index), len(shelf.table))
        if tombstones >= _TOMBSTONES and tombstones * _SHARE >= room:
            return "tombstones"
        reason = self._misfit(shelf)
        tried = last and last.plan == self.plan(shelf) and not _outgrown(last, shelf)
        return None if tried else reason

    def note(self, shelf: Shelf, plan: Plan, left: int | None) -> None:
        """Remember a rebuild, and how many tombstones it left; None if it failed."""
        resting = self._clock() + _PAUSE_S if left is None else None
        self._last[shelf] = Attempt(plan, shelf.table.visible_count, left or 0, resting)

    def _misfit(self, shelf: Shelf) -> Reason | None:
        index, count, chosen = shelf.index, shelf.table.visible_count, tuned(shelf.plan)
        if chosen and index.asked != chosen:
            return "plan"
        # What was tuned and could be had stays, whatever the size.
        kept = chosen and index.asked == index.plan
        return None if kept or self._indexes.fits(index.plan, count) else "size"


def _outgrown(last: Attempt, shelf: Shelf) -> bool:
    count = shelf.table.visible_count
    return count > _GROWTH * last.count or _GROWTH * count < last.count
