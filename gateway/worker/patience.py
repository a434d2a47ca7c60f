"""Calls that wait for a mesh that is away for a moment."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from faces.errors import FaceError
from meshkit.deadlines import limited

T = TypeVar("T")

_FIRST_S = 0.05
_LONGEST_S = 2.0
"""Seconds between two attempts."""


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
            async with limited(limit_s, stage="worker"):
                return await call()
        except FaceError as error:
            if not error.passes or loop.time() + wait_s > ends:
                raise
        await asyncio.sleep(wait_s)
        wait_s = min(2 * wait_s, _LONGEST_S)
