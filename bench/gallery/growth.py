"""``python -m bench.gallery.growth``: what a search costs as a collection grows.

Collections of all sizes are held at once and searched in turns, one probe and 64 at a time,
through the shelf that ranks persons. Each is searched as the gallery itself would: up to
10,000 templates are scored one and all, more of them in two stages.
"""

import argparse
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import psutil
from rich.progress import track

from bench.facelike.files import read_probes
from bench.gallery import plots
from bench.gallery.crowd import BEST, FOLDER
from bench.gallery.larger import opened
from bench.gallery.search import size
from bench.gallery.source import shelved
from bench.gallery.waits import AREA, Waits, endless, one_by_one, row, some, turned
from bench.results import Row, record, show
from faces.embedding import Vectors
from services.gallery.matches import ANYHOW
from services.gallery.shelf import Shelf

COMMAND = "python -m bench.gallery.growth"

SIZES = (10_000, 100_000, 1_000_000, 5_000_000)

BATCHES = {1: 20, 64: 1}
"""Probes of a call, and calls of a round."""

GIB = 2**30

_EACH_BYTES = 1600
"""About what the gallery takes for a template, in the index and beside it."""


@dataclass(slots=True)
class Grown:
    """What one size costs."""

    shelf: Shelf
    waits: dict[int, list[Waits]] = field(default_factory=lambda: {b: [] for b in BATCHES})
    """By probes of a call."""

    def probe_ms(self, batch: int) -> float:
        """Of each probe of a call, median."""
        return Waits.of(self.waits[batch]).ms() / batch


def fitting(sizes: Sequence[int], free: int) -> list[int]:
    """Those sizes that fit into so many bytes, all at once."""
    kept = []
    for count in sizes:
        free -= count * _EACH_BYTES
        if free > 0:
            kept.append(count)
    return kept


def measure(sizes: Sequence[int], *, rounds: int) -> dict[int, Grown]:
    """Build all sizes, and search them in turns."""
    grown = {count: Grown(shelved(opened(count))) for count in sizes}
    vectors = read_probes(FOLDER / "face-probes.npz").vectors
    queues = {
        batch: endless([vectors[at : at + batch] for at in range(0, len(vectors) - batch, batch)])
        for batch in BATCHES
    }
    for number in track(range(rounds), "rounds"):
        for count in turned(sizes, number):
            for batch, calls in BATCHES.items():
                ask = asking(grown[count].shelf)
                grown[count].waits[batch].append(one_by_one(ask, some(queues[batch], calls)))
    return grown


def asking(shelf: Shelf) -> Callable[[Vectors], object]:
    """Search a shelf for the best of each probe."""
    return lambda probes: shelf.search(probes, BEST, ANYHOW, line=0.3)


def rows(grown: dict[int, Grown]) -> list[Row]:
    """What is recorded."""
    found = []
    for less, more in itertools.pairwise(grown):
        for batch in BATCHES:
            cost = [grown[count].probe_ms(batch) / count for count in (less, more)]
            metric = (
                f"cost of a search per template, {batch} a call: {size(more)}, times {size(less)}"
            )
            found.append(row(COMMAND, metric, cost[1] / cost[0], "≤ 1"))
    for count, one in grown.items():
        for batch in BATCHES:
            metric = f"{size(count)}: a probe of {batch} a call, median"
            found.append(row(COMMAND, metric, one.probe_ms(batch), unit="ms"))
        memory = one.shelf.index.memory_bytes() / count
        found.append(
            row(COMMAND, f"{size(count)}: index, a template", memory, unit="bytes", digits=0)
        )
    return found


def draw(grown: dict[int, Grown]) -> None:
    """Latency and memory over size."""
    counts = list(grown)
    with plots.plot("gallery/growth", columns=2) as [times, memory]:
        for batch in BATCHES:
            took = [grown[count].probe_ms(batch) for count in counts]
            times.plot(counts, took, marker="o", label=f"{batch} a call")
        times.set(xscale="log", yscale="log", xlabel="templates", ylabel="ms a probe, median")
        times.set_title("A search, one thread")
        times.legend()
        held = [grown[count].shelf.index.memory_bytes() / GIB for count in counts]
        memory.plot(counts, held, marker="o", color="C2")
        memory.set(xscale="log", yscale="log", xlabel="templates", ylabel="GiB")
        memory.set_title("Its index")


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--try", dest="only_try", action="store_true", help="keep nothing")
    arguments = parser.parse_args()
    sizes = fitting(arguments.sizes, psutil.virtual_memory().available - 2 * GIB)
    if sizes != arguments.sizes:
        print(f"memory is free for {', '.join(map(size, sizes))} only")
    grown = measure(sizes, rounds=arguments.rounds)
    found = rows(grown)
    show(found)
    if not arguments.only_try:
        draw(grown)
        record(AREA, found)


if __name__ == "__main__":
    main()
