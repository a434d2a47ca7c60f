"""``python -m bench.startup``: how soon the whole mesh serves, and what it holds in memory.

A start is what ``sureface up`` does on a machine that has just been asked for it: from
its first process until all services say SERVING. Memory is resident memory after
`CALLS` identifications by one caller, from a collection of the people in the photos.
"""

import argparse
import asyncio
import statistics
import sys
from pathlib import Path

import psutil
from rich.progress import track

from bench import DATA, load, mesh, photos, sides
from bench.photos import PhotoSet
from bench.results import Row, record, show, table
from client import AsyncSureface

CALLS = 200

COMMAND = "python -m bench.startup"

MIB = 2**20


def starts(count: int) -> list[float]:
    """Seconds until everything serves, for `count` meshes one after another."""
    seconds = []
    for _ in track(range(count), "starts", disable=not sys.stderr.isatty()):
        with mesh.running() as running:
            seconds.append(running.started_s)
    return seconds


async def memory_mib(photo_set: PhotoSet) -> dict[str, float]:
    """Resident memory of each service after `CALLS` identifications."""
    with mesh.running() as running:
        async with AsyncSureface(running.address) as client:
            await sides.enroll(client, photo_set.people)
            probes = load.repeated(photo_set.probes, CALLS)
            await load.awaited(lambda photo: sides.identify(client, photo), probes, callers=1)
        return {
            service: psutil.Process(pid).memory_info().rss / MIB
            for service, pid in running.pids.items()
        }


def rows(seconds: list[float], memory: dict[str, float]) -> list[Row]:
    """What is recorded."""
    start = Row(
        metric="Whole mesh: start to serving, median",
        goal="≤ 5",
        reached=round(statistics.median(seconds), 2),
        unit="s",
        command=COMMAND,
    )
    return [
        start,
        *(
            Row(
                metric=f"{service}: resident memory after {CALLS} identifications",
                reached=round(mib),
                unit="MiB",
                command=COMMAND,
            )
            for service, mib in memory.items()
        ),
    ]


def main() -> None:
    """Measure, print the table for the README, keep the numbers."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with lfw/pairs.csv")
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    seconds = starts(arguments.runs)
    print("starts: " + ", ".join(f"{s:.2f} s" for s in seconds))
    memory = asyncio.run(memory_mib(photos.available(arguments.data, count=200)[0]))
    cells = [[service, f"{mib:.0f} MiB"] for service, mib in memory.items()]
    print(table([["service", "resident memory"], *cells]))
    found = rows(seconds, memory)
    show(found)
    record("mesh", found)


if __name__ == "__main__":
    main()
