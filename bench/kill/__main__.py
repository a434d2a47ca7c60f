"""``python -m bench.kill --store sqlite --rounds 300``: kill -9, and nothing is lost.

In each round, callers add and delete people and templates, and import more, until SIGKILL
comes at a random instant: to the gallery; with Redis, to either of two galleries, to
Redis, or to all. After the restart, what nobody answered is judged: whole or not there;
then it is sent again, by the same id. Then all that is stored and all that is found is
compared with all that callers were told.
"""

import argparse
import asyncio
import sys
import traceback
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bench.kill import rounds
from bench.kill.tally import Tally
from bench.results import FOLDER, Row, record, show

PROOF = 300
"""Rounds from which on a run is kept."""

_SHOWN = 20

STORES = {"sqlite": "SQLite", "redis": "Redis"}


def rows(store: str, tally: Tally) -> list[Row]:
    """What is recorded."""
    command = f"python -m bench.kill --store {store} --rounds {PROOF}"
    name = f"kill -9 rounds, {STORES[store]}"
    facts = (
        ("acknowledged writes lost", "≤ 0", len(tally.losses)),
        ("rounds", f"≥ {PROOF}", tally.rounds),
        ("acknowledged writes", "", tally.acknowledged),
        ("acknowledged deletions among them", "", tally.deletions),
    )
    return [
        Row(metric=f"{name}: {metric}", goal=goal, reached=reached, command=command)
        for metric, goal, reached in facts
    ]


def play(store: str, count: int, seed: int) -> Tally:
    """Play rounds behind a progress bar."""
    tally = Tally()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[facts]}"),
    )
    with Progress(*columns, disable=not sys.stderr.isatty()) as progress:
        bar = progress.add_task(f"kill -9, {STORES[store]}", total=count, facts="")

        told = 0

        def after() -> None:
            nonlocal told
            for loss in tally.losses[told:]:
                progress.print(f"LOSS in round {tally.rounds}: {loss}", markup=False)
            told = len(tally.losses)
            facts = f"acknowledged {tally.acknowledged}, losses {len(tally.losses)}"
            progress.update(bar, completed=tally.rounds, facts=facts)
            if progress.disable:
                print(f"round {tally.rounds}/{count}, {facts}", flush=True)

        try:
            asyncio.run(rounds.run(store, count, tally, seed=seed, thorough=True, after=after))
        except Exception as error:  # noqa: BLE001  # rounds that break off prove nothing
            traceback.print_exc()
            tally.losses.append(f"the rounds broke off: {error!r}")
    return tally


def tell(tally: Tally) -> None:
    """Print what happened."""
    for title, counter in (("killed", tally.kills), ("seen", tally.seen)):
        print(f"{title}: " + ", ".join(f"{name} {n}" for name, n in counter.most_common()))
    for loss in tally.losses[:_SHOWN]:
        print(f"LOSS {loss}")
    print(
        f"rounds {tally.rounds}, acknowledged {tally.acknowledged} (deletions {tally.deletions}, "
        f"templates added {tally.templates}), losses {len(tally.losses)}"
    )


def keep(store: str, asked: int, tally: Tally, folder: Path = FOLDER) -> None:
    """Keep the numbers of what was to be a proof, also of one that failed.

    Args:
        store: Of `STORES`.
        asked: Rounds that were to be played: a gallery that is lost ends its rounds early.
        tally: Of those that were.
        folder: Of the numbers.
    """
    if asked >= PROOF:
        found = rows(store, tally)
        show(found)
        record("gallery", found, folder)


def main() -> int:
    """Play, print, and keep the numbers of a proof."""
    parser = argparse.ArgumentParser(prog="python -m bench.kill", description=__doc__)
    parser.add_argument("--store", choices=STORES, required=True)
    parser.add_argument("--rounds", type=int, default=PROOF, help=f"kept from {PROOF} on")
    parser.add_argument("--seed", type=int, default=20, help="of what is drawn at random")
    arguments = parser.parse_args()
    tally = play(arguments.store, arguments.rounds, arguments.seed)
    tell(tally)
    keep(arguments.store, arguments.rounds, tally)
    return 1 if tally.losses else 0


if __name__ == "__main__":
    sys.exit(main())
