"""Several awaitables at once, of which the first failure ends all."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def together(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Run all, answer in order; if one fails, cancel the others and raise its error.

    `asyncio.gather` would leave the others running, for a caller who is gone.
    """
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each) for each in work]
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]


async def as_done(
    items: AsyncIterator[T], work: Callable[[T], Coroutine[Any, Any, R]], *, limit: int
) -> AsyncGenerator[R, None]:
    """Work on items as they come, and yield what is done first first.

    No item is taken while the results of `limit` others are awaited or wait to be taken.

    Args:
        items: What they raise is raised here, and ends all work.
        work: Answers something; None would be taken for the end. What it raises ends all.
        limit: Of items at once.
    """
    done: asyncio.Queue[R | None] = asyncio.Queue()
    free = asyncio.Semaphore(limit)

    async def one(item: T) -> None:
        done.put_nowait(await work(item))

    async def read() -> None:
        try:
            async with asyncio.TaskGroup() as group:
                await free.acquire()
                async for item in items:
                    group.create_task(one(item))
                    await free.acquire()
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None
        finally:
            done.put_nowait(None)

    reader = asyncio.create_task(read(), name="reader of items")
    try:
        while (result := await done.get()) is not None:
            yield result
            free.release()
        await reader
    finally:
        reader.cancel()
        await asyncio.wait([reader])
