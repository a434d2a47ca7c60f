"""``chaos``: replicas are killed in turn, a few seconds apart, while callers go on.

Every service has two replicas. One of them gets SIGKILL, is started again within a second, and
serves again; a few seconds later it is the next one's turn. Callers ask what has a right answer,
and enrol people; some wait for their answers, others come whenever they come. In the end everybody
whose enrolment was acknowledged must be in every gallery, once.
"""

import asyncio
import itertools
import random
import time

from bench.operations.bench import Bench, row
from bench.operations.play import played
from bench.operations.site import Site
from bench.operations.tally import Tally, show
from bench.results import Row

NAME = "chaos"

_PAUSE_S = 3.0
"""From a replica that serves again to the next kill: time for callers to notice."""

_AWAY_S = 1.0


async def killed(mesh: Site, tally: Tally, until_s: float) -> None:
    """Kill replicas in turn."""
    for replica in itertools.cycle(mesh.services):
        await asyncio.sleep(_PAUSE_S)
        if time.monotonic() >= until_s:
            return
        tally.happens(f"{replica.service} killed")
        await replica.kill()
        await asyncio.sleep(random.uniform(0, _AWAY_S))  # noqa: S311  # a moment
        await replica.up()


def rows(tally: Tally) -> list[Row]:
    """What is recorded."""
    facts = (
        ("wrong answers", len(tally.wrong), "≤ 0", ""),
        ("acknowledged enrolments lost", len(tally.lost), "≤ 0", ""),
        ("failed calls", tally.failed_percent, "≤ 0.1", "%"),
        ("processes that died by themselves or met a bug", len(tally.faults), "≤ 0", ""),
        ("replicas killed", sum(n for e, n in tally.events.items() if "killed" in e), "", ""),
        ("calls", tally.asked, "", ""),
        ("enrolments acknowledged", tally.answered["EnrollPerson"], "", ""),
        ("answers without the enhancer", tally.degraded, "", ""),
    )
    return [row(NAME, metric, reached, goal, unit) for metric, reached, goal, unit in facts]


async def run(seconds: int, seed: int) -> list[Row]:
    """Kill for a while."""
    tally = await played(NAME, killed, seconds=seconds, seed=seed, gateways=1, drain_s=0)
    show(tally)
    return rows(tally)


BENCH = Bench(
    name=NAME,
    summary="replicas are killed in turn under load",
    proof=600,
    unit="seconds",
    run=run,
)
