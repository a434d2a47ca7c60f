"""What is done again and again beside the calls of a process."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def repeating(
    name: str, work: Callable[[], Awaitable[None]], *, every_s: float
) -> AsyncIterator[None]:
    """Do something at once and then every so often, while the block runs.

    Args:
        name: Of what is done.
        work: Handles what it expects; anything else is logged, and it is tried again.
        every_s: Seconds in between.
    """

    async def looping() -> None:
        while True:
            try:
                await work()
            except Exception:
                # Nobody else would do it.
                log.exception("the %s failed", name)
            await asyncio.sleep(every_s)

    task = asyncio.create_task(looping(), name=name)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
