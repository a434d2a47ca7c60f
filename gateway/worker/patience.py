"""Calls that wait for a mesh that is away for a moment."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from faces.errors import Code, DeadlineExceeded, FaceError
from meshkit.deadlines import ending_in

T = TypeVar("T")

_PASSING = {Code.UNAVAILABLE, Code.RESOURCE_EXHAUSTED, Code.DEADLINE_EXCEEDED}

_FIRST_S = 0.05
_LONGEST_S = 2.0
"""Seconds between two attempts."""


def passes(error: FaceError) -> bool:
    """Whether it is somebody else's fault, and over soon."""
    return error.code in _PASSING


async def patiently(call: Callable[[], Awaitable[T]], *, limit_s: float) -> T:
    """Call until it works.

    Args:
        call: Begins the call, each time anew.
        limit_s: Longest time of one attempt, and of all.

    Raises:
        FaceError: It is refused, or still does not work after that time.
    """
    loop = asyncio.get_running_loop()
    ends, wait_s = loop.time() + limit_s, _FIRST_S
    while True:
        try:
            return await _bounded(call, limit_s)
        except FaceError as error:
            if not passes(error) or loop.time() + wait_s > ends:
                raise
        await asyncio.sleep(wait_s)
        wait_s = min(2 * wait_s, _LONGEST_S)


async def _bounded(call: Callable[[], Awaitable[T]], limit_s: float) -> T:
    try:
        async with asyncio.timeout(limit_s):
            with ending_in(limit_s):
                return await call()
    except TimeoutError:
        raise DeadlineExceeded(stage="frame") from None
