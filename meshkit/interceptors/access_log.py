"""One line a call."""

import logging
import time
from typing import Any

from meshkit.interceptors.layers import Call
from meshkit.interceptors.outcome import outcome
from meshkit.rpc import Context

log = logging.getLogger("access")

_QUIET = ("/grpc.health.", "/grpc.reflection.")
"""Probes call every few seconds; a line for each would drown the others."""


class AccessLog:
    """Logs who called what, how it ended and how long it took. Never what was in it."""

    def wrap(self, call: Call, method: str, *, streams: bool) -> Call:  # noqa: ARG002  # no difference here
        """Implement `Layer.wrap`."""
        if method.startswith(_QUIET):
            return call

        async def logged(request: Any, context: Context) -> Any:
            began = time.perf_counter()
            try:
                return await call(request, context)
            finally:
                code, reason = outcome(context)
                took_ms = round((time.perf_counter() - began) * 1000, 1)
                facts = {"method": method, "code": code, "reason": reason, "took_ms": took_ms}
                log.info("call", extra=facts)

        return logged
