"""``python -m bench.scenes``: cameras before a door, recorded frames, two cores.

First one camera, then ten, play people of LFW who pass, every second one of them enrolled by
another photo: two seconds each at five frames a second. Times are those of the camera: from
sending the first frame that shows somebody to hearing the verdict. At last, 1,000 made-up people
cross each other before one camera (`tests.crowd`), through everything but the network.
"""

import argparse
import asyncio
import contextlib
import itertools
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench import DATA, mesh, photos
from bench.photos import PhotoSet
from bench.results import Row, record, show
from bench.scenes.cameras import COLLECTION, SCENE, Played, fit_for, play
from bench.scenes.memory import Held, watched
from bench.scenes.recording import Visit, visits
from client import AsyncSureface
from client.types import Photo
from faces.policy import Verdict
from gateway.records.log import DecisionLog
from tests import crowd

COMMAND = "python -m bench.scenes"

PROOF_S = 600
"""Length of a run that is kept: memory grows slowly."""

ALONE = 1 / 3
"""Share of that for one camera, whose memory is not watched."""

FPS = 5.0
CAMERAS = 10
PEOPLE = 40
SIMULATED = 1000


async def run(photo_set: PhotoSet, *, cameras: int, seconds: float) -> tuple[list[Played], Held]:
    """Let cameras watch for a while."""
    people = visits(photo_set.people, photo_set.probes)
    with mesh.running() as running:
        async with AsyncSureface(running.address) as client, contextlib.AsyncExitStack() as stack:
            await _enroll(client, photo_set, people)
            people = await fit_for(client, people)
            held = await stack.enter_async_context(watched(running.pids))
            until_s = time.perf_counter() + seconds
            played = await asyncio.gather(
                *(
                    play(client, f"camera-{n}", _from(people, n), fps=FPS, until_s=until_s)
                    for n in range(cameras)
                )
            )
    return played, held


async def _enroll(client: AsyncSureface, photo_set: PhotoSet, people: Sequence[Visit]) -> None:
    await client.create_collection(collection_id=COLLECTION)
    for person, visit in zip(photo_set.people, people, strict=True):
        if visit.known:
            await client.enroll_person(
                scene=SCENE,
                collection_id=COLLECTION,
                person_id=person.person_id,
                photos=[Photo(path) for path in person.photos],
            )


def _from(people: Sequence[Visit], number: int) -> list[Visit]:
    """Everybody, each camera beginning with somebody else."""
    return list(itertools.islice(itertools.cycle(people), number, number + len(people)))


def rows(played: Sequence[Played], held: Held) -> list[Row]:
    """What is recorded of one run."""
    name = f"{len(played)} cameras" if len(played) > 1 else "one camera"
    seen = [each for camera in played for each in camera.seen]
    frames = sum(camera.frames for camera in played)
    answered = sum(bool(each.verdicts) for each in seen)
    found = [
        row(f"{name}: visits with several verdicts", sum(len(s.verdicts) > 1 for s in seen), "≤ 0"),
        row(f"{name}: visits with a verdict", 100 * answered / len(seen), "", "%"),
        row(f"{name}: frames dropped", 100 * sum(c.dropped for c in played) / frames, "", "%"),
        row(f"{name}: frames lost", sum(camera.lost for camera in played), "≤ 0"),
    ]
    for verdict in (Verdict.MATCH, Verdict.NO_MATCH):
        told = [pair for each in seen for pair in zip(each.verdicts, each.waited_s, strict=True)]
        if waits := [waited_s for given, waited_s in told if given is verdict]:
            goal = "≤ 500" if len(played) == 1 else ""
            metric = f"{name}: first frame to {verdict.name}, 95 %"
            found.append(row(metric, 1000 * float(np.quantile(waits, 0.95)), goal, "ms"))
    for service in held.mib if len(played) > 1 else ():
        memory = f"{name}: resident memory of the {service}"
        found.append(row(f"{memory}, growth", held.growth(service), "≤ 1.1"))
        found.append(row(f"{memory}, most", held.most(service), "", "MiB"))
    return found


async def simulated() -> list[Row]:
    """The people who are made up."""
    with (
        tempfile.TemporaryDirectory(prefix="sureface-bench-") as folder,
        DecisionLog(Path(folder), sync=lambda _: None) as log,
    ):
        outcome = await crowd.watched(crowd.visits(SIMULATED, seed=9), log)
    name = f"{SIMULATED} simulated visits"
    tracks = sum(verdicts > 1 for verdicts in outcome.by_track.values())
    return [
        row(f"{name}: tracks with several verdicts", tracks, "≤ 0"),
        row(f"{name}: people with several verdicts", outcome.doubles, "≤ 0"),
        row(f"{name}: matches with somebody else", outcome.wrong, "≤ 0"),
        row(f"{name}: people with a verdict", len(outcome.verdicts)),
    ]


def row(metric: str, reached: float, goal: str = "", unit: str = "") -> Row:
    """One number of this command."""
    return Row(metric=metric, goal=goal, reached=round(reached, 3), unit=unit, command=COMMAND)


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with lfw/pairs.csv")
    parser.add_argument(
        "--seconds", type=float, default=PROOF_S, help="of ten cameras; a third for one"
    )
    parser.add_argument(
        "--made-up", action="store_true", help="only the people who are: counts, no times"
    )
    arguments = parser.parse_args()
    if arguments.made_up:
        found = asyncio.run(simulated())
        show(found)
        record("scenes", found)
        return
    photo_set = photos.lfw(arguments.data, count=PEOPLE)
    found = asyncio.run(simulated())
    for cameras, share in ((1, ALONE), (CAMERAS, 1.0)):
        seconds = arguments.seconds * share
        played, held = asyncio.run(run(photo_set, cameras=cameras, seconds=seconds))
        found += rows(played, held)
    show(found)
    if arguments.seconds >= PROOF_S:
        record("scenes", found)
    else:
        print(f"not kept: a run that is kept has {PROOF_S} seconds")


if __name__ == "__main__":
    main()
