"""``python -m bench.pipeline``: what it costs to be a mesh, and what a rival costs.

Three sides identify the same photos in turns: the mesh through its gateway, the same
models called in one process, and dlib's `face_recognition`. Each has all cores and runs
as is best for it: one thread a model call on both of our sides (two are slower, even for
one caller), one process a core for dlib. Every number is a median over the rounds.
"""

import argparse
import asyncio
import contextlib
import dataclasses
import statistics
import sys
import tempfile
from pathlib import Path

from rich.progress import track

from bench import DATA, mesh, photos, rival, sides
from bench.direct import Direct
from bench.photos import PhotoSet
from bench.results import Row, record, show, table
from bench.rounds import CALLERS, Rounds, Sides, added_ms, median, speed
from client import AsyncSureface

COMMAND = "python -m bench.pipeline"


async def measure(photo_set: PhotoSet, *, rounds: int, rival_python: str) -> Rounds:
    """Start all sides, check that they agree, run the rounds."""
    measured = Rounds()
    async with contextlib.AsyncExitStack() as stack:
        table = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "policies.yaml"
        sides.policies(table)
        running = stack.enter_context(mesh.running(options=("--policies", str(table))))
        client = await stack.enter_async_context(AsyncSureface(running.address))
        people = await sides.enroll(client, photo_set.people)
        direct = Direct(threads=1)
        direct.enroll(people)
        probes = await sides.comparable(client, direct, photo_set)
        print(f"{photo_set.name}: {len(people)} people, {len(probes)} probes: both sides agree")
        other = None
        if rival.is_there(rival_python):
            known = [photo for person in people for photo in person.photos]
            other = stack.enter_context(rival.running(rival_python, known))
        everybody = Sides(running, client, direct, other)
        for _ in track(range(rounds), "rounds", disable=not sys.stderr.isatty()):
            await measured.add(everybody, probes)
    return measured


def rows(name: str, measured: Rounds) -> list[Row]:
    """What is recorded of one set of photos."""
    many, one = median(measured.mesh_many), median(measured.mesh_one)
    versus_direct = speed(measured.mesh_many, measured.direct_many)
    added = added_ms(measured.mesh_one, measured.direct_one)
    found = [
        row(f"{name}: identified by {CALLERS} callers", many.per_s, unit="photos/s"),
        row(f"{name}: time of a call, {CALLERS} callers, median", many.p50_ms, unit="ms"),
        row(f"{name}: time of a call, {CALLERS} callers, 95 %", many.p95_ms, unit="ms"),
        row(f"{name}: time of a call, one caller, median", one.p50_ms, unit="ms"),
        row(f"{name}: time of a call, one caller, 95 %", one.p95_ms, unit="ms"),
        row(f"{name}: throughput of {CALLERS} callers, times one process", versus_direct, "≥ 0.85"),
        row(f"{name}: added to one caller's median by the mesh", added, "≤ 8", "ms"),
    ]
    for batcher in sorted(measured.batch_means[0]):
        mean = statistics.median(means[batcher] for means in measured.batch_means)
        found.append(row(f"{name}: mean batch of {CALLERS} callers, {batcher}", mean, "> 1"))
    if measured.rival:
        times = speed(measured.mesh_many, measured.rival)
        against = row(f"{name}: throughput, times dlib's face_recognition", times, "≥ 5")
        found.append(dataclasses.replace(against, command=f"{COMMAND} --rival PYTHON"))
    return found


def row(metric: str, reached: float, goal: str = "", unit: str = "") -> Row:
    """One number of this command."""
    return Row(metric=metric, goal=goal, reached=round(reached, 3), unit=unit, command=COMMAND)


def show_sides(measured: Rounds) -> None:
    """Print every side as it is."""
    runs = {
        "one process, 1 thread": measured.direct_one,
        "mesh, 1 caller": measured.mesh_one,
        f"one process, {CALLERS} threads": measured.direct_many,
        f"mesh, {CALLERS} callers": measured.mesh_many,
        "dlib, a process a core": measured.rival,
    }
    lines = [["side", "photos/s", "median ms", "95 % ms", "photos/s by round"]]
    for side, each in runs.items():
        if each:
            middle = median(each)
            numbers = [f"{n:.1f}" for n in (middle.per_s, middle.p50_ms, middle.p95_ms)]
            lines.append([side, *numbers, " ".join(f"{run.per_s:.1f}" for run in each)])
    print(table(lines))


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with lfw/pairs.csv")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--people", type=int, default=200, help="of LFW")
    parser.add_argument(
        "--rival", default=sys.executable, help="a Python with face_recognition (extra bench)"
    )
    arguments = parser.parse_args()
    if not rival.is_there(arguments.rival):
        print(rival.MISSING.format(python=arguments.rival))
    for photo_set in photos.available(arguments.data, count=arguments.people):
        measured = asyncio.run(
            measure(photo_set, rounds=arguments.rounds, rival_python=arguments.rival)
        )
        show_sides(measured)
        found = rows(photo_set.name, measured)
        show(found)
        record("mesh", found)


if __name__ == "__main__":
    main()
