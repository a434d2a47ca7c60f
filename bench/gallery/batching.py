"""``python -m bench.gallery.batching``: sixteen callers, against one by one without batching.

Both sides use one index in this process. One by one, a caller searches the shelf directly.
The sixteen ask through the batcher that the gallery asks through; each asks again as soon
as it has its answer. Two indexes are measured: an exact scan of fp32 vectors, where one
probe alone waits for memory, and the gallery's own choice of two stages, where it does not.
`batching_served` asks the same through gRPC.
"""

import argparse
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import uvloop
from numpy.typing import NDArray
from rich.progress import track

from bench.gallery import many
from bench.gallery.crowd import BEST, Crowd, gathered
from bench.gallery.many import CALLERS, CALLS, PLANS, Rounds
from bench.gallery.search import size
from bench.gallery.source import COLLECTION, projected
from bench.gallery.waits import AREA, endless, one_by_one, some, together
from bench.results import Row, record, show
from meshkit.batcher import Batcher, BatchLimits
from services.gallery import lookup
from services.gallery.lookup import Question, Reply, Search
from services.gallery.matches import ANYHOW
from services.gallery.projection import Projection

COMMAND = "python -m bench.gallery.batching"

LIMITS = BatchLimits(max_batch=64, max_queued=1024)
"""The gallery's own defaults."""

Probe = NDArray[np.float32]


@asynccontextmanager
async def asking(
    projection: Projection, sizes: list[int], batcher: type[Batcher[Any, Any]] = Batcher
) -> AsyncIterator[Callable[[Probe], Awaitable[object]]]:
    """Search through a batcher, as the gallery does, while the block runs.

    Args:
        projection: What is searched.
        sizes: Takes the number of probes of each batch.
        batcher: Another one may be tried.
    """
    collection = projection.shelf(COLLECTION).collection
    answer = lookup.asking(projection, line=0.3)

    def run(questions: Sequence[Question]) -> Sequence[Reply]:
        sizes.append(len(questions))
        return answer(questions)

    queue: Batcher[Question, Reply] = batcher(run, name="bench", limits=LIMITS, key=lookup.kind)
    async with queue.open() as questions:

        async def ask(probe: Probe) -> None:
            await questions.submit([Search(collection, probe, ANYHOW, BEST)])

        yield ask


async def measure(
    projection: Projection,
    probes: Sequence[Probe],
    calls: tuple[int, int],
    *,
    rounds: int,
    batcher: type[Batcher[Any, Any]] = Batcher,
) -> Rounds:
    """Let both sides search in turns."""
    shelf, measured, queue = projection.shelf(COLLECTION), Rounds(), endless(probes)
    sizes: list[int] = []

    def alone(probe: Probe) -> None:
        shelf.search(probe[None], BEST, ANYHOW, line=0.3)

    async with asking(projection, sizes, batcher) as ask:
        for _ in track(range(rounds), "rounds"):
            measured.alone.append(one_by_one(alone, some(queue, calls[0])))
            measured.callers.append(await together(ask, some(queue, calls[1]), callers=CALLERS))
    measured.probes, measured.batches = sum(sizes), len(sizes)
    return measured


def index_rows(
    crowd: Crowd, plan: str, label: str, *, rounds_each: int, threads: Sequence[int]
) -> list[Row]:
    """One index, with each number of threads."""
    measured = {}
    for count in threads:
        projection = projected(crowd.templates, plan=PLANS[plan], threads=count)
        probes = list(crowd.probes.vectors)
        work = measure(projection, probes, CALLS[plan], rounds=rounds_each)
        measured[count] = uvloop.run(work)
    return many.rows(COMMAND, f"{label}, {plan}", measured)


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="templates")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="of one scan")
    parser.add_argument("--try", dest="only_try", action="store_true", help="keep nothing")
    arguments = parser.parse_args()
    crowd = gathered("face", arguments.count)
    found = [
        each
        for plan in PLANS
        for each in index_rows(
            crowd,
            plan,
            size(arguments.count),
            rounds_each=arguments.rounds,
            threads=arguments.threads,
        )
    ]
    show(found)
    if not arguments.only_try:
        record(AREA, found)


if __name__ == "__main__":
    main()
