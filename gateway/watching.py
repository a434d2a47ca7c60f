"""Watches what operators change while a gateway runs: files that are edited, replaced, swapped."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Generic, TypeVar

log = logging.getLogger(__name__)

C = TypeVar("C")


class Looks(Generic[C]):
    """Tells when content changed and came to rest: two looks in a row found the same."""

    def __init__(self) -> None:
        # What was read at the start is due, too: it may have changed before the first look.
        self._judged: object = object()
        self._seen = self._judged

    def due(self, content: C) -> bool:
        """Whether what this look found is to be judged."""
        rests, self._seen = content == self._seen, content
        return rests and content != self._judged

    def judged(self, content: C) -> None:
        """Note that it need not be judged again."""
        self._judged = content


@contextlib.asynccontextmanager
async def watching(
    name: str, read: Callable[[], C], offer: Callable[[C], Awaitable[bool]], *, look_s: float
) -> AsyncIterator[None]:
    """Offer what changed and came to rest, while the block runs.

    Args:
        name: Of what is watched.
        read: Finds the content, on a thread; never raises.
        offer: Judges it, and tells whether that is the last word.
        look_s: Seconds between two looks.
    """
    task = asyncio.create_task(_watch(name, read, offer, look_s), name=name)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _watch(
    name: str, read: Callable[[], C], offer: Callable[[C], Awaitable[bool]], look_s: float
) -> None:
    looks = Looks[C]()
    while True:
        content = await asyncio.to_thread(read)
        if looks.due(content):
            try:
                if await offer(content):
                    looks.judged(content)
            except Exception:
                # Nobody else would watch: it is tried again.
                log.exception("the %s could not be judged", name)
        await asyncio.sleep(look_s)
