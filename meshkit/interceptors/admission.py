"""No server without a limit."""

from typing import Any

from faces.errors import QueueFull
from meshkit.interceptors.layers import Call
from meshkit.rpc import Context

FREE = "/grpc."
"""Health and reflection: a busy server still says that it lives."""


class Admission:
    """Refuses calls beyond a number that run at once; they never form a queue here."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._running = 0

    def wrap(self, call: Call, method: str, *, streams: bool) -> Call:  # noqa: ARG002  # no difference here
        """Implement `Layer.wrap`."""
        if method.startswith(FREE):
            return call

        async def admitted(request: Any, context: Context) -> Any:
            if self._running >= self._limit:
                raise QueueFull(queue="calls", limit=self._limit)
            self._running += 1
            try:
                return await call(request, context)
            finally:
                self._running -= 1

        return admitted
