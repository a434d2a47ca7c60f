"""Workers keep what jobs have found, so they erase from it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.enrolled import Enrolled, gone
from gateway.jobs.artefacts import Findings, findings
from gateway.jobs.clearing import Cleared, clear_deleted, clear_erased, clear_old
from gateway.jobs.documents import folder_of
from gateway.jobs.erasures import Erasure
from gateway.jobs.store import JobStore
from gateway.records.log import DecisionLog
from gateway.retention import Kept
from gateway.worker.patience import patiently


def _now() -> datetime:
    return datetime.now(UTC)


class Erasing:
    """Erases from the folder that all workers share; whoever comes second finds nothing left."""

    def __init__(
        self,
        jobs: JobStore,
        enrolled: Enrolled,
        log: DecisionLog,
        *,
        output: Path,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        """Gather.

        Args:
            jobs: Told what was erased.
            enrolled: Knows who was deleted while a job was closed.
            log: Where it is on record.
            output: What jobs have found.
            clock: Tells the time, in UTC.
        """
        self._jobs = jobs
        self._enrolled = enrolled
        self._log = log
        self._output = output
        self._clock = clock

    async def take(self, erasure: Erasure) -> None:
        """Erase those who were erased elsewhere, and tell how many tracks that was.

        Raises:
            OSError, StoreUnavailable: It is not done, or not told.
        """
        if erasure.track_count is not None:
            return
        cleared = await asyncio.to_thread(clear_erased, self._output, erasure)
        await self._note(cleared, "person_deleted" if erasure.person_id else "collection_deleted")
        count = sum(each.track_count for each in cleared)
        await self._jobs.change_erasure(erasure.counted(count))

    async def closed(self, job_id: str, *, patience_s: float) -> None:
        """Erase those who were deleted while a job was closed.

        They were enrolled when it was searched. Whoever is deleted from here on finds its folder.

        Raises:
            FaceError: Nobody knows who was.
            OSError: Not all of them are erased.
        """
        found = await asyncio.to_thread(findings, folder_of(self._output, job_id))
        if found is None:
            return  # somebody else's, which was there before
        named = await asyncio.to_thread(_named, found)
        deleted = await patiently(
            lambda: gone(self._enrolled, found.collection_id, named), limit_s=patience_s
        )
        if deleted:
            cleared = await asyncio.to_thread(clear_deleted, self._output, found, deleted)
            await self._note(cleared, "person_deleted")

    async def sweep(self, retention: Mapping[str, Kept]) -> None:
        """Erase what is older than its collection lets it be.

        Raises:
            OSError, StoreUnavailable: Some of it may be left.
        """
        now = self._clock()
        limits = {
            collection_id: now - timedelta(days=kept.job_days)
            for collection_id, kept in retention.items()
            if kept.job_days
        }
        if limits:
            cleared = await asyncio.to_thread(clear_old, self._output, limits)
            await self._note(cleared, "retention")

    async def _note(self, cleared: Sequence[Cleared], why: str) -> None:
        for each in cleared:
            await self._log.append(
                {
                    "kind": "job_erasure",
                    "time": self._clock().isoformat(),
                    "job_id": each.job_id,
                    "case_id": each.case_id,
                    "collection_id": each.collection_id,
                    "why": why,
                    "track_count": each.track_count,
                }
            )


def _named(found: Findings) -> set[tuple[str, str]]:
    """Whom the tracks of a job resemble as far as the scene can tell, with their templates."""
    return {
        (each["person_id"], each["template_id"])
        for row in found.rows()
        for each in row["candidates"]
        if each["similarity"] >= found.review_line
    }
