"""Jobs at a gateway that sees what workers find: reviewed, reported, and nothing on trust."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from client import AsyncSureface
from client.cli import main
from client.types import Job, Photo, Review, ReviewState
from faces.errors import FieldInvalid
from gateway.jobs.documents import RECORDS
from gateway.worker.app import open_app as open_worker
from gateway.worker.config import Config as WorkerConfig
from tests.backends import HERE
from tests.processes import Process
from tests.review_house import PROBE, SAME, House, house, say

ORDER: dict[str, Any] = {
    "scene": "search_prefilter",
    "collection_id": "wanted",
    "case_id": "2026-118",
    "purpose": "a test",
    "operator_id": "olga",
    "paths": ["pictures"],
}


@contextlib.asynccontextmanager
async def searched(
    here: House, folder: Path, **more: Any
) -> AsyncIterator[tuple[Process, AsyncSureface, Job]]:
    """A gateway and a job that a worker has done: somebody wanted is on one of its pictures."""
    media, found = folder / "media", folder / "found"
    (media / "pictures").mkdir(parents=True)
    (media / "pictures" / "1.png").write_bytes(PROBE)
    settings = WorkerConfig(
        **HERE,  # type: ignore[arg-type]  # checked by Config
        **here.addresses,  # type: ignore[arg-type]  # likewise
        data=folder / "worker",
        media=media,
        jobs=folder / "jobs.sqlite",
        output=found,
        idle_s=0.05,
    )
    async with here.gateway(MEDIA=media, OUTPUT=found) as (process, mesh):
        job = await mesh.submit_job(**ORDER, **more)
        async with open_worker(settings):
            [*_, job] = [state async for state in mesh.watch_job(job_id=job.job_id)]
        yield process, mesh, job


async def opened(mesh: AsyncSureface) -> list[Review]:
    """Review items, once there are any."""
    async with asyncio.timeout(60):
        while True:
            if items := [each async for each in mesh.list_reviews()]:
                return items
            await asyncio.sleep(0.1)


async def report(process: Process, page: Path) -> int:
    """Write the report of the case; the command's code."""
    runner = CliRunner(env={"SUREFACE_ADDRESS": f"127.0.0.1:{process.port}"})
    words = ["case", "report", "2026-118", "--reader", "judge", "--out", str(page)]
    result = await asyncio.to_thread(
        runner.invoke, main, [*words, "--deadline", "120"], prog_name="sureface"
    )
    return result.exit_code


@pytest.mark.timeout(300)
async def test_a_track_is_reviewed_and_reported(tmp_path: Path) -> None:
    """By two people who are not its searcher; once a record is changed, the report says so."""
    page = tmp_path / "case.html"
    async with house(tmp_path) as here, searched(here, tmp_path) as (process, mesh, job):
        asked: dict[str, Any] = {"job_id": job.job_id, "operator_id": "mia"}
        [item] = await mesh.open_job_reviews(**asked, top=3)
        [again] = await mesh.open_job_reviews(**asked, ranks=[1])
        states = [await say(mesh, item.review_id, who, **SAME) for who in ("anna", "boris")]
        whole, text = await report(process, page), page.read_text()
        file = Path(job.result_path) / RECORDS
        file.write_bytes(file.read_bytes().replace(b'"rank":1', b'"rank":2', 1))
        broken, worse = await report(process, page), page.read_text()

    assert (job.job_id, 1, item) == (item.job_id, item.track_rank, again)
    assert [ReviewState.OPEN, ReviewState.CONFIRMED] == states
    assert (0, 8) == (whole, broken)
    for words in (job.job_id, "pictures/1.png", "anna", "boris", "mia", "data:image/png"):
        assert words in text, words
    assert "Review items without a decision" not in text
    assert f"{RECORDS} line 1: its content does not fit its hash" in worse


@pytest.mark.timeout(300)
async def test_a_job_has_its_best_hits_reviewed(tmp_path: Path) -> None:
    """As it was told when it was submitted; a gateway that sees no findings takes no such job."""
    async with house(tmp_path) as here:
        async with here.gateway(MEDIA=tmp_path) as (_, mesh):
            with pytest.raises(FieldInvalid, match="review_count"):
                await mesh.submit_job(**ORDER | {"paths": ["media"]}, review_count=5)
        async with searched(here, tmp_path, review_count=5) as (_, mesh, job):
            items = await opened(mesh)

    assert (5, [(job.job_id, 1)]) == (
        job.review_count,
        [(item.job_id, item.track_rank) for item in items],
    )


@pytest.mark.timeout(300)
async def test_who_was_deleted_does_not_come_back_by_a_job(tmp_path: Path) -> None:
    """A worker's crop of them becomes no item, also once somebody else has their name."""
    async with house(tmp_path) as here, searched(here, tmp_path) as (_, mesh, job):
        await mesh.delete_person(collection_id="wanted", person_id="p-1")
        asked: dict[str, Any] = {"job_id": job.job_id, "operator_id": "mia"}
        first = await mesh.open_job_reviews(**asked, top=3)
        await mesh.enroll_person(
            scene="alarm_review", collection_id="wanted", person_id="p-1", photos=[Photo(PROBE)]
        )
        then = await mesh.open_job_reviews(**asked, top=3)
        with pytest.raises(FieldInvalid, match="track 1 names one who is not"):
            await mesh.open_job_reviews(**asked, ranks=[1])

    assert ([], []) == (list(first), list(then))
