"""What a worker does when the mesh, the store, a file or itself fails."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from faces.errors import CollectionNotFound, ServiceUnavailable, StoreUnavailable
from gateway.jobs.documents import RECORDS
from gateway.jobs.job import Media, Source, State
from gateway.jobs.tasks import Span
from gateway.worker.reading import Reader
from meshkit.chain import START
from meshkit.chain.excerpts import Excerpt, proof
from tests.jobs import claimed, order
from tests.jobsites import PATIENCE_S, Away, Site
from tests.unit.door import POLICY


async def test_a_mesh_that_is_away_is_waited_for(site: Site) -> None:
    """For longer than the worker's patience: nothing is lost, and nothing is called broken."""
    site.screen.failures["detect"] = ServiceUnavailable(service="detector")
    wanted = order("a.mp4")
    await site.store.add(wanted)
    async with site.worker(call_patience_s=0.2):
        await site.screen.asked(40)
        del site.screen.failures["detect"]
        progress = await site.ended(wanted)

    assert (State.SUCCEEDED, 20, 0) == (progress.state, progress.done, progress.broken)


async def test_a_job_waits_for_its_enhancer(site: Site) -> None:
    """What is found must not depend on the hour."""
    policy = replace(POLICY, enhance_below=1.0)
    wanted = order("a.mp4", policy=policy)
    await site.store.add(wanted)
    async with site.worker(Away(times=9)):
        progress = await site.ended(wanted)

    assert (State.SUCCEEDED, 20, 0) == (progress.state, progress.done, progress.broken)


async def test_a_collection_that_is_gone_fails_the_job(site: Site) -> None:
    """Nobody waits for what will not come."""
    site.screen.failures["search"] = CollectionNotFound(collection_id="people")
    wanted = order("a.mp4")
    await site.store.add(wanted)
    async with site.worker():
        progress = await site.ended(wanted)

    assert (State.FAILED, "ERROR_REASON_COLLECTION_NOT_FOUND") == (
        progress.state,
        progress.failure_reason,
    )
    assert [] == list((site.folder / "found").glob("**/*.png"))


async def test_a_worker_that_stops_gives_its_part_back(site: Site) -> None:
    """The next one takes it at once, whatever the lease."""
    site.screen.open.clear()
    wanted = order("a.mp4")
    await site.store.add(wanted)
    async with site.worker(lease_s=3600.0):
        async with asyncio.timeout(PATIENCE_S):
            await site.screen.entered.wait()
    lease = await claimed(site.store, "next")

    assert (1, 2) == (lease.task.number, lease.attempt)


async def test_a_part_that_kills_its_workers_ends_the_job(site: Site) -> None:
    """A file that brings down whoever reads it does so a number of times, not for ever."""
    wanted = order("a.mp4")
    await site.store.add(wanted)
    for _ in range(3):
        assert await site.store.claim("dies", 0.0)
    async with site.worker(attempts=3):
        progress = await site.ended(wanted)

    assert (State.FAILED, "ERROR_REASON_WORKERS_LOST") == (progress.state, progress.failure_reason)


async def test_a_bug_ends_the_job_and_not_the_worker(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its text stays in the log; the next job is done."""
    monkeypatch.setattr("gateway.worker.working.plan", None)
    wanted, after = order("a.mp4"), order("a.mp4")
    await site.store.add(wanted)
    async with site.worker():
        progress = await site.ended(wanted)
        monkeypatch.undo()
        await site.store.add(after)
        done = await site.ended(after)

    assert (State.FAILED, "ERROR_REASON_INTERNAL") == (progress.state, progress.failure_reason)
    assert "NoneType" not in progress.failure_message
    assert State.SUCCEEDED is done.state


async def test_a_store_that_is_away_costs_no_finished_part(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was computed is committed once the store is back."""
    commit, failures = site.store.done, [StoreUnavailable(store="job")] * 5

    async def done(*arguments: Any, **keywords: Any) -> None:
        if failures:
            raise failures.pop()
        await commit(*arguments, **keywords)

    monkeypatch.setattr(site.store, "done", done)
    wanted = order("a.mp4")
    await site.store.add(wanted)
    async with site.worker():
        progress = await site.ended(wanted)

    assert (State.SUCCEEDED, 20) == (progress.state, progress.done)
    assert list(range(20)) == sorted(site.screen.seen)


async def test_a_folder_that_was_written_before_a_crash_stays(site: Site) -> None:
    """The next worker finds it, and removes a draft that nobody finished."""
    wanted = order("a.mp4")
    await site.store.add(wanted)
    final, draft = (site.folder / "found" / name for name in (wanted.job_id, f".{wanted.job_id}.x"))
    for folder in (final, draft):
        folder.mkdir(parents=True)
    (draft / "half").write_bytes(b"")
    (final / RECORDS).write_bytes(proof(Excerpt(before=START, last=START, head=START)))
    async with site.worker():
        progress = await site.ended(wanted)

    assert (State.SUCCEEDED, str(final)) == (progress.state, progress.result)
    assert [final] == list((site.folder / "found").iterdir())
    assert [RECORDS] == [each.name for each in final.iterdir()]


async def test_a_folder_that_no_worker_wrote_fails_the_job(site: Site) -> None:
    """Its records prove nothing, so its findings are nobody's; it is left for people to look at."""
    wanted = order("a.mp4")
    await site.store.add(wanted)
    final = site.folder / "found" / wanted.job_id
    final.mkdir(parents=True)
    (final / "tracks.json").write_text("[]")
    async with site.worker():
        progress = await site.ended(wanted)

    assert (State.FAILED, "") == (progress.state, progress.result)
    assert ["tracks.json"] == [each.name for each in final.iterdir()]


async def test_a_video_that_shrinks_fails_the_job(site: Site) -> None:
    """Frames that were counted and are gone are not passed over in silence."""
    wanted = order("a.mp4")
    await site.store.add(wanted)
    plan = await claimed(site.store)
    await site.store.planned(plan, [Span(0, 0, 10), Span(0, 10, 25)], total=25)
    async with site.worker():
        progress = await site.ended(wanted)

    assert (State.FAILED, "a.mp4 has changed while it was searched") == (
        progress.state,
        progress.failure_message,
    )


async def test_who_stops_reading_waits_for_no_frame(site: Site) -> None:
    """A video is left in the middle, and read from its beginning when it is wanted again."""
    source = Source(Media.VIDEO, "a.mp4")

    async def read(start: int, stop: int) -> list[int]:
        batches = reader.frames(source, start, stop, at_once=20)
        return [picture.number async for batch in batches for picture in batch]

    with Reader(site.media) as reader:
        await read(0, 8)
        hurried = asyncio.create_task(read(8, 20))
        await asyncio.sleep(0)  # it has begun
        hurried.cancel()
        await asyncio.wait({hurried})
        again = await read(0, 20)

    assert hurried.cancelled()
    assert list(range(20)) == again
