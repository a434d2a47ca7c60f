"""Counts, times and spans of calls."""

import time
from typing import Any

from meshkit.interceptors.layers import Call
from meshkit.interceptors.outcome import outcome
from meshkit.metrics import CALL_SECONDS
from meshkit.rpc import Context
from meshkit.telemetry.spans import entered, exemplar, tracer

_UNTRACED = "/grpc."
"""Health and reflection: probes call every few seconds, and nobody looks for them."""


class Telemetry:
    """Measures every call, and traces it where somebody collects traces."""

    def wrap(self, call: Call, method: str, *, streams: bool) -> Call:  # noqa: ARG002  # no difference here
        """Implement `Layer.wrap`."""
        name, traced = method.removeprefix("/"), not method.startswith(_UNTRACED)

        async def measured(request: Any, context: Context) -> Any:
            began = time.perf_counter()
            live = tracer() if traced else None
            span = live.served(name, context.invocation_metadata()) if live else None
            with entered(span):
                try:
                    return await call(request, context)
                finally:
                    code, reason = outcome(context)
                    took_s = time.perf_counter() - began
                    seconds = CALL_SECONDS.labels("grpc", name, code, _error(code, reason))
                    seconds.observe(took_s, exemplar(span))
                    if live and span:
                        live.answered(span, code, reason)

        return measured


def _error(code: str, reason: str) -> str:
    """What went wrong: our reason, or gRPC's code where there is none; empty if nothing did."""
    return "" if code == "OK" else reason or code
