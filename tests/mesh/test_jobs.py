"""Jobs on a real mesh: real videos, real workers, and SIGKILL."""

import asyncio
import json
import random
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import pytest_asyncio

from client import AsyncSureface
from client.types import Job, JobState
from tests.footage import record
from tests.mesh.mesh import Mesh, mesh
from tests.records import kept
from tests.workers import fingerprints, worker

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(600)]

FRAMES = 40
LEASE_S = 2
"""Short, so that an heir need not wait."""


@pytest.fixture(name="media", scope="module")
def _media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("jobs") / "media"
    folder.mkdir()
    record(folder, frames=FRAMES)
    return folder


@pytest_asyncio.fixture(name="running", scope="module", loop_scope="module")
async def _running(tmp_path_factory: pytest.TempPathFactory, media: Path) -> AsyncIterator[Mesh]:
    folder = tmp_path_factory.mktemp("mesh")
    found = {"MEDIA": media, "OUTPUT": folder / "found"}
    async with mesh(folder, gateway=found) as running:
        await running.enrol("wanted", p1="obama")
        yield running


def client_of(running: Mesh) -> AsyncSureface:
    return AsyncSureface(f"127.0.0.1:{running.processes['gateway'].port}")


async def submit(client: AsyncSureface) -> Job:
    return await client.submit_job(
        scene="search_prefilter",
        collection_id="wanted",
        case_id="case-7",
        purpose="test",
        operator_id="Searcher",
        paths=["door.mp4", "yard.mkv", "pictures"],
    )


async def ended(client: AsyncSureface, job: Job) -> Job:
    """The last of what is told of a job."""
    async with asyncio.timeout(300):
        return [state async for state in client.watch_job(job_id=job.job_id)][-1]


def found(job: Job, name: str) -> Any:
    return json.loads((Path(job.result_path) / name).read_text(encoding="utf-8"))


def modes_in(folder: Path) -> tuple[set[int], set[int]]:
    """Who may read the files of a folder, and itself and its folders."""
    everything = [folder, *folder.rglob("*")]
    files = {stat.S_IMODE(each.stat().st_mode) for each in everything if each.is_file()}
    return files, {stat.S_IMODE(each.stat().st_mode) for each in everything if each.is_dir()}


@pytest_asyncio.fixture(name="undisturbed", scope="module", loop_scope="module")
async def _undisturbed(running: Mesh, media: Path) -> Job:
    """A job that one worker did from beginning to end."""
    async with client_of(running) as client, worker(running, media):
        return await ended(client, await submit(client))


async def test_a_job_finds_who_was_in_view(undisturbed: Job) -> None:
    """Each person is one track, the likeliest first; frames are counted, broken ones, too."""
    tracks = found(undisturbed, "tracks.json")
    about = found(undisturbed, "job.json")

    assert JobState.SUCCEEDED is undisturbed.state
    total = 2 * FRAMES + 30 + FRAMES + 3
    assert (total, total, 1) == (
        undisturbed.total_frame_count,
        undisturbed.done_frame_count,
        undisturbed.broken_frame_count,
    )
    judged = {each["path"]: each["judged_frame_count"] for each in about["sources"]}
    assert {"door.mp4": 2 * FRAMES + 30, "yard.mkv": FRAMES}.items() <= judged.items()
    [broken] = [each for each in about["sources"] if each["broken_frame_count"]]
    assert ("pictures/broken.png", {"ERROR_REASON_IMAGE_FORMAT": 1}) == (
        broken["path"],
        broken["broken_reasons"],
    )
    assert "no proof of identity" in about["statement"]
    by_path = {name: [t for t in tracks if t["path"] == name] for name in judged}
    assert (2, 1) == (len(by_path["door.mp4"]), len(by_path["pictures/obama3.jpg"]))
    first = tracks[0]
    assert ("review", "reviewers", "p1") == (
        first["verdict"],
        first["rule"],
        first["candidates"][0]["person_id"],
    )
    weights = [track["weight"] for track in tracks]
    assert sorted(weights, reverse=True) == weights
    assert undisturbed.track_count == len(tracks) == tracks[-1]["rank"]


async def test_who_is_blurred_is_ranked_all_the_same(undisturbed: Job) -> None:
    """A track that the scene would refuse says so, and is not left out."""
    blurred = [t for t in found(undisturbed, "tracks.json") if t["path"] == "yard.mkv"]

    assert blurred
    assert {False} == {track["passes_gates"] for track in blurred}
    assert {"reject"} == {track["verdict"] for track in blurred}


async def test_parquet_holds_the_same(undisturbed: Job) -> None:
    """Row by row what the JSON says."""
    table = pq.read_table(Path(undisturbed.result_path) / "tracks.parquet")

    assert found(undisturbed, "tracks.json") == table.to_pylist()


async def test_faces_are_for_nobody_else(undisturbed: Job) -> None:
    """Folders are 0700, files 0600; there is a crop for each track."""
    modes, folders = modes_in(Path(undisturbed.result_path))
    folder = Path(undisturbed.result_path)
    crops = [folder / track["crop"] for track in found(undisturbed, "tracks.json")]

    assert all(crop.read_bytes().startswith(b"\x89PNG") for crop in crops)
    assert ({0o600}, {0o700}) == (modes, folders)


async def test_a_job_is_on_record(undisturbed: Job, running: Mesh) -> None:
    """Who asked, why, and for each track what was concluded by which version of the policy."""
    [submitted] = [each for each in kept(running.folder) if each["kind"] == "job_submitted"]
    [folder] = running.folder.glob("worker-*")
    tracks = [each for each in kept(folder) if each["kind"] == "job_track"]

    assert ("searcher", "case-7", "test") == (
        submitted["operator_id"],
        submitted["case_id"],
        submitted["purpose"],
    )
    assert undisturbed.track_count == len(tracks)
    assert {undisturbed.policy_version} == {each["policy_version"] for each in tracks}
    assert {undisturbed.job_id} == {each["job_id"] for each in tracks}


async def test_the_best_tracks_go_to_people(undisturbed: Job, running: Mesh) -> None:
    """Their crops first; the case tells of the job, and every line of it has its record."""
    async with client_of(running) as client:
        items = await client.open_job_reviews(job_id=undisturbed.job_id, operator_id="mia", top=2)
        opened = await client.open_review(review_id=items[0].review_id, reviewer_id="ann")
        case = await client.get_case(case_id="case-7", reader_id="judge")

    tracks = found(undisturbed, "tracks.json")
    hits = [t for t in tracks if t["passes_gates"] and t["verdict"] == "review"][:2]
    assert [each["rank"] for each in hits] == [item.track_rank for item in items]
    assert (Path(undisturbed.result_path) / hits[0]["crop"]).read_bytes() == opened.probe
    [told] = [each for each in case.jobs if each.job.job_id == undisturbed.job_id]
    assert told.chain
    assert (True, len(tracks) + 1) == (told.chain.intact, told.chain.record_count)
    *records, end = [json.loads(each.line) for each in told.records]
    assert [t["quality"] for t in tracks] == [each["quality"] for each in records]
    assert undisturbed.done_frame_count == end["done_frame_count"]


async def test_killed_workers_change_nothing(undisturbed: Job, running: Mesh, media: Path) -> None:
    """SIGKILL at random instants, again and again: the same tracks, bit for bit."""
    chance = random.Random(6)  # noqa: S311  # repeatable, not secret
    async with client_of(running) as client:
        job = await submit(client)
        done = asyncio.create_task(ended(client, job))
        kills = 0
        while kills < 4 and not done.done():
            async with worker(running, media, LEASE_S=LEASE_S) as process:
                await asyncio.wait({done}, timeout=chance.uniform(0.2, 3))
                kills += not done.done()
                process.kill()
        async with (
            worker(running, media, LEASE_S=LEASE_S),
            worker(running, media, LEASE_S=LEASE_S),
        ):
            last = await done

    assert kills > 0
    assert JobState.SUCCEEDED is last.state
    assert (undisturbed.done_frame_count, undisturbed.broken_frame_count) == (
        last.done_frame_count,
        last.broken_frame_count,
    )
    assert fingerprints(Path(undisturbed.result_path)) == fingerprints(Path(last.result_path))


async def test_who_cancels_keeps_what_was_found(running: Mesh, media: Path) -> None:
    """The folder says that it is not complete."""
    async with client_of(running) as client:
        job = await submit(client)
        async with worker(running, media):
            async for state in client.watch_job(job_id=job.job_id):
                if state.done_frame_count:
                    await client.cancel_job(job_id=job.job_id)
                    break
            last = await ended(client, job)

    assert JobState.CANCELLED is last.state
    assert last.done_frame_count < last.total_frame_count
    assert not found(last, "job.json")["complete"]
    assert last.track_count == len(found(last, "tracks.json"))
