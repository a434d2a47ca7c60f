"""How far a bench is: a bar on a terminal, a line now and then elsewhere."""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Callable

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

_LOOK_S = 0.5
_TELL_S = 30.0

_COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    TimeRemainingColumn(),
    TextColumn("{task.fields[facts]}"),
)


@contextlib.asynccontextmanager
async def shown(
    name: str, facts: Callable[[], str], done: Callable[[], float]
) -> AsyncIterator[None]:
    """Tell facts while the block runs, and how much of it is done, of 1."""
    task = asyncio.create_task(_tell(name, facts, done))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
    print(f"{name}: {facts()}", flush=True)


def passing(seconds: float) -> Callable[[], float]:
    """How much of so many seconds from now is over."""
    began_s = time.monotonic()
    return lambda: (time.monotonic() - began_s) / seconds


async def _tell(name: str, facts: Callable[[], str], done: Callable[[], float]) -> None:
    told_s = time.monotonic()
    with Progress(*_COLUMNS, disable=not sys.stderr.isatty()) as progress:
        bar = progress.add_task(name, total=1.0, facts="")
        while True:
            await asyncio.sleep(_LOOK_S)
            progress.update(bar, completed=min(done(), 1.0), facts=facts())
            if progress.disable and time.monotonic() - told_s >= _TELL_S:
                told_s = time.monotonic()
                print(f"{name}, {min(done(), 1.0):.0%}: {facts()}", flush=True)
