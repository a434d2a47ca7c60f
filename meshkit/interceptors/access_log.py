"""One line a call."""

import contextlib
import logging
import time
from collections.abc import AsyncIterator

from typing_extensions import override

from meshkit.interceptors.base import Around
from meshkit.interceptors.outcome import outcome
from meshkit.rpc import Context

log = logging.getLogger("access")

_QUIET = ("/grpc.health.", "/grpc.reflection.")
"""Probes call every few seconds; a line for each would drown the others."""


class AccessLog(Around):
    """Logs who called what, how it ended and how long it took. Never what was in it."""

    @override
    @contextlib.asynccontextmanager
    async def around(self, context: Context, method: str) -> AsyncIterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            if not method.startswith(_QUIET):
                code, reason = outcome(context)
                took = round((time.perf_counter() - began) * 1000, 1)
                facts = {"method": method, "code": code, "reason": reason, "took_ms": took}
                log.info("call", extra=facts)
