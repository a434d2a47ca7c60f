"""The first and last lines of every process of the mesh."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

import uvloop

from meshkit import config, log
from meshkit.server import stop_signals
from meshkit.telemetry import tracing

C = TypeVar("C")


def run(
    service: str, cls: type[C], open_app: Callable[[C], AbstractAsyncContextManager[int]]
) -> None:
    """Serve until a signal; what cannot start says why in one line and exits 1.

    Args:
        service: Its name; the prefix of its variables is the same in capitals.
        cls: Its configuration.
        open_app: Its composition root: loads, serves, and yields the port.
    """

    async def main() -> None:
        log.take_over()
        settings = config.load(cls, os.environ, prefix=f"{service.upper()}_")
        # Handlers first: loading takes time, and a signal meanwhile must not be lost.
        with stop_signals() as asked, tracing(service, os.environ):
            serve: Awaitable[None] = _serve(open_app(settings), asked)
            await serve

    log.configure(service)
    # What services write is about people's faces: nobody else's to read.
    os.umask(0o077)
    try:
        uvloop.run(main())
    except config.ConfigError as error:
        sys.exit(f"{service}: {error}")


async def _serve(app: AbstractAsyncContextManager[int], asked: asyncio.Event) -> None:
    async with app:
        await asked.wait()
