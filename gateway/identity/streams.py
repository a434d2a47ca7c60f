"""Calls that go on for long, and end with the credential that they came with."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection
from datetime import UTC, datetime

from faces.errors import Unauthenticated
from gateway.identity.asking import Identity


class OpenStreams:
    """All streams whose callers are known."""

    def __init__(self) -> None:
        self._open: set[tuple[Identity, asyncio.Timeout]] = set()

    @contextlib.asynccontextmanager
    async def while_it_holds(self, who: Identity) -> AsyncIterator[None]:
        """Let the block run until the credential expires, or is ended.

        Raises:
            Unauthenticated: It did.
        """
        left_s = None
        if who.expire_time:
            left_s = max(0.0, (who.expire_time - datetime.now(UTC)).total_seconds())
        try:
            async with asyncio.timeout(left_s) as timer:
                entry = who, timer
                self._open.add(entry)
                try:
                    yield
                finally:
                    self._open.discard(entry)
        except TimeoutError:
            if not timer.expired():
                raise
            raise Unauthenticated from None

    def end(self, key_ids: Collection[str]) -> None:
        """End those that came with one of some API keys."""
        now = asyncio.get_running_loop().time()
        for who, timer in self._open:
            if who.key_id in key_ids and not timer.expired():  # one that has is ending already
                timer.reschedule(now)
