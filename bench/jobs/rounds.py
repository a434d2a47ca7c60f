"""Jobs that are done while workers and Redis die, and what became of them."""

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.jobs.crew import PART_FRAMES, Crew
from client import AsyncSureface
from client.types import Job, JobState
from tests.footage import record
from tests.mesh.mesh import mesh
from tests.redises import redis_server
from tests.workers import fingerprints

COLLECTION = "wanted"

_LONGEST = (0.1, 2.0)
"""A kill comes within so much after the last one: soon or later, counted in the time that a part
takes. So kills meet work, on a machine of any speed."""


@dataclass
class Tally:
    """What was done, and what went wrong."""

    kills: Counter[str] = field(default_factory=Counter)
    """By what was killed."""

    jobs: int = 0
    """Those that were compared with the undisturbed one."""

    frames: int = 0
    """Of one job."""

    frames_per_second: float = 0.0
    """Of the undisturbed job, with one worker."""

    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Done:
    """A job that has ended, and hashes of what it found."""

    job: Job
    found: Mapping[str, str]


async def run(
    store: str,
    kills: int,
    tally: Tally,
    *,
    folder: Path,
    frames: int,
    seed: int,
    after: Callable[[], None] = lambda: None,
) -> None:
    """Do one job undisturbed, then others while something dies, until enough was killed.

    Args:
        store: ``sqlite`` or ``redis``.
        kills: How many, at least.
        tally: Is kept up job by job.
        folder: For everything; empty.
        frames: Of each person in the footage.
        seed: What is drawn; when the kills come is up to the machine, too.
        after: Called after each kill and each job.
    """
    chance = random.Random(seed)  # noqa: S311  # repeatable, not secret
    media = folder / "media"
    paths = record(media, frames=frames)
    async with _site(store, folder, media) as (client, crew):
        before = await _undisturbed(client, crew, paths, tally)
        part_s = PART_FRAMES / tally.frames_per_second
        while tally.kills.total() < kills:
            crew.begin()
            job = await _submitted(client, paths)
            done = asyncio.create_task(_ended(client, job))
            while not done.done() and tally.kills.total() < kills:
                wait_s = part_s * chance.uniform(0, chance.choice(_LONGEST))
                await asyncio.wait({done}, timeout=wait_s)
                if not done.done():
                    tally.kills[await crew.kill(chance)] += 1
                    after()
            _compare(before, await done, tally)
            await crew.end()
            after()


@contextlib.asynccontextmanager
async def _site(store: str, folder: Path, media: Path) -> AsyncIterator[tuple[AsyncSureface, Crew]]:
    """A mesh with somebody enrolled, and a crew that has not begun."""
    with contextlib.ExitStack() as stack:
        server = None
        settings: dict[str, Any] = {"MEDIA": media}
        if store == "redis":
            server = stack.enter_context(redis_server(folder / "redis"))
            settings["JOBS_REDIS"] = server.url
        async with mesh(folder, gateway=settings) as running:
            await running.enrol(COLLECTION, p1="obama")
            crew = Crew(running, media, server)
            async with AsyncSureface(f"127.0.0.1:{running.processes['gateway'].port}") as client:
                try:
                    yield client, crew
                finally:
                    await crew.end()


async def _undisturbed(client: AsyncSureface, crew: Crew, paths: list[str], tally: Tally) -> Done:
    crew.begin(1)
    job = await _submitted(client, paths)
    began_s, first = 0.0, 0
    async for state in client.watch_job(job_id=job.job_id):
        if state.done_frame_count and not began_s:
            began_s, first = time.perf_counter(), state.done_frame_count
        if state.done_frame_count > first:
            took_s = time.perf_counter() - began_s
            tally.frames_per_second = (state.done_frame_count - first) / took_s
        job = state
    await crew.end()
    if job.state is not JobState.SUCCEEDED:
        raise RuntimeError(f"the undisturbed job is {job.state.value}: {job.failure_message}")
    tally.frames = job.total_frame_count
    return Done(job, fingerprints(Path(job.result_path)))


async def _submitted(client: AsyncSureface, paths: list[str]) -> Job:
    return await client.submit_job(
        scene="search_prefilter",
        collection_id=COLLECTION,
        case_id="bench",
        purpose="benchmark",
        operator_id="bench",
        paths=paths,
    )


async def _ended(client: AsyncSureface, job: Job) -> Done:
    async for state in client.watch_job(job_id=job.job_id):
        job = state
    return Done(job, fingerprints(Path(job.result_path)) if job.result_path else {})


def _compare(before: Done, after: Done, tally: Tally) -> None:
    tally.jobs += 1
    for name in ("state", "total_frame_count", "done_frame_count", "broken_frame_count"):
        was, now = getattr(before.job, name), getattr(after.job, name)
        if was != now:
            tally.faults.append(f"job {tally.jobs}: {name} is {now}, not {was}")
    for file in before.found.keys() | after.found.keys():
        if before.found.get(file) != after.found.get(file):
            tally.faults.append(f"job {tally.jobs}: {file} is another one")
