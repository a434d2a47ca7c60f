"""Group commit: callers who come while something is being written are written together next."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")


class Commits(Generic[T]):
    """Writes on one thread, for callers of one event loop."""

    def __init__(self, write: Callable[[list[bytes]], Sequence[T]]) -> None:
        """Start the thread.

        Args:
            write: Keeps records, all or none; blocks until that is sure. Tells of each, in
                order, where it is.
        """
        self._do = write
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="decision log")
        self._lock = threading.Lock()
        self._batch: list[bytes] | None = None
        """Records that the next write takes along; None if none is due."""
        self._written: Future[Sequence[T]]
        """Done when they are."""

    async def write(self, record: bytes) -> T:
        """Write one record, and wait until it is kept; where it is.

        Raises:
            Exception: What `write` raised, for everybody whose record it was to keep.
        """
        # Who leaves takes nobody else's record along.
        written, number = self._join(record)
        return (await asyncio.shield(asyncio.wrap_future(written)))[number]

    async def between(self, work: Callable[[], None]) -> None:
        """Do something else on the thread, while nothing is being written."""
        await asyncio.wrap_future(self._thread.submit(work))

    def close(self) -> None:
        """Wait for what is being written. Nobody may come any more."""
        self._thread.shutdown()

    def _join(self, record: bytes) -> tuple[Future[Sequence[T]], int]:
        """The write that takes a record along, and its number there."""
        with self._lock:
            if self._batch is None:
                batch: list[bytes] = []
                self._written = self._thread.submit(self._write, batch)
                self._batch = batch
            self._batch.append(record)
            return self._written, len(self._batch) - 1

    def _write(self, batch: list[bytes]) -> Sequence[T]:
        with self._lock:
            self._batch = None  # who comes from here on waits for the next write
        return self._do(batch)
