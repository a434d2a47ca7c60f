"""``soak``: three Compare calls a second for an hour, and nothing grows.

The pace of the access-control site that the project's source articles describe. Calls arrive by
chance and wait for nobody; memory is looked at once a second.
"""

import asyncio
from functools import partial
from itertools import cycle

from bench import mesh
from bench.operations import loops
from bench.operations.asking import counted
from bench.operations.bench import Bench, row
from bench.operations.progress import passing, shown
from bench.operations.tally import Tally, show
from bench.operations.truth import PICTURES
from bench.results import Row
from bench.scenes.memory import Held, watched
from client import AsyncSureface

NAME = "soak"

PER_S = 3.0

_SCENE = "access_control"
"""Opens no review items: those would be kept, and are meant to grow."""

_PAIRS = (("obama", "obama2"), ("obama", "biden"), ("obama3", "obama2"), ("biden", "obama3"))


def rows(tally: Tally, held: Held) -> list[Row]:
    """What is recorded."""
    growths = [
        row(NAME, f"resident memory of the {name}, growth", held.growth(name), "≤ 1.03")
        for name in held.mib
    ]
    return [
        row(NAME, "failed calls", tally.failed.total(), "≤ 0"),
        row(NAME, "calls answered", tally.answered.total()),
        *growths,
        *(
            row(NAME, f"resident memory of the {n}, most", held.most(n), "", "MiB")
            for n in held.mib
        ),
    ]


async def run(seconds: int, seed: int) -> list[Row]:
    """Compare for a while."""
    tally, over, pairs = Tally(), asyncio.Event(), cycle(_PAIRS)
    with mesh.running() as running:
        async with AsyncSureface(running.address) as client:

            async def ask() -> None:
                first, second = (PICTURES[name] for name in next(pairs))
                call = partial(client.compare, scene=_SCENE, first=first, second=second)
                await counted(tally, "Compare", call)

            async with (
                watched(running.pids) as held,
                shown(NAME, tally.facts, passing(seconds)),
                asyncio.TaskGroup() as group,
            ):
                group.create_task(loops.opened(ask, per_s=PER_S, over=over, seed=seed))
                await asyncio.sleep(seconds)
                over.set()
    show(tally)
    return rows(tally, held)


BENCH = Bench(
    name=NAME,
    summary="an hour of three Compare calls a second",
    proof=3600,
    unit="seconds",
    run=run,
)
