"""What a worker makes of files: who is in them, and what cannot be read."""

from faces.errors import ImageBroken, Internal
from gateway.jobs.job import State
from tests.jobs import order
from tests.jobsites import Site
from tests.records import kept


async def test_every_frame_is_looked_at_once(site: Site) -> None:
    """Two people are two tracks; the likelier one comes first."""
    wanted = order("a.mp4")
    await site.store.add(wanted)
    async with site.worker():
        progress = await site.ended(wanted)
    first, second = site.found(wanted, "tracks.json")

    assert list(range(20)) == sorted(site.screen.seen)
    assert (State.SUCCEEDED, 20, 20, 0, 2) == (
        progress.state,
        progress.total,
        progress.done,
        progress.broken,
        progress.tracks,
    )
    assert ("alice", 19, 100, 1900) == (
        first["candidates"][0]["person_id"],
        first["sight_count"],
        first["first_ms"],
        first["last_ms"],
    )
    assert ("no_match", "below_review") == (second["verdict"], second["rule"])
    assert 2 == sum(each["kind"] == "job_track" for each in kept(site.folder))


async def test_what_cannot_be_read_has_a_reason(site: Site) -> None:
    """A broken video, a broken picture, and a file that is gone cost nothing but themselves."""
    (site.media / "b.mp4").write_bytes(b"no video")
    (site.media / "c.png").write_bytes(b"no picture")
    wanted = order("b.mp4", "c.png", "gone.jpg", "a.mp4")
    await site.store.add(wanted)
    async with site.worker():
        progress = await site.ended(wanted)
    told = site.found(wanted, "job.json")["sources"]

    assert (State.SUCCEEDED, 22, 22, 2) == (
        progress.state,
        progress.total,
        progress.done,
        progress.broken,
    )
    assert ["b.mp4 cannot be decoded as a video", "", "", ""] == [each["fault"] for each in told]
    assert [0, 0, 0, 20] == [each["judged_frame_count"] for each in told]
    assert [{}, {"ERROR_REASON_IMAGE_BROKEN": 1}, {"ERROR_REASON_IMAGE_BROKEN": 1}, {}] == [
        each["broken_reasons"] for each in told
    ]


async def test_a_job_of_nothing_readable_fails(site: Site) -> None:
    """With the reason of what could not be read."""
    (site.media / "b.mp4").write_bytes(b"no video")
    wanted = order("b.mp4")
    await site.store.add(wanted)
    async with site.worker():
        progress = await site.ended(wanted)

    assert (State.FAILED, "ERROR_REASON_SOURCE_UNUSABLE", "b.mp4 cannot be decoded as a video") == (
        progress.state,
        progress.failure_reason,
        progress.failure_message,
    )
    assert not (site.folder / "found").exists()


async def test_a_frame_that_brings_out_a_bug_is_counted(site: Site) -> None:
    """As is one that the detector takes for broken; the others are judged."""
    site.screen.faults = {5: [Internal(incident="1")], 7: [ImageBroken(format="BMP")]}
    wanted = order("a.mp4")
    await site.store.add(wanted)
    async with site.worker():
        progress = await site.ended(wanted)
    [source] = site.found(wanted, "job.json")["sources"]

    assert (20, 2) == (progress.done, progress.broken)
    assert {"ERROR_REASON_INTERNAL": 1, "ERROR_REASON_IMAGE_BROKEN": 1} == source["broken_reasons"]
