"""No call without an end."""

from typing import Any

from meshkit.deadlines import limited
from meshkit.interceptors.layers import Call
from meshkit.rpc import Context

_ENDLESS = "/grpc.health."
"""A balancer watches health for as long as it is connected."""


class Deadline:
    """Ends calls at their caller's deadline, or at the operator's limit if that is sooner.

    What such a call waits for is cancelled: its items leave the batcher's queue.
    """

    def __init__(self, limit_s: float, *, stream_limit_s: float) -> None:
        self._limit_s = limit_s
        self._stream_limit_s = stream_limit_s

    def wrap(self, call: Call, method: str, *, streams: bool) -> Call:
        """Implement `Layer.wrap`."""
        if method.startswith(_ENDLESS):
            return call
        stage = method.rpartition("/")[2]
        longest = self._stream_limit_s if streams else self._limit_s

        async def ending(request: Any, context: Context) -> Any:
            remaining = context.time_remaining()
            limit = longest if remaining is None else min(remaining, longest)
            async with limited(limit, stage=stage):
                return await call(request, context)

        return ending
