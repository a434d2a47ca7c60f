"""Items that are being opened at this moment."""

import asyncio
import contextlib
from collections.abc import Iterator


class Beginnings:
    """Many at once. Whoever erases waits for those that began before, and sees their items.

    A lock would do, too, but all hits would wait for each other's disk.
    """

    def __init__(self) -> None:
        self._open: set[asyncio.Event] = set()

    @contextlib.contextmanager
    def one(self) -> Iterator[None]:
        """While the block runs, an item is being opened."""
        ended = asyncio.Event()
        self._open.add(ended)
        try:
            yield
        finally:
            self._open.discard(ended)
            ended.set()

    async def over(self) -> None:
        """Wait until all those have ended that are open now; later ones are not waited for."""
        for ended in tuple(self._open):
            await ended.wait()
