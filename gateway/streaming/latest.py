"""The place between whoever sends frames and whoever judges them: it has room for one."""

import asyncio
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

from gateway.streaming.metrics import FRAMES

T = TypeVar("T")


class Latest(Generic[T]):
    """Holds the newest item. One that nobody took when the next one comes is dropped."""

    def __init__(self) -> None:
        self.dropped = 0
        """How many were."""
        self._item: T | None = None
        self._no_more = False
        self._error: Exception | None = None
        self._changed = asyncio.Event()

    async def fill(self, items: AsyncIterator[T]) -> None:
        """Take items as fast as they come. What they raise is raised by `take`."""
        try:
            async for item in items:
                if self._item is not None:
                    self.dropped += 1
                    FRAMES.labels("dropped").inc()
                self._item = item
                self._changed.set()
        except Exception as error:  # noqa: BLE001  # raised again where somebody waits
            self._error = error
        finally:
            self.end()

    def end(self) -> None:
        """Say that there will be no other item; one that waits can still be taken."""
        self._no_more = True
        self._changed.set()

    async def take(self) -> T | None:
        """Wait for the newest item; None if there will be none.

        Raises:
            Exception: What the items raised, before any item that still waits.
        """
        while self._item is None and not self._no_more:
            self._changed.clear()
            await self._changed.wait()
        if self._error:
            raise self._error
        item, self._item = self._item, None
        return item
