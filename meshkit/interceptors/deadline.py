"""No call without an end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from typing_extensions import override

from faces.errors import DeadlineExceeded
from meshkit.deadlines import ending_in
from meshkit.interceptors.base import Around
from meshkit.rpc import Context

_ENDLESS = "/grpc.health."
"""A balancer watches health for as long as it is connected."""


class Deadline(Around):
    """Ends calls at their caller's deadline, or at the operator's limit if that is sooner.

    What such a call waits for is cancelled: its items leave the batcher's queue.
    """

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s

    @override
    @contextlib.asynccontextmanager
    async def around(self, context: Context, method: str) -> AsyncIterator[None]:
        if method.startswith(_ENDLESS):
            yield
            return
        remaining = context.time_remaining()
        limit = self._limit_s if remaining is None else min(remaining, self._limit_s)
        try:
            async with asyncio.timeout(limit) as timer:
                with ending_in(limit):
                    yield
        except TimeoutError:
            if not timer.expired():
                raise
            raise DeadlineExceeded(stage=method.rpartition("/")[2]) from None
