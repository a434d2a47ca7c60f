"""What a worker makes of files: who is in them, and what cannot be read."""

import math
from dataclasses import replace

import pytest

from faces.calibration import accept_line
from faces.errors import ImageBroken, Internal
from gateway.calibrations.loaded import Loaded
from gateway.jobs.job import State
from tests.calibrations import CONTRACT, calibration
from tests.jobs import order
from tests.jobsites import Site
from tests.records import kept
from tests.unit.door import POLICY


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


@pytest.mark.parametrize("calibrated", [True, False])
async def test_a_target_comes_to_a_line_for_those_who_are_enrolled(
    site: Site, *, calibrated: bool
) -> None:
    """As with a search, at the moment in which the gallery is searched; without data to no line."""
    fitted = calibration()
    target = replace(POLICY, accept=math.inf, target_fpir=0.02)
    wanted = order("a.mp4", policy=target, contract_id=CONTRACT)
    there = replace(site, calibrations=Loaded({CONTRACT: fitted} if calibrated else {}))
    await site.store.add(wanted)
    async with there.worker():
        await site.ended(wanted)
    first, _ = site.found(wanted, "tracks.json")
    *tracks, end = kept(site.folder)

    line = accept_line(target, fitted, await site.screen.size("people"))
    expected = ("match", line.similarity, fitted.version) if calibrated else ("review", None, None)
    accept = end["accept_line"]
    assert expected == (first["verdict"], accept["similarity"], tracks[0]["calibration"])
    assert (0.02, 1) == (accept["target_fpir"], accept["persons"])
    assert accept == site.found(wanted, "job.json")["accept_line"]
    assert (first["candidates"][0]["log_likelihood_ratio"] is not None) == calibrated
