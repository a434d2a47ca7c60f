"""Two ways to ask: callers who wait for their answer, and arrivals that wait for nobody."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable

Ask = Callable[[], Awaitable[None]]
"""One call. It raises nothing: whoever makes it counts how it ended."""


async def closed(ask: Ask, *, callers: int, over: asyncio.Event) -> None:
    """Let so many callers ask, each again once they are answered, until it is over.

    Calls that have begun by then are waited for.
    """

    async def caller() -> None:
        while not over.is_set():
            await ask()

    async with asyncio.TaskGroup() as group:
        for _ in range(callers):
            group.create_task(caller())


async def opened(ask: Ask, *, per_s: float, over: asyncio.Event, seed: int) -> None:
    """Let calls arrive by chance, so many a second on average, however long answers take.

    Args:
        ask: One call.
        per_s: Calls a second.
        over: No call begins after it is set; those that have begun are waited for.
        seed: Of the moments.
    """
    chance = random.Random(seed)  # noqa: S311  # repeatable, not secret
    due_s = time.monotonic()
    async with asyncio.TaskGroup() as group:
        while not over.is_set():
            # From when it was due: who is late catches up.
            due_s += chance.expovariate(per_s)
            await asyncio.sleep(max(0.0, due_s - time.monotonic()))
            group.create_task(_once(ask))


async def _once(ask: Ask) -> None:
    await ask()
