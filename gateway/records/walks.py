"""Walks through the decision log, for those who count what is in it."""

import asyncio
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from faces.errors import StoreUnavailable

Record = Mapping[str, Any]

Records = Callable[[datetime | None], Iterable[Record]]
"""Reads the log from a point in time on."""


class Walks:
    """One at a time, each on a thread of its own: doors go on meanwhile."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._turn = asyncio.Lock()

    async def each(self, start: datetime | None, visit: Callable[[Record], None]) -> None:
        """Visit every record from a point in time on. Ends early when the caller leaves.

        Args:
            start: The first moment; None for the log's beginning.
            visit: Called on another thread.

        Raises:
            StoreUnavailable: The log cannot be read.
        """
        gone = threading.Event()
        async with self._turn:
            try:
                await asyncio.to_thread(self._walk, start, visit, gone)
            finally:
                gone.set()

    def _walk(
        self, start: datetime | None, visit: Callable[[Record], None], gone: threading.Event
    ) -> None:
        try:
            for record in self._records(start):
                if gone.is_set():
                    break
                visit(record)
        except OSError as error:
            raise StoreUnavailable(store="decision") from error
