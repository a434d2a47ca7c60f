"""``python -m bench.gallery.service``: what gRPC adds to an index, and how soon it is back.

One blocking caller asks the real process, which stands on a SQLite file, and the same
index in this process, call by call in turns: either has been idle while the other worked,
and finds its caches as cold. (In a loop of its own, without a pause, the index takes a
quarter less.) Starts find the file in the page cache: they measure the gallery, not the
disk.
"""

import argparse
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.gallery.callers import searching
from bench.gallery.crowd import BEST, Crowd, gathered
from bench.gallery.database import database, snapshots
from bench.gallery.search import size
from bench.gallery.served import serving, stub
from bench.gallery.source import shelved
from bench.gallery.waits import AREA, Waits, endless, in_turns, one_by_one, row, some, times
from bench.results import Row, record, show
from faces.embedding import Vectors
from services.gallery.matches import ANYHOW
from services.gallery.shelf import Shelf

COMMAND = "python -m bench.gallery.service"

BATCHES = {1: 400, 64: 30}
"""Probes of a call, and calls of either side."""

NAMES = {"shelf": "its index in-process, persons ranked", "index": "its index in-process, bare"}
"""Both readings of the service's own index."""


def life(path: Path, label: str) -> list[Row]:
    """Start without a snapshot, stop, start with one, stop: how long each takes."""
    shutil.rmtree(snapshots(path), ignore_errors=True)
    with serving(path) as first:
        built_s = first.started_s
        saved_s = first.stop()
    with serving(path) as second:
        back_s = second.started_s
        resident = second.resident_mib()
        stopped_s = second.stop()
    start, stop = f"{label}: start to SERVING", f"{label}: stop"
    return [
        row(COMMAND, f"{start}, from a snapshot", back_s, "≤ 15", unit="s", digits=1),
        row(COMMAND, f"{start}, no snapshot: all is built anew", built_s, unit="s", digits=1),
        row(COMMAND, f"{stop}, nothing to save", stopped_s, unit="s", digits=2),
        row(COMMAND, f"{stop}, a whole snapshot to write", saved_s, unit="s", digits=2),
        row(COMMAND, f"{label}: resident memory after a start", resident, unit="MiB", digits=0),
    ]


def sides(calling: Any, crowd: Crowd, shelf: Shelf, batch: int) -> dict[str, Callable[[], Waits]]:
    """The service, its index as a shelf that ranks persons, and its index alone: one call each."""
    vectors = crowd.probes.vectors
    batches = [vectors[at : at + batch] for at in range(0, len(vectors) - batch + 1, batch)]
    queue = endless(batches)
    asks: dict[str, Callable[[Vectors], object]] = {
        "service": lambda probes: calling.SearchPersons(searching(probes)),
        "shelf": lambda probes: shelf.search(probes, BEST, ANYHOW, line=0.3),
        "index": lambda probes: shelf.index.nearest(probes, BEST),
    }
    return {
        name: lambda ask=ask: one_by_one(ask, some(queue, 1))  # type: ignore[misc]  # its default is its type
        for name, ask in asks.items()
    }


def latency(path: Path, crowd: Crowd, label: str, *, rounds: int) -> list[Row]:
    """What the service adds to its own index, for each size of a call."""
    shelf, rows = shelved(crowd.templates), []
    with serving(path) as served, stub(served.address) as calling:
        for batch, calls in BATCHES.items():
            every = sides(calling, crowd, shelf, batch)
            for side, name in NAMES.items():
                pair = {"service": every["service"], side: every[side]}
                in_turns(pair, rounds=2)
                rows += added(
                    f"{label}: {batch} a call", name, in_turns(pair, rounds=rounds * calls)
                )
        searched = f"{label}: resident memory after thousands of searches"
        resident = served.resident_mib()
        rows.append(row(COMMAND, searched, resident, unit="MiB", digits=0))
    return rows


def added(label: str, name: str, waits: Mapping[str, Sequence[Waits]]) -> list[Row]:
    """The service against one reading of "its own index"."""
    [service, index] = waits.values()
    times_as_long = times(service, index)
    took = {"service": Waits.of(service).ms(), name: Waits.of(index).ms()}
    return [
        row(COMMAND, f"{label}: service, times {name}", times_as_long, "≤ 1.2"),
        *(
            row(COMMAND, f"{label}: {side}, median, in turns with {other}", ms, unit="ms")
            for (side, ms), other in zip(took.items(), reversed(took), strict=True)
        ),
    ]


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="templates")
    parser.add_argument("--rounds", type=int, default=1, help="times as many calls")
    parser.add_argument("--try", dest="only_try", action="store_true", help="keep nothing")
    arguments = parser.parse_args()
    label = size(arguments.count)
    crowd = gathered("face", arguments.count)
    path = database(crowd.templates, label)
    rows = [
        *life(path, label),
        *latency(path, crowd, label, rounds=arguments.rounds),
    ]
    show(rows)
    if not arguments.only_try:
        record(AREA, rows)


if __name__ == "__main__":
    main()
