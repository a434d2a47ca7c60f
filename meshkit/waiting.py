"""The line in front of a batcher: who waits, in which order, and who shares a batch."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from meshkit.metrics import QUEUED_ITEMS
from meshkit.telemetry import current

if TYPE_CHECKING:
    from opentelemetry.trace import Span

T = TypeVar("T")
R = TypeVar("R")


@dataclass(slots=True, eq=False)
class Job(Generic[T, R]):
    """One item, and the caller's place to find its result."""

    item: T
    key: Hashable
    queued_at: float = field(default_factory=time.perf_counter)
    """By `time.perf_counter`."""

    caller: "Span | None" = field(default_factory=current)
    """Whose item it is, in traces; None where there are none."""

    done: "asyncio.Future[R]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def succeed(self, result: R) -> None:
        """Hand the result over, unless the caller has left."""
        if not self.done.done():
            self.done.set_result(result)

    def fail(self, error: Exception) -> None:
        """Hand an error over, unless the caller has left."""
        if not self.done.done():
            self.done.set_exception(error)


class Line(Generic[T, R]):
    """Jobs by age. Keeps the gauge of waiting items true."""

    def __init__(self, name: str, key: Callable[[T], Hashable]) -> None:
        self._gauge = QUEUED_ITEMS.labels(name)
        self._key = key
        self._jobs: deque[Job[T, R]] = deque()

    def __len__(self) -> int:
        """How many wait, callers who have just left included."""
        return len(self._jobs)

    def __iter__(self) -> Iterator[Job[T, R]]:
        """The oldest first."""
        return iter(self._jobs)

    @property
    def oldest(self) -> Job[T, R]:
        """Whose turn it is. The line must not be empty."""
        return self._jobs[0]

    def join(self, items: Sequence[T]) -> list[Job[T, R]]:
        """Let items wait, in order."""
        jobs = [Job[T, R](item, self._key(item)) for item in items]
        self._set(deque([*self._jobs, *jobs]))
        return jobs

    def take(self, count: int) -> list[Job[T, R]]:
        """Take the oldest job and up to `count - 1` that may share its batch."""
        key = self.oldest.key
        taken: list[Job[T, R]] = []
        rest: deque[Job[T, R]] = deque()
        for job in self._jobs:
            (taken if job.key == key and len(taken) < count else rest).append(job)
        self._set(rest)
        return taken

    def forget_cancelled(self) -> None:
        """Drop the jobs of callers who have left."""
        if any(job.done.done() for job in self._jobs):
            self._set(deque(job for job in self._jobs if not job.done.done()))

    def _set(self, jobs: deque[Job[T, R]]) -> None:
        self._jobs = jobs
        self._gauge.set(len(jobs))
