"""Jobs that want their best hits reviewed: remembered until they have ended, and then done."""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from faces.errors import FaceError, StoreUnavailable
from gateway.jobs.job import Job
from gateway.jobs.store import JobStore
from gateway.records.notebook import transaction
from gateway.reviewing.tracks import TrackReviews

log = logging.getLogger(__name__)

FILE = "job_reviews.sqlite"
"""Name of the database in the gateway's data folder."""

LOOK_S = 2.0
"""Between two looks at the jobs that are waited for."""

_ON_ITS_WAY = timedelta(hours=1)
"""More than any submission takes from its promise to its job."""

_PATIENCE = timedelta(days=1)
"""For how long it is tried to read what a job has found."""

_SCHEMA = """
PRAGMA synchronous=FULL;
CREATE TABLE IF NOT EXISTS promises (job_id TEXT PRIMARY KEY, time TEXT NOT NULL);
"""


class Promises:
    """Ids of jobs, with when each was promised. Blocks: each call opens the database."""

    def __init__(self, folder: Path) -> None:
        """Keep it in a gateway's data folder, which exists."""
        self._file = folder / FILE

    def add(self, job_id: str, time: datetime) -> None:
        """Promise reviews of a job that is about to be queued.

        Raises:
            StoreUnavailable: It would be forgotten.
        """
        with self._open() as db:
            db.execute("INSERT OR REPLACE INTO promises VALUES (?, ?)", (job_id, time.isoformat()))

    def all(self) -> dict[str, datetime]:
        """What is still to be done."""
        with self._open() as db:
            rows = db.execute("SELECT job_id, time FROM promises ORDER BY time").fetchall()
        return {job_id: datetime.fromisoformat(time) for job_id, time in rows}

    def drop(self, job_id: str) -> None:
        """Forget one: it is done, or will never be."""
        with self._open() as db:
            db.execute("DELETE FROM promises WHERE job_id = ?", (job_id,))

    def _open(self) -> AbstractContextManager[sqlite3.Connection]:
        return transaction(self._file, _SCHEMA, store="review")


def _now() -> datetime:
    return datetime.now(UTC)


class Fulfilling:
    """Opens items of promised jobs once they have ended. May be killed at any instant."""

    def __init__(
        self,
        promises: Promises,
        jobs: JobStore,
        tracks: TrackReviews,
        *,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._promises = promises
        self._jobs = jobs
        self._tracks = tracks
        self._clock = clock
        self._told: set[str] = set()

    async def look(self) -> None:
        """Do what can be done now; what cannot is tried again."""
        try:
            for job_id, time in (await asyncio.to_thread(self._promises.all)).items():
                if await self._settled(job_id, time):
                    await asyncio.to_thread(self._promises.drop, job_id)
        except StoreUnavailable as error:
            log.warning(
                "jobs that are to be reviewed cannot be looked at", extra={"why": str(error)}
            )

    async def _settled(self, job_id: str, time: datetime) -> bool:
        """Whether nothing is left to do for a job."""
        job = await self._jobs.find(job_id)
        if job is None:
            return self._clock() - time > _ON_ITS_WAY  # its submission failed
        if not job.progress.state.ended:
            return False
        return not job.progress.result or await self._opened(job)

    async def _opened(self, job: Job) -> bool:
        job_id = job.order.job_id
        try:
            await self._tracks.top(job_id, job.order.review_count, None)
        except FaceError as error:
            if job_id not in self._told:
                self._told.add(job_id)
                log.warning("tracks of a job are not opened: %s", error, extra={"job_id": job_id})
            ended = job.progress.end_time or self._clock()
            return self._clock() - ended > _PATIENCE
        return True


@contextlib.asynccontextmanager
async def fulfilling(work: Fulfilling, *, look_s: float = LOOK_S) -> AsyncIterator[None]:
    """Look again and again while the block runs."""

    async def looking() -> None:
        while True:
            await work.look()
            await asyncio.sleep(look_s)

    task = asyncio.create_task(looking(), name="reviews of jobs")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
