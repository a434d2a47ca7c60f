"""Work on items as they come: some at once, the first that is done first."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from meshkit.together import as_done


class Bench:
    """Works on numbers until it is told that one is done, and notes what it was given."""

    def __init__(self, count: int) -> None:
        self.taken: list[int] = []
        self.dropped: list[int] = []
        self.ready = [asyncio.Event() for _ in range(count)]

    async def items(self) -> AsyncIterator[int]:
        """All numbers; notes each that is taken."""
        for number in range(len(self.ready)):
            self.taken.append(number)
            yield number

    async def work(self, number: int) -> str:
        """Answer once the number is ready."""
        try:
            await self.ready[number].wait()
        except asyncio.CancelledError:
            self.dropped.append(number)
            raise
        return f"#{number}"


async def settled() -> None:
    """Let everything run that can run."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_what_is_done_first_comes_first() -> None:
    """In the order of completion, all of them."""
    bench = Bench(3)
    results = as_done(bench.items(), bench.work, limit=3)

    seen = []
    for number in (2, 0, 1):
        bench.ready[number].set()
        seen.append(await anext(results))

    assert ["#2", "#0", "#1"] == seen
    assert [] == [result async for result in results]


async def test_no_item_is_taken_while_so_many_are_worked_on() -> None:
    """Nor while results wait for whoever takes them: nothing piles up on either side."""
    bench = Bench(5)
    results = as_done(bench.items(), bench.work, limit=2)
    first = asyncio.create_task(anext(results))
    await settled()
    taken_at_first = list(bench.taken)
    bench.ready[0].set()
    bench.ready[1].set()
    await first
    await settled()

    assert [0, 1] == taken_at_first == bench.taken
    bench.ready[2].set()
    assert ["#1", "#2"] == [await anext(results), await anext(results)]
    await results.aclose()


async def test_whoever_leaves_ends_the_work() -> None:
    """Nobody is left who would take the results."""
    bench = Bench(2)
    results = as_done(bench.items(), bench.work, limit=2)
    bench.ready[1].set()
    await anext(results)
    await results.aclose()

    assert [0] == bench.dropped


async def test_what_the_items_raise_is_raised() -> None:
    """A stream that breaks ends the work that came through it."""
    bench = Bench(1)

    async def torn() -> AsyncIterator[int]:
        yield 0
        await settled()
        raise ConnectionError("torn")

    with pytest.raises(ConnectionError, match="torn"):
        await anext(as_done(torn(), bench.work, limit=2))
    assert [0] == bench.dropped
