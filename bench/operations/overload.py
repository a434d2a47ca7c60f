"""``overload``: five times as many calls arrive as can be answered.

First, callers who wait for their answers find out how much can be answered. Then Identify calls
arrive by chance, five times as many, whatever becomes of those before. Answers that come in time
count; the rest is to be refused at once, with a reason, and what waits must not pile up. Callers
share the cores with the mesh, so making and refusing calls costs answers, too.
"""

import asyncio
import functools
import time
from dataclasses import dataclass, field

import numpy as np

from bench import mesh
from bench.operations import loops, truth
from bench.operations.asking import counted
from bench.operations.bench import Bench, row
from bench.operations.tally import Tally, show
from bench.operations.truth import Question
from bench.results import Row
from bench.scenes.memory import Held, watched
from client import AsyncSureface

NAME = "overload"

TIMES = 5
"""What arrives, of what can be answered."""

DEADLINE_S = 5.0
"""Of each call."""

_CALLERS = 16
"""More than enough to keep the mesh busy."""

_WARM_S = 5.0

_CAPACITY = 0.25
"""Share of the time in which capacity is measured."""

_QUESTION = Question("access_control", "obama2")


@dataclass(slots=True)
class Phase:
    """A while of calls of one kind."""

    tally: Tally = field(default_factory=Tally)
    waits_s: list[float] = field(default_factory=list)
    """Of answered calls."""

    took_s: float = 0.0
    """For as long as calls began."""

    in_time: int = 0
    """Answers while calls began: what comes afterwards was asked of a mesh at rest."""

    @property
    def per_s(self) -> float:
        """Answers a second."""
        return self.in_time / self.took_s


async def phase(client: AsyncSureface, seconds: float, *, per_s: float = 0.0, seed: int) -> Phase:
    """Ask for a while: so many calls a second, or with 0, callers who wait for their answers."""
    made, over = Phase(), asyncio.Event()

    async def ask() -> None:
        began_s = time.monotonic()
        if await counted(made.tally, _QUESTION.call, lambda: truth.asked(client, _QUESTION)):
            made.waits_s.append(time.monotonic() - began_s)
            made.in_time += not over.is_set()

    async with asyncio.TaskGroup() as group:
        if per_s:
            group.create_task(loops.opened(ask, per_s=per_s, over=over, seed=seed))
        else:
            group.create_task(loops.closed(ask, callers=_CALLERS, over=over))
        began_s = time.monotonic()
        await asyncio.sleep(seconds)
        over.set()
        made.took_s = time.monotonic() - began_s
    return made


def rows(capacity: Phase, over: Phase, held: Held) -> list[Row]:
    """What is recorded."""
    total = Held({"all": [sum(each) for each in zip(*held.mib.values(), strict=True)]})
    refused = sum(n for (_, _, reason), n in over.tally.failed.items() if "QUEUE_FULL" in reason)
    p50, p99 = np.quantile(over.waits_s, [0.5, 0.99]) * 1000
    facts = (
        ("answers, of what can be answered", 100 * over.per_s / capacity.per_s, "≥ 90", "%"),
        ("time of an answered call, 99 %", float(p99), f"≤ {1000 * DEADLINE_S:.0f}", "ms"),
        ("time of an answered call, median", float(p50), "", "ms"),
        ("resident memory of all processes, growth", total.growth("all"), "≤ 1.1", ""),
        ("resident memory of all processes, most", total.most("all"), "", "MiB"),
        ("can be answered", capacity.per_s, "", "calls/s"),
        ("arrived", over.tally.asked / over.took_s, "", "calls/s"),
        ("refused at once", 100 * refused / over.tally.asked, "", "%"),
        ("failed otherwise", over.tally.failed.total() - refused, "", "calls"),
    )
    return [row(NAME, metric, reached, goal, unit) for metric, reached, goal, unit in facts]


async def run(seconds: int, seed: int) -> list[Row]:
    """Measure what can be answered, then ask for more."""
    with mesh.running() as running:
        async with AsyncSureface(running.address, deadline_s=DEADLINE_S) as client:
            await truth.enrolled(client)
            ask = functools.partial(phase, client, seed=seed)
            await ask(_WARM_S)
            capacity = await ask(seconds * _CAPACITY)
            print(f"{capacity.per_s:.1f} calls/s can be answered", flush=True)
            rest_s, per_s = seconds * (1 - _CAPACITY), TIMES * capacity.per_s
            async with watched(running.pids) as held:
                over = await ask(rest_s, per_s=per_s)
    for name, made in (("capacity", capacity), (f"{TIMES} times as much", over)):
        print(name)
        show(made.tally)
    return rows(capacity, over, held)


BENCH = Bench(
    name=NAME,
    summary=f"{TIMES} times as much is asked as can be answered",
    proof=240,
    unit="seconds",
    run=run,
)
