"""Who comes when all hands are busy waits in line, or is told at once that it would be too long."""

import asyncio
from collections import deque
from typing import Any

from faces.errors import QueueFull
from meshkit.deadlines import remaining_s
from meshkit.interceptors.admission import FREE
from meshkit.interceptors.layers import Call
from meshkit.rpc import Context

_PATIENCE = 0.25
"""Share of a call's time that it may expect to spend in line. Under load it has waited in buffers
before it is seen here, and waits for the processor afterwards: with half, many were late."""

_WEIGHT = 0.1
"""Of the newest observation in the pace."""


class Line:
    """Lets so many calls work at once, the others in the order in which they came.

    A server that takes all calls at once under more load than it can bear pays for all of them and
    finishes few before their deadlines. Here a call that waits costs nothing but its bytes, and one
    that would wait for more than a quarter of its time is refused before anything is paid for it.
    Streams have a pace of their own, and never wait here. Inside of the deadline.
    """

    def __init__(self, width: int) -> None:
        """Form a line.

        Args:
            width: Calls that work at once, at least 1.
        """
        self._width = width
        self._working = 0
        self._waiting = deque[asyncio.Future[None]]()
        self._pace_s = 0.0
        """Between two calls that end while others wait; 0 until that was seen."""
        self._ended_s: float | None = None
        """When the last one ended, if others waited then."""

    def wrap(self, call: Call, method: str, *, streams: bool) -> Call:
        """Implement `Layer.wrap`."""
        if streams or method.startswith(FREE):
            return call

        async def in_turn(request: Any, context: Context) -> Any:
            await self._turn()
            try:
                return await call(request, context)
            finally:
                self._observe()
                self._leave()

        return in_turn

    async def _turn(self) -> None:
        """Wait for a place.

        Raises:
            QueueFull: That would take too long.
        """
        if self._working < self._width:
            self._working += 1
            return
        ahead, left_s = len(self._waiting), remaining_s()
        if left_s is not None and (ahead + 1) * self._pace_s > _PATIENCE * left_s:
            raise QueueFull(queue="calls", limit=ahead)
        mine = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.cancelled():
                self._waiting.remove(mine)
            else:
                self._leave()  # the place came too late
            raise

    def _leave(self) -> None:
        """Give a place to whoever has waited longest."""
        while self._waiting:
            following = self._waiting.popleft()
            if not following.done():
                following.set_result(None)
                return
        self._working -= 1

    def _observe(self) -> None:
        """Note how fast the line moves."""
        now_s = asyncio.get_running_loop().time() if self._waiting else None
        if now_s is not None and self._ended_s is not None:
            seen_s = now_s - self._ended_s
            self._pace_s += (_WEIGHT if self._pace_s else 1.0) * (seen_s - self._pace_s)
        self._ended_s = now_s
