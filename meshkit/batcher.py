"""The dynamic batcher: concurrent callers share one call of a model or an index.

Work that arrives while the model is busy forms the next batch, so a busy model is fed
large batches and an idle one starts at once. `max_delay_s` may make an idle model wait
for company; for most models on a CPU, 0 is right.

Callers who ask again as soon as they are answered would otherwise fall into two groups
that take turns: those of the batch that just ended come back a moment after the next one,
without them, has begun. `company` lets the model wait that moment. Whoever is alone has
nobody to wait for, and never waits.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from faces.errors import QueueFull, ServiceUnavailable
from meshkit.metrics import BATCH_ITEMS, COMPUTE_SECONDS, QUEUE_SECONDS
from meshkit.telemetry.batches import batch
from meshkit.waiting import Job, Line

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLimits:
    """How a batcher trades latency for throughput."""

    max_batch: int = 32
    """Most items in one call of the function."""

    max_delay_s: float = 0.0
    """How long the first item of an idle batcher waits for company."""

    company: float = 0.0
    """How long a batch waits for as many items as there were around the last one, as a
    share of the time that the last one took."""

    max_queued: int = 256
    """Most items that may wait; more are refused at once."""

    def __post_init__(self) -> None:
        if not 1 <= self.max_batch <= self.max_queued:
            raise ValueError(f"need 1 <= max_batch <= max_queued, got {self}")
        if self.max_delay_s < 0:
            raise ValueError(f"max_delay_s must not be negative, got {self.max_delay_s}")
        if not 0 <= self.company <= 1:
            raise ValueError(f"company must be in [0, 1], got {self.company}")


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
        self._waiting = Line[T, R](name, key)
        self._arrived = asyncio.Event()
        self._closed = False
        self._around = 0
        """Items in the last batch, and those that waited when it ended."""
        self._company_until = 0.0
        """How long it is worth waiting for as many; by `time.perf_counter`."""

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
                for job in self._waiting:
                    job.fail(ServiceUnavailable(service=self._name))

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
        self._waiting.forget_cancelled()
        if len(self._waiting) + len(items) > self._limits.max_queued:
            raise QueueFull(queue=self._name, limit=self._limits.max_queued)
        jobs = self._waiting.join(items)
        self._arrived.set()
        try:
            return await asyncio.gather(*(job.done for job in jobs))
        finally:
            for job in jobs:
                job.done.cancel()
            self._waiting.forget_cancelled()

    async def _work(self, thread: ThreadPoolExecutor) -> None:
        while jobs := await self._next_batch():
            started = time.perf_counter()
            for job in jobs:
                QUEUE_SECONDS.labels(self._name).observe(started - job.queued_at)
            with batch(self._name, [(job.caller, job.queued_at) for job in jobs]):
                await self._serve(jobs, thread)
            ended = time.perf_counter()
            self._around = len(jobs) + len(self._waiting)
            self._company_until = ended + self._limits.company * (ended - started)
            COMPUTE_SECONDS.labels(self._name).observe(ended - started)
            BATCH_ITEMS.labels(self._name).observe(len(jobs))

    async def _serve(self, jobs: Sequence[Job[T, R]], thread: ThreadPoolExecutor) -> None:
        items = [job.item for job in jobs]
        try:
            loop = asyncio.get_running_loop()
            results = await loop.run_in_executor(thread, self._checked, items)
        except Exception as error:  # noqa: BLE001  # it belongs to the callers, who raise it
            for job in jobs:
                job.fail(error)
            return
        for job, result in zip(jobs, results, strict=True):
            job.succeed(result)

    def _checked(self, items: Sequence[T]) -> Sequence[R]:
        results = self._run(items)
        if len(results) != len(items):
            raise RuntimeError(f"{self._name}: {len(results)} results of {len(items)} items")
        return results

    async def _next_batch(self) -> list[Job[T, R]]:
        """Wait for a batch; none once the batcher is closed."""
        while not self._closed:
            self._waiting.forget_cancelled()
            patience = self._patience()
            if patience is not None and patience <= 0:
                return self._waiting.take(self._limits.max_batch)
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
        until = self._waiting.oldest.queued_at + self._limits.max_delay_s
        if len(self._waiting) < self._around:
            until = max(until, self._company_until)
        return until - time.perf_counter()
