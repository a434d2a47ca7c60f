"""Matrices that a gateway remembers."""

import asyncio

from gateway.backends.matrices import MOST, Matrices

KEY = bytes(32)


async def test_many_who_ask_at_once_get_one_matrix() -> None:
    """A door that starts asks for all of its frames; drawing each anew would take seconds."""
    matrices = Matrices()

    first, *others = await asyncio.gather(*(matrices.of(KEY, "staff", 64) for _ in range(8)))

    assert all(each is first for each in others)


async def test_whoever_gives_up_spoils_nothing_for_the_others() -> None:
    """What they wait for is drawn all the same."""
    matrices = Matrices()
    left, stayed = (asyncio.create_task(matrices.of(KEY, "staff", 64)) for _ in range(2))
    await asyncio.sleep(0)

    left.cancel()

    assert (64, 64) == (await stayed).shape


async def test_those_that_were_asked_last_are_remembered() -> None:
    """And no more than a gateway has room for."""
    matrices = Matrices()
    for number in range(MOST):
        await matrices.of(KEY, f"c{number}", 2)

    await matrices.of(KEY, "c0", 2)
    await matrices.of(KEY, "new", 2)

    kept = [matrices.drawn(KEY, name, 2) is not None for name in ("c0", "c1", "c2", "new")]
    assert [True, False, True, True] == kept
