"""How many people a collection holds, without asking for it at every decision."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from faces.calibration import Size
from faces.errors import FaceError

FRESH_S = 1.0
"""How old an answer may be. A gallery that grows by a tenth in a second would be a quick one."""

_MOST = 10_000
"""Collections that are remembered."""


class Census(Protocol):
    """Knows how many are enrolled."""

    async def size(self, collection_id: str) -> Size:
        """Of one collection.

        Raises:
            FaceError: There is none, or nobody answers.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Known:
    size: Size
    time_s: float


class Counting:
    """Remembers sizes of collections for a moment; longer if nobody answers."""

    def __init__(self, census: Census, clock: Callable[[], float] = time.monotonic) -> None:
        self._census = census
        self._clock = clock
        self._known: dict[str, _Known] = {}

    async def size(self, collection_id: str) -> Size | None:
        """Of a collection, a second old at most if its gallery answers; None if it never did."""
        known = self._known.get(collection_id)
        if known and self._clock() - known.time_s < FRESH_S:
            return known.size
        try:
            size = await self._census.size(collection_id)
        except FaceError:
            return known.size if known else None
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[collection_id] = _Known(size, self._clock())
        return size
