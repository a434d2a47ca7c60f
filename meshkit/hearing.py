"""Refusing a caller who is still sending."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from faces.errors import FaceError

LIMIT_S = 0.5
"""For how long a caller is heard out. Whoever sends for longer may lose the reason."""


@contextlib.asynccontextmanager
async def heard_out(requests: AsyncIterator[Any]) -> AsyncIterator[None]:
    """Read on, and throw away what comes, before an error of the block leaves.

    A caller on grpc.aio whose message meets a call that has ended is told INTERNAL by its own
    library, in place of what we said.
    """
    try:
        yield
    except FaceError:
        with contextlib.suppress(TimeoutError, FaceError):
            async with asyncio.timeout(LIMIT_S):
                async for _ in requests:
                    pass
        raise
