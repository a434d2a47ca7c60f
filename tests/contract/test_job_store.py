"""What every store of jobs promises to workers, who may die at any instant."""

from pathlib import Path

import pytest

from faces.errors import JobNotFound
from gateway.jobs.job import Progress, State
from gateway.jobs.store import JobStore
from gateway.jobs.tasks import Kind
from tests.jobs import LEASE_S, OpenJobs, begin, claimed, order, spans


async def test_a_job_is_kept_as_it_was_asked_for(
    jobs: JobStore, open_jobs: OpenJobs, tmp_path: Path
) -> None:
    """Whoever opens the store later reads every word of the order."""
    wanted = order("a.mp4", "b.jpg", priority=-3)
    await jobs.add(wanted)
    async with open_jobs(tmp_path / "jobs") as later:
        found = await later.get(wanted.job_id)

    assert (wanted, Progress()) == (found.order, found.progress)


async def test_a_job_is_added_once(jobs: JobStore) -> None:
    """Added again, it is answered as it stands by then, and has one plan."""
    wanted = order()
    await begin(jobs, wanted, parts=2)
    again = await jobs.add(wanted)
    kinds = [(await claimed(jobs)).task.kind for _ in range(2)]

    assert (State.RUNNING, 20) == (again.progress.state, again.progress.total)
    assert [Kind.PART, Kind.PART] == kinds
    assert await jobs.claim("w-2", LEASE_S) is None


async def test_nobody_has_a_job_that_is_not_there(jobs: JobStore) -> None:
    """It cannot be asked for, nor stopped."""
    assert await jobs.find("nobody") is None
    with pytest.raises(JobNotFound):
        await jobs.get("nobody")
    with pytest.raises(JobNotFound):
        await jobs.cancel("nobody")


async def test_a_job_from_its_plan_to_its_end(jobs: JobStore) -> None:
    """Plan, parts in order, then the end: each commit counts, and results come in order."""
    wanted = order()
    await jobs.add(wanted)
    plan = await claimed(jobs)
    running = (await jobs.get(wanted.job_id)).progress
    await jobs.planned(plan, spans(3), total=30)
    parts = [await claimed(jobs, f"w-{number}") for number in range(3)]
    for number, part in reversed(list(enumerate(parts))):
        await jobs.done(part, b"found %d" % number, frames=10, broken=number)
    close = await claimed(jobs)
    found = [each async for each in jobs.results(wanted.job_id, 3)]
    await jobs.closed(close, "/out/job", tracks=7)
    ended = (await jobs.get(wanted.job_id)).progress

    assert [Kind.PLAN, Kind.CLOSE] == [plan.task.kind, close.task.kind]
    assert State.RUNNING is running.state
    assert spans(3) == [part.task.span for part in parts]
    assert [b"found 0", b"found 1", b"found 2"] == found
    assert (State.SUCCEEDED, 30, 30, 3) == (ended.state, ended.total, ended.done, ended.broken)
    assert (7, "/out/job") == (ended.tracks, ended.result)
    assert ended.end_time is not None


async def test_what_a_job_has_found_is_forgotten_with_its_end(jobs: JobStore) -> None:
    """Vectors of people stay no longer than they are needed."""
    wanted = order()
    await begin(jobs, wanted, parts=1)
    await jobs.done(await claimed(jobs), b"vectors", frames=10, broken=0)
    await jobs.closed(await claimed(jobs), "/out", tracks=0)

    assert [] == [each async for each in jobs.results(wanted.job_id, 1)]
    assert await jobs.claim("w-1", LEASE_S) is None


async def test_a_part_that_is_done_twice_counts_once(jobs: JobStore) -> None:
    """By a worker that did not hear of its success, or by two."""
    wanted = order()
    await begin(jobs, wanted, parts=2)
    part = await claimed(jobs)
    for found in (b"first", b"second"):
        await jobs.done(part, found, frames=10, broken=1)
    progress = (await jobs.get(wanted.job_id)).progress

    assert (10, 1, 1) == (progress.done, progress.broken, progress.parts_done)
    assert [b"first"] == [each async for each in jobs.results(wanted.job_id, 2)]


async def test_a_plan_that_is_committed_twice_makes_its_parts_once(jobs: JobStore) -> None:
    """However often its worker tries."""
    wanted = order()
    await jobs.add(wanted)
    plan = await claimed(jobs)
    for _ in range(2):
        await jobs.planned(plan, spans(2), total=20)
    taken = [await jobs.claim("w-1", LEASE_S) for _ in range(3)]

    assert [1, 2] == [lease.task.number for lease in taken if lease]


async def test_a_worker_that_dies_loses_its_task_to_another(jobs: JobStore) -> None:
    """Once its lease is over; the other one is told that it is not the first."""
    await begin(jobs, order(), parts=1)
    dead = await claimed(jobs, "dead")
    early = await jobs.claim("heir", LEASE_S)
    late = await jobs.claim("heir", 0.0)

    assert early is None
    assert late is not None
    assert (dead.task, 2, "heir") == (late.task, late.attempt, late.worker)
    assert not await jobs.extend(dead)
    assert await jobs.extend(late)


async def test_the_dead_may_come_back_with_a_result(jobs: JobStore) -> None:
    """A worker that was only slow commits what the heir then commits for nothing."""
    wanted = order()
    await begin(jobs, wanted, parts=1)
    slow = await claimed(jobs, "slow")
    heir = await jobs.claim("heir", 0.0)
    assert heir
    await jobs.done(slow, b"same", frames=10, broken=0)
    await jobs.done(heir, b"same", frames=10, broken=0)
    close = await claimed(jobs)
    progress = (await jobs.get(wanted.job_id)).progress

    assert (Kind.CLOSE, 10) == (close.task.kind, progress.done)
    assert await jobs.claim("another", LEASE_S) is None


async def test_a_lease_that_is_extended_stays(jobs: JobStore) -> None:
    """As long as its worker says that it lives, nobody else gets the task."""
    await begin(jobs, order(), parts=1)
    lease = await claimed(jobs, "w-1")
    assert await jobs.extend(lease)

    assert await jobs.claim("w-2", LEASE_S) is None


async def test_what_is_given_back_is_taken_at_once(jobs: JobStore) -> None:
    """A worker that stops lets nobody wait for its lease."""
    await begin(jobs, order(), parts=1)
    lease = await claimed(jobs, "w-1")
    await jobs.give_back(lease)

    assert lease.task == (await claimed(jobs, "w-2")).task


async def test_the_highest_priority_goes_first(jobs: JobStore) -> None:
    """Then what is urgent; then the oldest job, and its first part."""
    low, high, late = order(priority=-100), order(priority=100), order(priority=-100)
    for each in (low, high, late):
        await jobs.add(each)
    taken: list[tuple[str, int]] = []
    while lease := await jobs.claim("w-1", LEASE_S):
        taken.append((lease.task.job_id, lease.task.number))
        if lease.task.kind is Kind.PLAN:
            await jobs.planned(lease, spans(2), total=20)
        elif lease.task.kind is Kind.PART:
            await jobs.done(lease, b"", frames=10, broken=0)

    first = [(high.job_id, number) for number in range(4)]
    second = [(low.job_id, 0), (late.job_id, 0), (low.job_id, 1), (low.job_id, 2)]
    third = [(low.job_id, 3), (late.job_id, 1), (late.job_id, 2), (late.job_id, 3)]
    assert [*first, *second, *third] == taken
