"""``python -m bench.enhancement``: what it costs a caller that a probe is enhanced.

One mesh, two scenes that differ in `enhance_below` only: nothing is enhanced in one, everything in
the other, whatever it looks like. Callers take turns between them, so a busy minute hits both.
"""

import argparse
import asyncio
import contextlib
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from rich.progress import track

from bench import DATA, load, mesh, photos
from bench.load import Run
from bench.photos import PhotoSet
from bench.results import Row, record, show
from bench.rounds import CALLERS
from bench.scenes.memory import Held, watched
from bench.sides import COLLECTION, SCENE, enroll
from client import AsyncSureface
from client.types import Identification
from evaluation.enhancement.scenes import FILE

COMMAND = "python -m bench.enhancement"

_ENHANCER = "enhancer"

WITHOUT, WITH = "never_enhanced", "always_enhanced"
"""Scenes."""

PHOTOS = {1: 70, CALLERS: 280}
"""Of a round, by the number of callers."""

GOALS = {1: "≤ 2.5"}
"""Of the 95th percentile's ratio: what one caller waits for is the sum of the parts."""


class NotEnhanced(Exception):
    """A scene did not do what it is here for, so its times mean nothing."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """Lists of one length for each number of callers, round by round."""

    without: dict[int, list[Run]] = field(default_factory=lambda: {n: [] for n in PHOTOS})
    enhanced: dict[int, list[Run]] = field(default_factory=lambda: {n: [] for n in PHOTOS})
    held: Held = field(default_factory=Held)
    """Memory of the enhancer."""


def policies(path: Path) -> None:
    """Write the table of both scenes."""
    shipped = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    row = shipped[SCENE] | {"min_quality": 0.0, "min_enhanced_similarity": -1.0}
    table = {
        SCENE: shipped[SCENE],
        WITHOUT: row | {"enhance_below": 0},
        WITH: row | {"enhance_below": 1},
    }
    path.write_text(yaml.safe_dump(table), encoding="utf-8")


async def measure(photo_set: PhotoSet, *, rounds: int) -> Rounds:
    """Start the mesh, look whether it does as told, run the rounds."""
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        policies(folder / "policies.yaml")
        options = ["--enhancer", _ENHANCER, "--fusion", "fusion"]
        options += ["--policies", str(folder / "policies.yaml")]
        running = stack.enter_context(mesh.running(options=options))
        client = await stack.enter_async_context(AsyncSureface(running.address))
        await enroll(client, photo_set.people)
        probes = [each for each in photo_set.probes if await _comparable(client, each)]
        print(f"{photo_set.name}: {len(probes)} probes, enhanced in one scene and not in the other")
        own = {_ENHANCER: running.pids[_ENHANCER]}
        measured = Rounds(held=await stack.enter_async_context(watched(own)))
        for _ in track(range(rounds), "rounds", disable=not sys.stderr.isatty()):
            for callers, count in PHOTOS.items():
                few = load.repeated(probes, count)
                measured.without[callers].append(await _run(client, WITHOUT, few, callers))
                measured.enhanced[callers].append(await _run(client, WITH, few, callers))
    return measured


async def _comparable(client: AsyncSureface, photo: Path) -> bool:
    """Whether both scenes search for a face in the photo."""
    plain, enhanced = [await _identify(client, scene, photo) for scene in (WITHOUT, WITH)]
    if plain.candidate is None or enhanced.candidate is None:
        return False
    if plain.decision.enhanced or not enhanced.decision.enhanced:
        raise NotEnhanced(f"{photo.name}: {plain.decision.enhanced}, {enhanced.decision.enhanced}")
    return True


async def _identify(client: AsyncSureface, scene: str, photo: Path) -> Identification:
    return await client.identify(scene=scene, probe=photo, collection_id=COLLECTION)


async def _run(client: AsyncSureface, scene: str, some: Sequence[Path], callers: int) -> Run:
    async def ask(photo: Path) -> None:
        await _identify(client, scene, photo)

    return await load.awaited(ask, some, callers=callers)


def rows(name: str, measured: Rounds) -> list[Row]:
    """What is recorded of one set of photos."""
    found = []
    for callers in PHOTOS:
        who = "one caller" if callers == 1 else f"{callers} callers"
        without, enhanced = measured.without[callers], measured.enhanced[callers]
        pairs = list(zip(enhanced, without, strict=True))
        times = statistics.median(run.p95_ms / other.p95_ms for run, other in pairs)
        slower = statistics.median(run.per_s / other.per_s for run, other in pairs)
        wait = statistics.median(run.p95_ms for run in enhanced)
        found += [
            _row(f"{name}, {who}: 95 % of a call, enhanced", wait, unit="ms"),
            _row(f"{name}, {who}: 95 % of a call, enhanced, times not", times, GOALS.get(callers)),
            _row(f"{name}, {who}: throughput, enhanced, times not", slower),
        ]
    held = f"{name}: resident memory of the enhancer, most"
    return [*found, _row(held, measured.held.most(_ENHANCER), unit="MiB")]


def _row(metric: str, reached: float, goal: str | None = None, unit: str = "") -> Row:
    return Row(
        metric=metric, goal=goal or "", reached=round(reached, 3), unit=unit, command=COMMAND
    )


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with lfw/pairs.csv")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--people", type=int, default=60, help="of LFW")
    arguments = parser.parse_args()
    for photo_set in photos.available(arguments.data, count=arguments.people):
        found = rows(photo_set.name, asyncio.run(measure(photo_set, rounds=arguments.rounds)))
        show(found)
        record("enhancement", found)


if __name__ == "__main__":
    main()
