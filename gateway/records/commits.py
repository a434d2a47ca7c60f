"""Group commit: callers who come while something is being written are written together next."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor


class Commits:
    """Writes on one thread, for callers of one event loop."""

    def __init__(self, write: Callable[[list[bytes]], None]) -> None:
        """Start the thread.

        Args:
            write: Keeps records, all or none; blocks until that is sure.
        """
        self._do = write
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="decision log")
        self._lock = threading.Lock()
        self._batch: list[bytes] | None = None
        """Records that the next write takes along; None if none is due."""
        self._written: Future[None]
        """Done when they are."""

    async def write(self, record: bytes) -> None:
        """Write one record, and wait until it is kept.

        Raises:
            Exception: What `write` raised, for everybody whose record it was to keep.
        """
        # Who leaves takes nobody else's record along.
        await asyncio.shield(asyncio.wrap_future(self._join(record)))

    async def between(self, work: Callable[[], None]) -> None:
        """Do something else on the thread, while nothing is being written."""
        await asyncio.wrap_future(self._thread.submit(work))

    def close(self) -> None:
        """Wait for what is being written. Nobody may come any more."""
        self._thread.shutdown()

    def _join(self, record: bytes) -> Future[None]:
        with self._lock:
            if self._batch is None:
                batch: list[bytes] = []
                self._written = self._thread.submit(self._write, batch)
                self._batch = batch
            self._batch.append(record)
            return self._written

    def _write(self, batch: list[bytes]) -> None:
        with self._lock:
            self._batch = None  # who comes from here on waits for the next write
        self._do(batch)
