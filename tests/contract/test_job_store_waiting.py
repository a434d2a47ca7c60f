"""How much work waits for workers: every store of jobs counts it alike."""

from gateway.jobs.store import JobStore
from gateway.jobs.tasks import Kind
from tests.jobs import LEASE_S, begin, claimed, order, spans


async def test_what_nobody_has_is_counted(jobs: JobStore) -> None:
    """From the plan to the end of a job: what is taken counts no more, what is given back does."""
    wanted, told = order(), [await jobs.waiting(LEASE_S)]
    await jobs.add(wanted)
    told.append(await jobs.waiting(LEASE_S))
    plan = await claimed(jobs)
    told.append(await jobs.waiting(LEASE_S))
    await jobs.planned(plan, spans(3), total=30)
    told.append(await jobs.waiting(LEASE_S))
    await jobs.give_back(await claimed(jobs))
    told.append(await jobs.waiting(LEASE_S))
    for part in [await claimed(jobs) for _ in range(3)]:
        await jobs.done(part, b"found", frames=10, broken=0)
    told.append(await jobs.waiting(LEASE_S))
    await jobs.closed(await claimed(jobs), "/out", tracks=0)
    told.append(await jobs.waiting(LEASE_S))

    assert [0, 1, 0, 3, 3, 1, 0] == told


async def test_what_a_dead_worker_had_waits_once_its_lease_is_over(jobs: JobStore) -> None:
    """Nobody else does it."""
    await begin(jobs, order(), parts=2)
    await claimed(jobs, "dead")

    assert (1, 2) == (await jobs.waiting(LEASE_S), await jobs.waiting(0.0))


async def test_all_jobs_count(jobs: JobStore) -> None:
    """Of whatever priority; one that is added again counts once."""
    for priority in (-100, 0, 0, 100):
        wanted = order(priority=priority)
        await jobs.add(wanted)
        await jobs.add(wanted)

    assert 4 == await jobs.waiting(LEASE_S)


async def test_a_cancelled_job_waits_no_longer_than_until_a_worker_looks(jobs: JobStore) -> None:
    """Its parts are passed over, and there is its end to be done."""
    stopped, never_begun = order(), order()
    await begin(jobs, stopped, parts=5)
    await jobs.add(never_begun)
    for each in (stopped, never_begun):
        await jobs.cancel(each.job_id)
    last = await claimed(jobs)
    await jobs.closed(last, "/out", tracks=0)
    nothing = await jobs.claim("w-1", LEASE_S)

    assert (Kind.CLOSE, None) == (last.task.kind, nothing)
    assert 0 == await jobs.waiting(LEASE_S)
