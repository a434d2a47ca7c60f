"""The same work, again and again, from one caller or several; how fast it was."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One round of one side."""

    per_s: float
    """Photos per second."""

    p50_ms: float
    p95_ms: float
    """Of single photos, as their caller waited."""


def repeated(photos: Sequence[Path], count: int) -> list[Path]:
    """`count` photos, from the front again after the last."""
    return list(islice(cycle(photos), count))


def threaded(work: Callable[[Path], object], photos: Sequence[Path], *, callers: int) -> Run:
    """Call a blocking function from `callers` threads."""

    def timed(photo: Path) -> float:
        began = time.perf_counter()
        work(photo)
        return time.perf_counter() - began

    with ThreadPoolExecutor(callers) as threads:
        began = time.perf_counter()
        waits = list(threads.map(timed, photos))
        return run(waits, time.perf_counter() - began)


async def awaited(
    work: Callable[[Path], Awaitable[object]], photos: Sequence[Path], *, callers: int
) -> Run:
    """Await a coroutine function, `callers` at a time."""
    waits: list[float] = []
    waiting = iter(photos)

    async def caller() -> None:
        for photo in waiting:
            began = time.perf_counter()
            await work(photo)
            waits.append(time.perf_counter() - began)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(callers):
            group.create_task(caller())
    return run(waits, time.perf_counter() - began)


def run(waits_s: Sequence[float], took_s: float) -> Run:
    """Summarise the waits of a round that took so long."""
    p50, p95 = (float(q) for q in np.percentile(np.array(waits_s) * 1000, [50, 95]))
    return Run(per_s=len(waits_s) / took_s, p50_ms=p50, p95_ms=p95)
