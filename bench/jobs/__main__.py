"""``python -m bench.jobs --store redis``: kill -9 of workers and their store, and nothing changes.

One worker does a job over two videos and a folder undisturbed. Then two workers do the same again
and again, while one of them, or Redis, is killed at random instants and started again. What each
job found is compared with the undisturbed one, file by file, byte by byte, and so are its counts.
"""

import argparse
import asyncio
import sys
import tempfile
import traceback
from pathlib import Path

from bench.jobs.rounds import Tally, run
from bench.results import FOLDER, Row, record, show

PROOF = 50
"""Kills from which on a run is kept."""

STORES = {"sqlite": "SQLite", "redis": "Redis"}

FRAMES = 8
"""Of each person in the footage."""


def rows(store: str, tally: Tally) -> list[Row]:
    """What is recorded."""
    command = f"python -m bench.jobs --store {store} --kills {PROOF}"
    name = f"jobs, kill -9, {STORES[store]}"
    facts = (
        ("differences to the undisturbed job", "≤ 0", len(tally.faults), ""),
        ("kills", f"≥ {PROOF}", tally.kills.total(), ""),
        ("kills of Redis among them", "", tally.kills["Redis"], ""),
        ("jobs compared", "", tally.jobs, ""),
        ("frames of each", "", tally.frames, ""),
        ("one worker, undisturbed", "", round(tally.frames_per_second, 1), "frames/s"),
    )
    return [
        Row(metric=f"{name}: {metric}", goal=goal, reached=reached, unit=unit, command=command)
        for metric, goal, reached, unit in facts
    ]


def play(store: str, kills: int, seed: int, frames: int) -> Tally:
    """Kill, and say so."""
    tally = Tally()

    def after() -> None:
        killed = ", ".join(f"{name} {count}" for name, count in tally.kills.items())
        print(f"killed: {killed}; jobs {tally.jobs}, faults {len(tally.faults)}", flush=True)

    with tempfile.TemporaryDirectory(prefix="sureface-jobs-") as folder:
        try:
            asyncio.run(
                run(
                    store,
                    kills,
                    tally,
                    folder=Path(folder),
                    frames=frames,
                    seed=seed,
                    after=after,
                )
            )
        except Exception as error:  # noqa: BLE001  # a run that breaks off proves nothing
            traceback.print_exc()
            tally.faults.append(f"the run broke off: {error!r}")
    return tally


def keep(store: str, asked: int, tally: Tally, folder: Path = FOLDER) -> None:
    """Keep the numbers of what was to be a proof, also of one that failed."""
    found = rows(store, tally)
    show(found)
    if asked >= PROOF:
        record("scenes", found, folder)
    else:
        print(f"not kept: a run that is kept has {PROOF} kills")


def main() -> int:
    """Play, print, and keep the numbers of a proof."""
    parser = argparse.ArgumentParser(prog="python -m bench.jobs", description=__doc__)
    parser.add_argument("--store", choices=STORES, required=True)
    parser.add_argument("--kills", type=int, default=PROOF, help=f"kept from {PROOF} on")
    parser.add_argument("--seed", type=int, default=6, help="of what is drawn at random")
    parser.add_argument("--frames", type=int, default=FRAMES, help="of each person")
    arguments = parser.parse_args()
    tally = play(arguments.store, arguments.kills, arguments.seed, arguments.frames)
    for fault in tally.faults:
        print(f"FAULT {fault}")
    keep(arguments.store, arguments.kills, tally)
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
