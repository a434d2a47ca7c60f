"""The dynamic batcher: concurrent callers share one call of a model or an index.

Work that arrives while the model is busy forms the next batch, so a busy model is fed
large batches and an idle one starts at once. `max_delay_s` may make an idle model wait
for company; for most models on a CPU, 0 is right.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from faces.errors import QueueFull, ServiceUnavailable
from meshkit.metrics import BATCH_ITEMS, COMPUTE_SECONDS, QUEUE_SECONDS, QUEUED_ITEMS

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLimits:
    """How a batcher trades latency for throughput."""

    max_batch: int = 32
    """Most items in one call of the function."""

    max_delay_s: float = 0.0
    """How long the first item of an idle batcher waits for company."""

    max_queued: int = 256
    """Most items that may wait; more are refused at once."""

    def __post_init__(self) -> None:
        if not 1 <= self.max_batch <= self.max_queued:
            raise ValueError(f"need 1 <= max_batch <= max_queued, got {self}")
        if self.max_delay_s < 0:
            raise ValueError(f"max_delay_s must not be negative, got {self.max_delay_s}")


@dataclass(slots=True, eq=False)
class _Job(Generic[T, R]):
    item: T
    key: Hashable
    queued_at: float
    done: "asyncio.Future[R]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Batcher(Generic[T, R]):
    """Feeds one function, one batch at a time, on a thread of its own.

    The thread, not a lock, keeps batches apart: a lock around `asyncio.to_thread` is
    released when its caller gives up, while the model is still busy.
    """

    def __init__(
        self,
        run: Callable[[Sequence[T]], Sequence[R]],
        *,
        name: str,
        limits: BatchLimits,
        key: Callable[[T], Hashable] = lambda _: None,
    ) -> None:
        """Prepare; `open` starts.

        Args:
            run: Maps 1 to `max_batch` items to as many results, in order; blocking.
                An exception fails every item of the batch.
            name: For metrics and errors, for example ``embedder``.
            limits: How to batch.
            key: Only items with equal keys share a batch, for example a shape.
        """
        self._run = run
        self._name = name
        self._limits = limits
        self._key = key
        self._waiting: deque[_Job[T, R]] = deque()
        self._arrived = asyncio.Event()
        self._closed = False

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["Batcher[T, R]"]:
        """Work while the block runs; on exit, finish the running batch, refuse the rest."""
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix=self._name) as thread:
            worker = asyncio.create_task(self._work(thread), name=f"{self._name} batcher")
            try:
                yield self
            finally:
                self._closed = True
                self._arrived.set()
                await worker
                _fail(self._waiting, ServiceUnavailable(service=self._name))

    async def submit(self, items: Sequence[T]) -> list[R]:
        """Run items, in whichever batches they fit, and wait for all of them.

        A caller that is cancelled, as by its deadline, leaves the queue; what has not
        started by then is never run.

        Raises:
            QueueFull: The items do not all fit into the queue. None was taken.
            ServiceUnavailable: The batcher closed before it came to the items.
        """
        if self._closed:
            raise ServiceUnavailable(service=self._name)
        self._forget_cancelled()
        if len(self._waiting) + len(items) > self._limits.max_queued:
            raise QueueFull(queue=self._name, limit=self._limits.max_queued)
        now = time.perf_counter()
        jobs = [_Job[T, R](item, self._key(item), now) for item in items]
        self._waiting.extend(jobs)
        QUEUED_ITEMS.labels(self._name).set(len(self._waiting))
        self._arrived.set()
        try:
            return await asyncio.gather(*(job.done for job in jobs))
        finally:
            for job in jobs:
                job.done.cancel()
            self._forget_cancelled()

    async def _work(self, thread: ThreadPoolExecutor) -> None:
        while jobs := await self._next_batch():
            started = time.perf_counter()
            for job in jobs:
                QUEUE_SECONDS.labels(self._name).observe(started - job.queued_at)
            await self._serve(jobs, thread)
            COMPUTE_SECONDS.labels(self._name).observe(time.perf_counter() - started)
            BATCH_ITEMS.labels(self._name).observe(len(jobs))

    async def _serve(self, jobs: Sequence[_Job[T, R]], thread: ThreadPoolExecutor) -> None:
        items = [job.item for job in jobs]
        try:
            loop = asyncio.get_running_loop()
            results = await loop.run_in_executor(thread, self._checked, items)
        except Exception as error:  # noqa: BLE001  # it belongs to the callers, who raise it
            _fail(jobs, error)
            return
        for job, result in zip(jobs, results, strict=True):
            if not job.done.done():
                job.done.set_result(result)

    def _checked(self, items: Sequence[T]) -> Sequence[R]:
        results = self._run(items)
        if len(results) != len(items):
            raise RuntimeError(f"{self._name}: {len(results)} results of {len(items)} items")
        return results

    async def _next_batch(self) -> list[_Job[T, R]]:
        """Wait for a batch; none once the batcher is closed."""
        while not self._closed:
            self._forget_cancelled()
            patience = self._patience()
            if patience is not None and patience <= 0:
                return self._take()
            self._arrived.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await self._arrived.wait()
        return []

    def _patience(self) -> float | None:
        """Seconds that the oldest item may still wait for company; None if nothing waits."""
        if not self._waiting:
            return None
        if len(self._waiting) >= self._limits.max_batch:
            return 0.0
        return self._waiting[0].queued_at + self._limits.max_delay_s - time.perf_counter()

    def _take(self) -> list[_Job[T, R]]:
        """Take the oldest item and those that may share its batch, oldest first."""
        key = self._waiting[0].key
        taken: list[_Job[T, R]] = []
        rest: deque[_Job[T, R]] = deque()
        for job in self._waiting:
            fits = job.key == key and len(taken) < self._limits.max_batch
            (taken if fits else rest).append(job)
        self._waiting = rest
        QUEUED_ITEMS.labels(self._name).set(len(rest))
        return taken

    def _forget_cancelled(self) -> None:
        if any(job.done.done() for job in self._waiting):
            self._waiting = deque(job for job in self._waiting if not job.done.done())
            QUEUED_ITEMS.labels(self._name).set(len(self._waiting))


def _fail(jobs: Sequence[_Job[T, R]], error: Exception) -> None:
    for job in jobs:
        if not job.done.done():
            job.done.set_exception(error)
