"""Who may be inside at one time."""

import asyncio

import pytest

from faces.errors import QueueFull
from services.detector.admission import Admission


async def test_pictures_wait_for_room_first_come_first_served() -> None:
    """A large picture is not overtaken for ever by small ones."""
    admission = Admission(max_calls=9, max_pixels=100)
    order: list[int] = []

    async def visit(pixel_count: int) -> None:
        async with admission.picture(pixel_count):
            order.append(pixel_count)

    async with admission.picture(60):
        waiting = [asyncio.create_task(visit(count)) for count in (90, 10, 20)]
        await asyncio.sleep(0)
        assert [] == order
    await asyncio.gather(*waiting)

    assert [90, 10, 20] == order


async def test_whoever_gives_up_leaves_no_gap() -> None:
    """A cancelled wait neither keeps its pixels nor blocks those behind it."""
    admission = Admission(max_calls=9, max_pixels=100)

    async def visit(pixel_count: int) -> int:
        async with admission.picture(pixel_count):
            return pixel_count

    async with admission.picture(60):
        large = asyncio.create_task(visit(90))
        small = asyncio.create_task(visit(40))
        await asyncio.sleep(0)
        large.cancel()

        assert 40 == await small
    assert 100 == await visit(100)


async def test_whoever_is_admitted_and_cancelled_at_once_gives_the_room_back() -> None:
    """The two may happen in one turn of the loop."""
    admission = Admission(max_calls=9, max_pixels=100)

    async def visit(pixel_count: int) -> int:
        async with admission.picture(pixel_count):
            return pixel_count

    async with admission.picture(60):
        waiting = asyncio.create_task(visit(90))
        await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)

    assert 100 == await asyncio.wait_for(visit(100), 5)


async def test_a_call_too_many_is_refused() -> None:
    """Its place frees up when another call ends."""
    admission = Admission(max_calls=1, max_pixels=100)

    with admission.call(), pytest.raises(QueueFull), admission.call():
        pass
    with admission.call():
        pass
