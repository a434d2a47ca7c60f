"""Callers of a mesh of replicas, while something befalls it."""

import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench.operations import enrolling, loops, truth
from bench.operations.asking import Asking
from bench.operations.enrolling import Enrolling
from bench.operations.progress import passing, shown
from bench.operations.site import Site, site, without_enhancer
from bench.operations.tally import Tally
from client import AsyncSureface

CALLERS = 3
"""Who wait for their answer."""

PER_S = 1.0
"""Calls a second that wait for nobody."""

_ENROLMENTS = 0.15
"""Share of calls."""

Befall = Callable[[Site, Tally, float], Awaitable[None]]
"""Happens until a moment by `time.monotonic`, or a little longer; all serve when it returns."""


async def played(
    name: str, befall: Befall, *, seconds: int, seed: int, gateways: int, drain_s: float
) -> Tally:
    """Let callers call while something happens; count how they fare, and who is there then."""
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="sureface-bench-") as folder:
        async with (
            site(Path(folder), tally, gateways=gateways, drain_s=drain_s) as mesh,
            AsyncSureface(mesh.address) as client,
        ):
            mixed = await _prepared(Path(folder), mesh, client, tally, seed)
            async with shown(name, tally.facts, passing(seconds)):
                await _under_load(mesh, tally, befall, mixed, seconds=seconds, seed=seed)
            await enrolling.settle(mixed.enrolling)
            await enrolling.audit(mixed.enrolling, mesh.replicas("gallery"))
            everybody = [*mesh.services, *mesh.gateways]
            tally.faults += [f"{each.name} is gone" for each in everybody if not each.alive]
    return tally


class Mixed:
    """Asks, and now and then enrols."""

    def __init__(self, asking: Asking, enrolling: Enrolling, seed: int) -> None:
        self.asking = asking
        self.enrolling = enrolling
        self._chance = random.Random(seed)  # noqa: S311  # repeatable, not secret

    async def __call__(self) -> None:
        """Make one call."""
        await (self.enrolling if self._chance.random() < _ENROLMENTS else self.asking)()


async def _prepared(
    folder: Path, mesh: Site, client: AsyncSureface, tally: Tally, seed: int
) -> Mixed:
    """Enrol those who are asked for, and learn the right answers."""
    await truth.enrolled(client)
    await client.create_collection(collection_id=enrolling.COLLECTION)
    async with (
        without_enhancer(folder, mesh, tally) as gateway,
        AsyncSureface(gateway.address) as bare,
    ):
        right = await truth.learned(client, bare)
    return Mixed(Asking(client, right, tally, seed=seed), Enrolling(client, tally), seed)


async def _under_load(
    mesh: Site, tally: Tally, befall: Befall, mixed: Mixed, *, seconds: int, seed: int
) -> None:
    over = asyncio.Event()
    until_s = time.monotonic() + seconds
    async with asyncio.TaskGroup() as group:
        group.create_task(loops.closed(mixed, callers=CALLERS, over=over))
        group.create_task(loops.opened(mixed, per_s=PER_S, over=over, seed=seed))
        await befall(mesh, tally, until_s)
        over.set()
