"""Counts and times of calls."""

import time
from typing import Any

from meshkit.interceptors.layers import Call
from meshkit.interceptors.outcome import outcome
from meshkit.metrics import CALL_SECONDS, CALLS
from meshkit.rpc import Context


class Telemetry:
    """Measures every call. Where a later version opens its spans."""

    def wrap(self, call: Call, method: str, *, streams: bool) -> Call:  # noqa: ARG002  # no difference here
        """Implement `Layer.wrap`."""
        seconds = CALL_SECONDS.labels(method)

        async def measured(request: Any, context: Context) -> Any:
            began = time.perf_counter()
            try:
                return await call(request, context)
            finally:
                CALLS.labels(method, *outcome(context)).inc()
                seconds.observe(time.perf_counter() - began)

        return measured
