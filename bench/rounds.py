"""Rounds in which every side does the same work in turn, so that a busy minute hits all."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench import batches, load
from bench.direct import Direct
from bench.load import Run
from bench.mesh import Mesh
from bench.rival import Rival
from bench.sides import identify
from client import AsyncSureface

CALLERS = 8
"""How many are many."""

PHOTOS_ONE, PHOTOS_MANY, PHOTOS_RIVAL = 70, 280, 28
"""Photos in a round: of one caller, of `CALLERS`, and of the rival, who takes long."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Who takes part."""

    mesh: Mesh
    client: AsyncSureface
    direct: Direct
    rival: Rival | None
    """None if it is not installed."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """All rounds over one set of photos. Lists of one length, round by round."""

    mesh_one: list[Run] = field(default_factory=list)
    direct_one: list[Run] = field(default_factory=list)
    mesh_many: list[Run] = field(default_factory=list)
    direct_many: list[Run] = field(default_factory=list)
    rival: list[Run] = field(default_factory=list)
    """On all cores; empty if it is not installed."""

    batch_means: list[dict[str, float]] = field(default_factory=list)
    """By batcher, while the mesh had `CALLERS`."""

    async def add(self, sides: Sides, photos: Sequence[Path]) -> None:
        """Run one round."""

        async def ask(photo: Path) -> None:
            await identify(sides.client, photo)

        few, many = (load.repeated(photos, count) for count in (PHOTOS_ONE, PHOTOS_MANY))
        work = sides.direct.identify
        self.direct_one.append(load.threaded(work, few, callers=1))
        self.mesh_one.append(await load.awaited(ask, few, callers=1))
        self.direct_many.append(load.threaded(work, many, callers=CALLERS))
        before = batches.read(sides.mesh)
        self.mesh_many.append(await load.awaited(ask, many, callers=CALLERS))
        self.batch_means.append(batches.means(before, batches.read(sides.mesh)))
        if sides.rival:
            self.rival.append(sides.rival.identify(load.repeated(photos, PHOTOS_RIVAL)))


def median(runs: Sequence[Run]) -> Run:
    """The middle of each number."""
    return Run(
        per_s=statistics.median(run.per_s for run in runs),
        p50_ms=statistics.median(run.p50_ms for run in runs),
        p95_ms=statistics.median(run.p95_ms for run in runs),
    )


def speed(runs: Sequence[Run], against: Sequence[Run]) -> float:
    """How many times as many photos a second: the median over rounds."""
    pairs = zip(runs, against, strict=True)
    return statistics.median(run.per_s / other.per_s for run, other in pairs)


def added_ms(runs: Sequence[Run], to: Sequence[Run]) -> float:
    """How much longer half of the calls take: the median over rounds."""
    pairs = zip(runs, to, strict=True)
    return statistics.median(run.p50_ms - other.p50_ms for run, other in pairs)
