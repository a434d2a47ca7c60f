"""How far a replica has come in the history of writes, and who waits for it."""

import asyncio
import threading
from collections.abc import Callable


class Position:
    """Moves on one thread, is read and waited for on others."""

    def __init__(self) -> None:
        self.value = 0
        """Every write up to this one has been applied."""
        self._lock = threading.Lock()
        self._waiting: list[tuple[int, Callable[[], None]]] = []

    def move(self, value: int) -> None:
        """Say that every write up to this one has been applied."""
        with self._lock:
            self.value = value
            reached = [wake for wanted, wake in self._waiting if wanted <= value]
            self._waiting = [each for each in self._waiting if each[0] > value]
        for wake in reached:
            wake()

    async def reach(self, wanted: int, *, patience_s: float) -> bool:
        """Wait until a write has been applied; False if that takes too long."""
        loop, event = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)

        entry = (wanted, wake)
        with self._lock:
            if self.value >= wanted:
                return True
            self._waiting.append(entry)
        try:
            async with asyncio.timeout(patience_s):
                await event.wait()
        except TimeoutError:
            return self.value >= wanted
        finally:
            with self._lock:
                self._waiting = [each for each in self._waiting if each is not entry]
        return True
