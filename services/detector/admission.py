"""What may be inside at one time: so many calls, so many decoded pixels."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Iterator

from faces.errors import QueueFull


class Admission:
    """Bounds the calls of a server and the memory of their pictures.

    A call too many is refused at once. A picture whose pixels do not fit waits, first come
    first served, while its bytes are still encoded.
    """

    def __init__(self, *, max_calls: int, max_pixels: int) -> None:
        """Open the door.

        Args:
            max_calls: Most calls inside.
            max_pixels: Most decoded pixels inside; no picture may have more.
        """
        self._max_calls = max_calls
        self._calls = 0
        self._free_pixels = max_pixels
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    @contextlib.contextmanager
    def call(self) -> Iterator[None]:
        """Let a call in for the time of the block.

        Raises:
            QueueFull: `max_calls` are inside.
        """
        if self._calls >= self._max_calls:
            raise QueueFull(queue="detector", limit=self._max_calls)
        self._calls += 1
        try:
            yield
        finally:
            self._calls -= 1

    @contextlib.asynccontextmanager
    async def picture(self, pixel_count: int) -> AsyncIterator[None]:
        """Wait until the pixels fit; they count for the time of the block."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append((pixel_count, turn))
        self._admit()
        try:
            await turn
            yield
        finally:
            if turn.done() and not turn.cancelled():
                self._free_pixels += pixel_count
            self._admit()

    def _admit(self) -> None:
        while self._waiting:
            pixel_count, turn = self._waiting[0]
            if not turn.cancelled():
                if pixel_count > self._free_pixels:
                    return
                self._free_pixels -= pixel_count
                turn.set_result(None)
            self._waiting.popleft()
