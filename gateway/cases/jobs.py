"""The jobs of a case, with what their workers have put on record."""

from collections.abc import Sequence
from dataclasses import dataclass

from faces.errors import JobResultUnusable
from faces.paging import number_of
from gateway.jobs.found import Found, Results
from gateway.jobs.job import Job
from gateway.jobs.store import JobStore

TRACKS = 200
"""Most tracks of a job that are told: more would not fit into a message, nor be read."""

_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseJob:
    """A job of a case."""

    job: Job
    found: Found | None = None
    """None if it has found nothing, or nobody here can read it."""

    absence: str = ""
    """Why, for people."""


class CaseJobs:
    """Reads the jobs of cases."""

    def __init__(self, jobs: JobStore, results: Results) -> None:
        self._jobs = jobs
        self._results = results

    async def read(self, case_id: str) -> Sequence[CaseJob]:
        """All jobs of a case, the oldest first.

        Raises:
            StoreUnavailable: They cannot be read.
        """
        return [await self._one(job) for job in await self._all(case_id)]

    async def _one(self, job: Job) -> CaseJob:
        try:
            return CaseJob(job=job, found=await self._results.read(job))
        except JobResultUnusable as unusable:
            return CaseJob(job=job, absence=str(unusable))

    async def _all(self, case_id: str) -> list[Job]:
        jobs: list[Job] = []
        after, more = "", True
        while more:
            page = await self._jobs.list(case_id=case_id, state=None, after=after, size=_PAGE)
            jobs += page.items
            after, more = number_of(page.next_token), bool(page.next_token)
        return jobs
