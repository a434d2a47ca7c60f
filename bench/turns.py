"""Meshes that identify the same photos side by side, in turns: what one costs over another.

A turn is one run over all photos. In each round another side comes first, so that a busy minute
hits all of them; a cost is the median over rounds.
"""

import argparse
import asyncio
import sys
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from rich.progress import track

from bench import load, photos, sides
from bench.load import Run
from bench.photos import PhotoSet
from bench.results import Row, record, show, table
from bench.rounds import CALLERS
from client import AsyncSureface

Measured = Mapping[str, Sequence[Run]]
"""Runs of each side, by its name. Lists of one length, round by round."""


async def prepared(client: AsyncSureface, photo_set: PhotoSet) -> AsyncSureface:
    """Enrol people, and have the first calls over with: they are slow."""
    await sides.enroll(client, photo_set.people)
    await _identified(client, load.repeated(photo_set.probes, 2 * CALLERS))
    return client


async def in_turns(
    clients: Mapping[str, AsyncSureface], photo_set: PhotoSet, *, rounds: int, calls: int
) -> Measured:
    """Run the rounds.

    Args:
        clients: Of each side's mesh, prepared.
        photo_set: What is identified.
        rounds: How many.
        calls: Photos in a turn.
    """
    probes = load.repeated(photo_set.probes, calls)
    measured: dict[str, list[Run]] = {side: [] for side in clients}
    turns = deque(clients.items())
    for _ in track(range(rounds), "rounds", disable=not sys.stderr.isatty()):
        for side, client in turns:
            measured[side].append(await _identified(client, probes))
        turns.rotate()
    return measured


async def _identified(client: AsyncSureface, probes: Sequence[Path]) -> Run:
    return await load.awaited(lambda photo: sides.identify(client, photo), probes, callers=CALLERS)


def command(
    name: str,
    about: str | None,
    measure: Callable[..., Awaitable[Measured]],
    rows: Callable[[Measured], list[Row]],
) -> None:
    """Measure on the demo photos, print, keep: a whole command.

    Args:
        name: Of the command.
        about: What it says of itself.
        measure: Takes photos, `rounds` and `calls`.
        rows: What is recorded.
    """
    parser = argparse.ArgumentParser(prog=name, description=about)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--calls", type=int, default=140, help="photos in a round of a side")
    parser.add_argument("--dry", action="store_true", help="keep nothing")
    arguments = parser.parse_args()

    async def measuring() -> Measured:
        return await measure(photos.demo(), rounds=arguments.rounds, calls=arguments.calls)

    measured = asyncio.run(measuring())
    show_rounds(measured)
    found = rows(measured)
    show(found)
    if not arguments.dry:
        record("operations", found)


def show_rounds(measured: Measured) -> None:
    """Print every side as it is."""
    lines = [["side", "photos/s by round", "95 % of a call in ms by round"]]
    for side, runs in measured.items():
        speeds = " ".join(f"{run.per_s:.1f}" for run in runs)
        lines.append([side, speeds, " ".join(f"{run.p95_ms:.0f}" for run in runs)])
    print(table(lines))
