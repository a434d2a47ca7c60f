"""How jobs end in every store, how they are listed, and how workers share one."""

import asyncio
import contextlib
from pathlib import Path

from gateway.investigation import Case
from gateway.jobs.job import State
from gateway.jobs.store import JobStore
from gateway.jobs.tasks import Kind, Lease
from tests.jobs import LEASE_S, OpenJobs, begin, claimed, order


async def test_a_job_that_waits_is_cancelled_at_once(jobs: JobStore) -> None:
    """It has found nothing, so nothing is to be written."""
    wanted = order()
    await jobs.add(wanted)
    progress = await jobs.cancel(wanted.job_id)

    assert State.CANCELLED is progress.state
    assert await jobs.claim("w-1", LEASE_S) is None


async def test_a_job_that_runs_is_closed_with_what_it_has(jobs: JobStore) -> None:
    """No other part is begun, the one in hand is dropped, and what is there is written."""
    wanted = order()
    await begin(jobs, wanted, parts=3)
    await jobs.done(await claimed(jobs), b"first", frames=10, broken=0)
    inhand = await claimed(jobs, "w-1")
    stopping = await jobs.cancel(wanted.job_id)
    lives = await jobs.extend(inhand)
    await jobs.done(inhand, b"too late", frames=10, broken=0)
    close = await claimed(jobs, "w-2")
    found = [each async for each in jobs.results(wanted.job_id, 3)]
    await jobs.closed(close, "/out", tracks=1)
    ended = (await jobs.get(wanted.job_id)).progress

    assert (State.CANCELLING, False) == (stopping.state, lives)
    assert (Kind.CLOSE, [b"first"]) == (close.task.kind, found)
    assert (State.CANCELLED, 10, 30, "/out") == (
        ended.state,
        ended.done,
        ended.total,
        ended.result,
    )
    assert await jobs.claim("w-1", LEASE_S) is None


async def test_who_cancels_while_a_job_is_closed_stops_nothing(jobs: JobStore) -> None:
    """It is written once, and called cancelled."""
    wanted = order()
    await begin(jobs, wanted, parts=1)
    await jobs.done(await claimed(jobs), b"", frames=10, broken=0)
    close = await claimed(jobs)
    for _ in range(2):
        await jobs.cancel(wanted.job_id)
    assert await jobs.extend(close)
    await jobs.closed(close, "/out", tracks=0)

    assert State.CANCELLED is (await jobs.get(wanted.job_id)).progress.state
    assert await jobs.claim("w-1", LEASE_S) is None


async def test_a_job_that_has_ended_stays_as_it_is(jobs: JobStore) -> None:
    """Nobody cancels or fails what is done."""
    wanted = order()
    await begin(jobs, wanted, parts=1)
    part = await claimed(jobs)
    await jobs.failed(part, "ERROR_REASON_COLLECTION_NOT_FOUND", "gone")
    before = await jobs.get(wanted.job_id)
    await jobs.cancel(wanted.job_id)
    await jobs.done(part, b"", frames=10, broken=0)
    await jobs.closed(part, "/out", tracks=1)

    assert before == await jobs.get(wanted.job_id)
    assert (State.FAILED, "gone") == (before.progress.state, before.progress.failure_message)


async def test_jobs_are_listed_in_pages(jobs: JobStore) -> None:
    """The oldest first; of one case, in one state, or all."""
    other = Case(case_id="c-2", purpose="test", operator_id="o-1")
    mine, theirs = [order() for _ in range(3)], order(case=other)
    for each in (mine[0], theirs, *mine[1:]):
        await jobs.add(each)
    await jobs.cancel(mine[1].job_id)

    async def listed(**wanted: object) -> list[str]:
        options = {"case_id": "", "state": None, "after": "", "size": 10} | wanted
        page = await jobs.list(**options)  # type: ignore[arg-type]
        return [job.order.job_id for job in page.items]

    everything = [mine[0].job_id, theirs.job_id, mine[1].job_id, mine[2].job_id]
    first = await jobs.list(case_id="", state=None, after="", size=2)
    assert everything == await listed()
    assert everything[:2] == [job.order.job_id for job in first.items]
    assert first.next_token
    assert [theirs.job_id] == await listed(case_id="c-2")
    assert [mine[1].job_id] == await listed(case_id="c-1", state=State.CANCELLED)
    assert [] == await listed(case_id="c-3")


async def test_workers_share_a_job(open_jobs: OpenJobs, tmp_path: Path) -> None:
    """Five that take at once take each part once, and count every frame once."""
    wanted = order()
    taken: list[Lease] = []

    async def worker(number: int) -> None:
        async with open_jobs(tmp_path / "jobs") as mine:
            while lease := await mine.claim(f"w-{number}", LEASE_S):
                taken.append(lease)
                if lease.task.kind is Kind.PART:
                    await mine.done(lease, b"%d" % lease.task.number, frames=10, broken=1)

    async with contextlib.AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_jobs(tmp_path / "jobs"))
        await begin(store, wanted, parts=40)
        await asyncio.gather(*(worker(number) for number in range(5)))
        progress = (await store.get(wanted.job_id)).progress
        found = [each async for each in store.results(wanted.job_id, 40)]

    assert list(range(1, 42)) == sorted(lease.task.number for lease in taken)
    assert (400, 40, 40) == (progress.done, progress.broken, progress.parts_done)
    assert [b"%d" % number for number in range(1, 41)] == found
