"""Where jobs are kept: the port, and the thread that its adapters work on.

Whatever an adapter does is atomic, and durable when it returns; what it means to a job is said
once, by `gateway.jobs.rules`. So a process may be killed between any two steps: a task
that was taken and not done is taken again by the next worker once its lease is over, and a task
that was done twice counts once.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from faces.errors import JobNotFound
from faces.paging import Page
from gateway.jobs import rules
from gateway.jobs.erasures import Erasure, Numbered
from gateway.jobs.job import Job, Order, Progress, State
from gateway.jobs.rules import Rule
from gateway.jobs.tasks import Kind, Lease, Span, Task

T = TypeVar("T")


class Adapter(ABC):
    """A store, used by one thread. Whatever fails in it is raised as `StoreUnavailable`."""

    @abstractmethod
    def add(self, order: Order, task: Task) -> Job:
        """Keep a new job and its first task; one that is there already is returned as it is."""

    @abstractmethod
    def get(self, job_id: str) -> Job | None:
        """One job."""

    @abstractmethod
    def page(self, *, case_id: str, state: State | None, after: str, size: int) -> Page[Job]:
        """One page of jobs, the oldest first; `after` is the key of `faces.paging`, a number."""

    @abstractmethod
    def claim(self, worker: str, lease_s: float) -> tuple[Lease, Progress] | None:
        """Lease the next task: of the highest priority, urgent ones first, then the oldest.

        A task whose worker was not heard of for `lease_s` is free again. Tasks that nobody wants
        any more (`gateway.jobs.rules.wanted`) are removed on the way.

        Returns:
            The lease and how far its job has come; None if there is nothing to do.
        """

    @abstractmethod
    def extend(self, lease: Lease) -> bool:
        """Let a lease begin anew; False if the task is no longer this worker's, or not wanted."""

    @abstractmethod
    def give_back(self, lease: Lease) -> None:
        """Let somebody else have a task at once."""

    @abstractmethod
    def waiting(self, lease_s: float) -> int:
        """Count the tasks that `claim` would lease, without looking at jobs.

        Those that nobody wants any more count until `claim` meets them.
        """

    @abstractmethod
    def change(self, job_id: str, rule: Rule, lease: Lease | None = None) -> Progress:
        """Apply a rule in one transaction; the task of a lease is removed by it.

        Raises:
            JobNotFound: There is no such job.
        """

    @abstractmethod
    def result(self, job_id: str, number: int) -> bytes | None:
        """What a task has found; None if it is not done, or forgotten."""

    @abstractmethod
    def add_erasure(self, erasure: Erasure) -> int:
        """Keep an erasure; one that is there already stays as it is. Its position."""

    @abstractmethod
    def change_erasure(self, erasure: Erasure) -> None:
        """Replace one by what it has become; if it is not there, that is fine."""

    @abstractmethod
    def erasures(self, after: int) -> Sequence[Numbered]:
        """Those behind a position, the oldest first: as many as are read in one go."""


class JobStore:
    """All jobs, for asyncio: an adapter on a thread of its own.

    Every call may raise `StoreUnavailable`, and whatever became of the call, it may be repeated.
    """

    def __init__(self, adapter: Adapter, thread: ThreadPoolExecutor) -> None:
        self._adapter = adapter
        self._thread = thread

    async def add(self, order: Order) -> Job:
        """Queue a job; one that is there already is returned as it stands."""
        plan = Task(job_id=order.job_id, number=0, kind=Kind.PLAN)
        return await self._do(lambda: self._adapter.add(order, plan))

    async def find(self, job_id: str) -> Job | None:
        """One job, if it is there."""
        return await self._do(lambda: self._adapter.get(job_id))

    async def get(self, job_id: str) -> Job:
        """One job.

        Raises:
            JobNotFound: It is not there.
        """
        job = await self.find(job_id)
        if job is None:
            raise JobNotFound(job_id=job_id)
        return job

    async def list(self, *, case_id: str, state: State | None, after: str, size: int) -> Page[Job]:
        """One page of jobs, the oldest first."""
        return await self._do(
            lambda: self._adapter.page(case_id=case_id, state=state, after=after, size=size)
        )

    async def cancel(self, job_id: str) -> Progress:
        """Stop a job.

        Raises:
            JobNotFound: It is not there.
        """
        return await self._change(job_id, rules.cancelled(job_id, datetime.now(UTC)))

    async def claim(self, worker: str, lease_s: float) -> Lease | None:
        """Take on the next task; None if there is none."""

        def work() -> Lease | None:
            claimed = self._adapter.claim(worker, lease_s)
            if claimed is None:
                return None
            lease, progress = claimed
            if progress.state is State.QUEUED:
                self._adapter.change(lease.task.job_id, rules.began)
            return lease

        return await self._do(work)

    async def extend(self, lease: Lease) -> bool:
        """Say that the worker lives; False if it may stop, because nobody waits for it."""
        return await self._do(lambda: self._adapter.extend(lease))

    async def give_back(self, lease: Lease) -> None:
        """Let somebody else have the task at once."""
        await self._do(lambda: self._adapter.give_back(lease))

    async def waiting(self, lease_s: float) -> int:
        """How many tasks nobody has: who had them was not heard of for so long, if anybody.

        Parts of a job that is cancelled count until a worker passes over them.
        """
        return await self._do(lambda: self._adapter.waiting(lease_s))

    async def planned(self, lease: Lease, spans: Sequence[Span], *, total: int) -> None:
        """Commit a plan: at least one part."""
        await self._change(
            lease.task.job_id, rules.planned(lease.task.job_id, spans, total=total), lease
        )

    async def done(self, lease: Lease, found: bytes, *, frames: int, broken: int) -> None:
        """Commit a part and what was found in it."""
        job_id = lease.task.job_id
        await self._change(job_id, rules.done(job_id, found, frames=frames, broken=broken), lease)

    async def closed(self, lease: Lease, result: str, *, tracks: int, head: str = "") -> None:
        """Commit the end of a job: all that was found is written, and on record up to a head."""
        rule = rules.closed(result, tracks=tracks, head=head, now=datetime.now(UTC))
        await self._change(lease.task.job_id, rule, lease)

    async def failed(self, lease: Lease, reason: str, message: str) -> None:
        """Commit that a job cannot be done."""
        rule = rules.failed(reason, message, datetime.now(UTC))
        await self._change(lease.task.job_id, rule, lease)

    async def results(self, job_id: str, parts: int) -> AsyncIterator[bytes]:
        """What the parts found that are done, in their order."""
        for number in range(1, parts + 1):
            found = await self._do(partial(self._adapter.result, job_id, number))
            if found is not None:
                yield found

    async def add_erasure(self, erasure: Erasure) -> int:
        """Let every process that shares the store know of an erasure; its position there."""
        return await self._do(lambda: self._adapter.add_erasure(erasure))

    async def change_erasure(self, erasure: Erasure) -> None:
        """Replace an erasure by what it has become."""
        await self._do(lambda: self._adapter.change_erasure(erasure))

    async def erasures(self, after: int) -> Sequence[Numbered]:
        """The erasures behind a position, the oldest first; none if there are no more."""
        return await self._do(lambda: self._adapter.erasures(after))

    async def _change(self, job_id: str, rule: Rule, lease: Lease | None = None) -> Progress:
        return await self._do(lambda: self._adapter.change(job_id, rule, lease))

    async def _do(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
