"""The life of a worker: take on a task, do it, commit it, take on the next."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable

from faces.errors import Code, FaceError, Internal, WorkersLost
from gateway.jobs.job import Order
from gateway.jobs.sights import dump
from gateway.jobs.store import JobStore
from gateway.jobs.tasks import Kind, Lease
from gateway.worker.closing import Closing
from gateway.worker.config import Config
from gateway.worker.metrics import FRAMES, TASKS
from gateway.worker.parts import Parts
from gateway.worker.plans import plan
from gateway.worker.reading import Reader
from meshkit.telemetry import span

log = logging.getLogger(__name__)

_PAUSE_S = 1.0
"""After the mesh or the store was away for too long."""

_LISTENS = 3
"""How often a lease is extended in its time."""


class Working:
    """One worker. It may be killed at any instant: what it has not committed is done again."""

    def __init__(
        self, store: JobStore, parts: Parts, closing: Closing, reader: Reader, config: Config
    ) -> None:
        self._store = store
        self._parts = parts
        self._closing = closing
        self._reader = reader
        self._config = config
        self._name = secrets.token_hex(8)

    async def work(self) -> None:
        """Do tasks until cancelled; the one in hand is then given back."""
        while True:
            try:
                lease = await self._store.claim(self._name, self._config.lease_s)
            except FaceError as error:
                log.warning("no work can be had: %s", error.reason)
                await asyncio.sleep(_PAUSE_S)
                continue
            if lease is None:
                await asyncio.sleep(self._config.idle_s)
            else:
                await self._hold(lease)

    async def _hold(self, lease: Lease) -> None:
        """Do one task, as long as it is ours."""
        doing = asyncio.create_task(self._guarded(lease), name="task of a job")
        living = asyncio.create_task(self._live(lease), name="lease of a task")
        try:
            await asyncio.wait({doing, living}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            done = doing.done()
            doing.cancel()
            living.cancel()
            await asyncio.wait({doing, living})
            if not done:
                with contextlib.suppress(FaceError):
                    await self._store.give_back(lease)
            elif error := doing.exception():
                log.error("a task is left behind", exc_info=error)

    async def _live(self, lease: Lease) -> None:
        """Return once the task is no longer ours."""
        while True:
            await asyncio.sleep(self._config.lease_s / _LISTENS)
            try:
                if not await self._store.extend(lease):
                    return
            except FaceError:
                continue  # nobody else can take it meanwhile, either

    async def _guarded(self, lease: Lease) -> None:
        """Do a task; what goes wrong is told of, or tried again."""
        outcome = "done"
        try:
            with span("task"):
                await self._do(lease)
        except FaceError as error:
            outcome = await self._wrong(lease, error)
        except OSError as error:
            log.warning("files of a job fail", extra={"why": error.strerror})
            outcome = await self._again(lease)
        except Exception:
            incident = secrets.token_hex(4)
            log.exception("a job failed, incident %s", incident)
            outcome = await self._wrong(lease, Internal(incident=incident))
        TASKS.labels(lease.task.kind.value, outcome).inc()

    async def _wrong(self, lease: Lease, error: FaceError) -> str:
        if error.passes:
            log.warning("a task is given back: %s", error.reason)
            return await self._again(lease)
        await self._commit(lambda: self._store.failed(lease, error.reason, str(error)))
        return "failed"

    async def _again(self, lease: Lease) -> str:
        await self._commit(lambda: self._store.give_back(lease))
        await asyncio.sleep(_PAUSE_S)
        return "given_back"

    async def _do(self, lease: Lease) -> None:
        task = lease.task
        if lease.attempt > self._config.attempts:
            raise WorkersLost(attempts=lease.attempt - 1)
        job = await self._store.get(task.job_id)
        match task.kind:
            case Kind.PLAN:
                spans, total = await plan(job.order, self._reader, size=self._config.part_frames)
                await self._commit(lambda: self._store.planned(lease, spans, total=total))
            case Kind.PART:
                await self._part(lease, job.order)
            case Kind.CLOSE:
                end = await self._closing.close(job, self._name)
                await self._commit(
                    lambda: self._store.closed(
                        lease, end.folder, tracks=end.track_count, head=end.head
                    )
                )

    async def _part(self, lease: Lease, order: Order) -> None:
        span = lease.task.span
        assert span  # noqa: S101  # every part has one
        findings = await self._parts.findings(order, span)
        broken = sum(tally.broken for tally in findings.tallies.values())
        frames = span.stop - span.start
        found = await asyncio.to_thread(dump, findings)
        await self._commit(lambda: self._store.done(lease, found, frames=frames, broken=broken))
        FRAMES.labels("judged").inc(frames - broken)
        FRAMES.labels("broken").inc(broken)

    async def _commit(self, write: Callable[[], Awaitable[None]]) -> None:
        """Write, as long as the task is ours: what was computed outlives a store that is away."""
        while True:
            try:
                return await write()
            except FaceError as error:
                if error.code is not Code.UNAVAILABLE:
                    raise
            await asyncio.sleep(_PAUSE_S / 4)


@contextlib.asynccontextmanager
async def at_work(working: Working) -> AsyncIterator[None]:
    """Let a worker work while the block runs."""
    # A worker that fails for good takes its process along: somebody starts it again.
    async with asyncio.TaskGroup() as group:
        task = group.create_task(working.work(), name="worker")
        try:
            yield
        finally:
            task.cancel()
