"""Where jobs are handed in, asked for and stopped."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from faces.errors import (
    ContractMismatch,
    FieldInvalid,
    JobNotFound,
    JobsNotConfigured,
    RequestIdReused,
)
from faces.paging import Page
from faces.policy import Policy
from gateway.backends.ports import Embedder
from gateway.identity.asking import in_reach
from gateway.investigation import Case
from gateway.jobs.job import Job, Order, State
from gateway.jobs.sources import find_sources
from gateway.jobs.store import JobStore
from gateway.records.recorder import Recorder

_LOOK_S = 0.5
"""Between two looks at a job that somebody watches."""

_JOBS = uuid.UUID("6b4c1c39-0d0a-5f0e-9b62-0a7d3b1f6e58")
"""Name space: the id of a job follows from that of its request, so the log can name a job before
there is one, and a request that comes again names the same."""


class Pinned(Protocol):
    """Collections, each of which is pinned to one contract."""

    async def contract_of(self, collection_id: str) -> str:
        """The contract of a collection.

        Raises:
            CollectionNotFound: There is no such collection.
        """
        ...


class Promised(Protocol):
    """Remembers which jobs are to be reviewed once they have ended."""

    def add(self, job_id: str, time: datetime) -> None:
        """Remember one. Blocks.

        Raises:
            StoreUnavailable: It would be forgotten.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants searched."""

    request_id: str
    fingerprint: str
    scene: str
    collection_id: str
    case: Case
    paths: Sequence[str]
    priority: int
    review_count: int = 0


class Desk:
    """Takes jobs for the workers, and tells how they stand."""

    def __init__(
        self,
        store: JobStore,
        recorder: Recorder,
        embedder: Embedder,
        collections: Pinned,
        *,
        media: Path | None,
        promises: Promised | None = None,
    ) -> None:
        """Take jobs.

        Args:
            store: Where they wait.
            recorder: Puts them on record.
            embedder: Whose contract collections must have.
            collections: Who may be searched.
            media: What may be searched; None takes no job.
            promises: Remembers jobs whose hits are to be reviewed; None takes none of those.
        """
        self._store = store
        self._recorder = recorder
        self._embedder = embedder
        self._collections = collections
        self._media = media
        self._promises = promises

    async def submit(self, asked: Asked) -> Job:
        """Queue a job; the same request again gets the job as it stands by then.

        Raises:
            JobsNotConfigured: There is no media folder.
            SourceUnusable, SceneUnknown, CollectionNotFound, ContractMismatch: It cannot be done.
            RequestIdReused: The request id came with another request before.
            StoreUnavailable: It is not queued, or not on record.
        """
        job_id = str(uuid.uuid5(_JOBS, asked.request_id))
        known = await self._store.find(job_id)
        if known:
            return _same_request(known, asked)
        if self._media is None:
            raise JobsNotConfigured
        policy = self._recorder.policy(asked.scene)
        if asked.review_count:
            self._require_reviews(policy)
        sources = await asyncio.to_thread(find_sources, self._media, asked.paths)
        contract_id = await self._contract(asked.collection_id)
        order = Order(
            job_id=job_id,
            policy=policy,
            collection_id=asked.collection_id,
            contract_id=contract_id,
            case=asked.case,
            sources=sources,
            priority=asked.priority,
            create_time=datetime.now(UTC),
            fingerprint=asked.fingerprint,
            review_count=asked.review_count,
        )
        said = {"purpose": asked.case.purpose, "review_count": asked.review_count}
        await self._note("job_submitted", order, said)
        if asked.review_count and self._promises:
            # Before there is a job: one that nobody remembers would never be reviewed.
            await asyncio.to_thread(self._promises.add, job_id, order.create_time)
        return _same_request(await self._store.add(order), asked)

    async def get(self, job_id: str) -> Job:
        """One job.

        Raises:
            JobNotFound: There is no such job, or none that whoever asks may reach.
        """
        job = await self._store.get(job_id)
        if not _in_reach(job):
            raise JobNotFound(job_id=job_id)
        return job

    async def list(self, *, case_id: str, state: State | None, after: str, size: int) -> Page[Job]:
        """One page of jobs, the oldest first; `after` is the key of `faces.paging`.

        Without those that whoever asks may not reach.
        """
        found = await self._store.list(case_id=case_id, state=state, after=after, size=size)
        return replace(found, items=[job for job in found.items if _in_reach(job)])

    async def watch(self, job_id: str) -> AsyncIterator[Job]:
        """A job as it stands now, then whenever that has changed, until it has ended.

        Raises:
            JobNotFound: There is no such job.
        """
        last: Job | None = None
        while last is None or not last.progress.state.ended:
            job = await self.get(job_id)
            if last is None or job.progress != last.progress:
                yield job
                last = job
            else:
                await asyncio.sleep(_LOOK_S)

    async def cancel(self, job_id: str) -> Job:
        """Stop a job; one that has ended stays as it is.

        Raises:
            JobNotFound: There is no such job.
        """
        job = await self.get(job_id)
        if not job.progress.state.ended:
            await self._note("job_cancelled", job.order, {})
        return Job(job.order, await self._store.cancel(job_id))

    def _require_reviews(self, policy: Policy) -> None:
        """Refuse to promise what will never be.

        Raises:
            FieldInvalid: The scene asks for no reviewers, or nobody here sees what jobs find.
        """
        if not policy.reviewers:
            raise FieldInvalid(field="review_count", rule="must be 0 in a scene without reviewers")
        if self._promises is None:
            rule = "must be 0 at a gateway that does not see what jobs find"
            raise FieldInvalid(field="review_count", rule=rule)

    async def _contract(self, collection_id: str) -> str:
        """The contract of both the collection and the embedder."""
        pinned = await self._collections.contract_of(collection_id)
        served, _ = await self._embedder.contract()
        if served != pinned:
            raise ContractMismatch(expected=pinned, served=served)
        return pinned

    async def _note(self, kind: str, order: Order, more: dict[str, object]) -> None:
        facts = {
            "job_id": order.job_id,
            "case_id": order.case.case_id,
            "operator_id": order.case.operator_id,
            "collection_id": order.collection_id,
            "scene": order.policy.scene,
            "source_count": len(order.sources),
            "priority": order.priority,
        }
        await self._recorder.note(kind, facts | more, policy=order.policy)


def _in_reach(job: Job) -> bool:
    return in_reach(collection_id=job.order.collection_id, scene=job.order.policy.scene)


def _same_request(job: Job, asked: Asked) -> Job:
    """Pass a job on that this request has made.

    Raises:
        RequestIdReused: Another request has.
    """
    if job.order.fingerprint != asked.fingerprint:
        raise RequestIdReused(request_id=asked.request_id)
    return job
