"""Jobs in tests: orders in few words, and every store there is."""

import contextlib
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from faces.policy import Policy, PolicyTable
from gateway.investigation import Case
from gateway.jobs.job import Media, Order, Source
from gateway.jobs.redis import redis_jobs
from gateway.jobs.sqlite import sqlite_jobs
from gateway.jobs.store import JobStore
from gateway.jobs.tasks import Lease, Span
from tests.redises import shared_redis
from tests.unit.door import POLICY

OpenJobs = Callable[[Path], AbstractAsyncContextManager[JobStore]]
"""Opens the jobs of a path: the same ones again if they were there before."""

LEASE_S = 30.0
"""Longer than any test."""

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CASE = Case(case_id="c-1", purpose="test", operator_id="o-1")


def order(
    *paths: str,
    job_id: str = "",
    priority: int = 0,
    case: Case = CASE,
    policy: Policy = POLICY,
    collection_id: str = "people",
    contract_id: str = "arc-1",
    review_count: int = 0,
) -> Order:
    """A job over videos, or pictures, by the names of their files."""
    return Order(
        job_id=job_id or str(uuid.uuid4()),
        policy=PolicyTable([policy]).row(policy.scene),
        collection_id=collection_id,
        contract_id=contract_id,
        case=case,
        sources=tuple(
            Source(Media.VIDEO if path.endswith(".mp4") else Media.PICTURE, path)
            for path in paths or ("a.mp4",)
        ),
        priority=priority,
        create_time=NOON,
        fingerprint="f-1",
        review_count=review_count,
    )


def spans(count: int) -> list[Span]:
    """So many parts of ten frames each."""
    return [Span(0, 10 * number, 10 * number + 10) for number in range(count)]


async def claimed(store: JobStore, worker: str = "w-1") -> Lease:
    """Take a task that must be there."""
    lease = await store.claim(worker, LEASE_S)
    assert lease
    return lease


async def begin(store: JobStore, wanted: Order, parts: int) -> None:
    """Queue a job, and commit its plan."""
    await store.add(wanted)
    await store.planned(await claimed(store), spans(parts), total=10 * parts)


@contextlib.contextmanager
def _sqlite(_: Path) -> Iterator[OpenJobs]:
    @contextlib.asynccontextmanager
    async def opened(path: Path) -> AsyncIterator[JobStore]:
        with sqlite_jobs(path) as adapter, ThreadPoolExecutor(1) as thread:
            yield JobStore(adapter, thread)

    yield opened


@contextlib.contextmanager
def _redis(folder: Path) -> Iterator[OpenJobs]:
    with shared_redis(folder) as url:

        @contextlib.asynccontextmanager
        async def opened(path: Path) -> AsyncIterator[JobStore]:
            name = uuid.uuid5(uuid.NAMESPACE_URL, str(path)).hex
            with redis_jobs(url, name) as adapter, ThreadPoolExecutor(1) as thread:
                yield JobStore(adapter, thread)

        yield opened


JOB_STORES = [pytest.param(_sqlite, id="sqlite"), pytest.param(_redis, id="redis")]
"""Every store there is: runs what all of its kind share on the files of a folder."""
