"""Workers erase from what jobs have found: who is deleted elsewhere, meanwhile, or is too old."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.erasing.following import Following
from gateway.erasing.tracks import Tracks
from gateway.jobs.erasures import Erasure
from gateway.jobs.job import Order
from gateway.records.log import DecisionLog
from gateway.retention import Kept
from gateway.worker.erasing import Erasing
from tests.erasures import Told
from tests.jobs import order
from tests.jobsites import Site
from tests.records import kept

LATER = datetime.now(UTC) + timedelta(hours=1)
ALICE = Erasure(erasure_id="e-1", collection_id="people", person_id="alice", until=LATER)


async def done(site: Site) -> Order:
    """A job in which alice was seen, beside somebody whom nobody knows."""
    wanted = order("a.mp4")
    await site.store.add(wanted)
    async with site.worker():
        await site.ended(wanted)
    return wanted


@contextlib.asynccontextmanager
async def erasing(site: Site, now: datetime = LATER) -> AsyncIterator[Erasing]:
    """What a worker erases with."""
    with DecisionLog(site.folder) as log:
        output = site.folder / "found"
        yield Erasing(site.store, site.screen, log, output=output, clock=lambda: now)


def crops(site: Site, wanted: Order) -> list[bool]:
    """Of each track, whether its crop is there."""
    folder = site.folder / "found" / wanted.job_id
    found = [folder / "crops" / f"{rank:06d}.png" for rank in (1, 2)]
    assert [bool(row["crop"]) for row in site.found(wanted, "tracks.json")] == [
        crop.exists() for crop in found
    ]
    return [crop.exists() for crop in found]


def erased(site: Site) -> list[tuple[object, ...]]:
    return [
        tuple(each[name] for name in ("job_id", "why", "track_count"))
        for each in kept(site.folder)
        if each["kind"] == "job_erasure"
    ]


async def test_a_worker_learns_of_an_erasure(site: Site) -> None:
    """It erases the crop, says how many there were, and puts it on record; once."""
    wanted = await done(site)
    await site.store.add_erasure(ALICE)
    async with erasing(site) as work:
        for _ in range(2):
            await Following(site.store, work.take).look()
    [told] = await site.store.erasures(0)

    assert [False, True] == crops(site, wanted)
    assert 1 == told.erasure.track_count
    assert [(wanted.job_id, "person_deleted", 1)] == erased(site)


async def test_who_is_deleted_while_a_job_is_closed_leaves_no_crop(site: Site) -> None:
    """They were found, and were deleted before their tracks were written."""
    site.screen.deleted.add("alice")
    wanted = await done(site)

    assert [False, True] == crops(site, wanted)
    assert [[], []] == [row["candidates"] for row in site.found(wanted, "tracks.json")]
    assert [(wanted.job_id, "person_deleted", 1)] == erased(site)


async def test_a_receipt_waits_for_a_worker(site: Site, tmp_path: Path) -> None:
    """As long as there is something to erase, and not for ever."""
    await done(site)
    output = tmp_path / "found"
    position = await site.store.add_erasure(ALICE)
    too_late = await Tracks(site.store, output, wait_s=0.01).erased(ALICE, position)
    unseen = await Tracks(site.store, None).erased(ALICE, position)
    waiting = asyncio.create_task(Tracks(site.store, output, wait_s=60).erased(ALICE, position))
    async with erasing(site) as work:
        await Following(site.store, work.take).look()
    heard = await waiting
    nothing = await Tracks(site.store, output, wait_s=60).erased(ALICE, position)

    assert (None, None, 1, 0) == (too_late, unseen, heard, nothing)


async def test_tracks_go_when_their_collection_says_so(site: Site) -> None:
    """After so many days; those of collections that say nothing stay."""
    wanted = await done(site)
    async with erasing(site, wanted.create_time + timedelta(days=8)) as work:
        await work.sweep({"others": Kept(job_days=1), "people": Kept(job_days=9, person_days=1)})
        before = crops(site, wanted)
        await work.sweep({"people": Kept(job_days=7)})

    left = {each.name for each in (site.folder / "found" / wanted.job_id).iterdir()}
    assert [True, True] == before
    assert {"job.json", "records.jsonl"} == left
    assert [(wanted.job_id, "retention", 2)] == erased(site)


async def test_what_cannot_be_taken_is_taken_at_the_next_look() -> None:
    """One erasure after the other: none is passed over."""
    told, taken = Told(ALICE, away=True), list[str]()
    fails = [OSError(28, "No space left on device")]

    async def take(erasure: Erasure) -> None:
        if fails:
            raise fails.pop()
        taken.append(erasure.erasure_id)

    following = Following(told.store(), take)
    for _ in range(4):
        await following.look()
        told.away = False

    assert ["e-1"] == taken
