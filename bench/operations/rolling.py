"""``rolling``: every process is asked to stop and started again in turn, while callers go on.

As an upgrade does it: SIGTERM, and the next one once the last one serves again. Two gateways, and
callers who know both; two replicas of every service. Callers and questions are those of `chaos`.
"""

import asyncio
import time

from bench.operations.bench import Bench, row
from bench.operations.play import played
from bench.operations.site import Site
from bench.operations.tally import Tally, show
from bench.results import Row

NAME = "rolling"

_DRAIN_S = 5.0
"""As `meshkit.config.ServerConfig.drain_s`: what processes take unless they are told otherwise."""

_PAUSE_S = 3.0
"""From a process that serves again to the next one: time for callers to notice."""


async def restarted(mesh: Site, tally: Tally, until_s: float) -> None:
    """Restart everybody in turn: once, and again while there is time."""
    while True:
        for replica in (*mesh.services, *mesh.gateways):
            await asyncio.sleep(_PAUSE_S)
            tally.happens(f"{replica.service} restarted")
            await replica.terminate()
            await replica.up()
        if time.monotonic() >= until_s:
            return


def rows(tally: Tally) -> list[Row]:
    """What is recorded."""
    facts = (
        ("failed calls", tally.failed.total(), "≤ 0"),
        ("wrong answers", len(tally.wrong), "≤ 0"),
        ("acknowledged enrolments lost", len(tally.lost), "≤ 0"),
        ("processes that did not end with 0, or met a bug", len(tally.faults), "≤ 0"),
        ("processes restarted", sum(n for e, n in tally.events.items() if "restarted" in e), ""),
        ("calls", tally.asked, ""),
    )
    return [row(NAME, metric, reached, goal) for metric, reached, goal in facts]


async def run(seconds: int, seed: int) -> list[Row]:
    """Restart everybody, for that long at least."""
    tally = await played(NAME, restarted, seconds=seconds, seed=seed, gateways=2, drain_s=_DRAIN_S)
    show(tally)
    return rows(tally)


BENCH = Bench(
    name=NAME,
    summary="every process is restarted in turn under load",
    proof=600,
    unit="seconds",
    run=run,
)
