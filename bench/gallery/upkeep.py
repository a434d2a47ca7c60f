"""``python -m bench.gallery.upkeep``: a compaction's time and memory, and what searches feel of it.

A compaction builds the index anew aside, then has SQLite's file written anew. It is
measured alone, and while one caller searches without a pause. Then 200 templates a second
are added as well, until the index is swapped: writes wait while the file is written. The
database is a copy: the one that other benchmarks read stays as it is.
"""

import argparse
import shutil
import sys
from dataclasses import dataclass, field

import numpy as np
from rich.progress import track

from bench.gallery.callers import Requests, lasting, searches, searching
from bench.gallery.compaction import Compaction, compacted
from bench.gallery.crowd import FOLDER, gathered
from bench.gallery.database import copied, database
from bench.gallery.enrolment import PER_S
from bench.gallery.lines import running
from bench.gallery.search import size
from bench.gallery.served import Served, serving, stub
from bench.gallery.waits import AREA, Waits, endless, row
from bench.results import ROOT, Row, record, show

COMMAND = "python -m bench.gallery.upkeep"

GB = 10**9

_LONGEST_S = 600
"""Of a call: a compaction is measured whole; the command line would ask again every 30 s."""


@dataclass(slots=True)
class Rounds:
    """Compactions, each after a window of rest."""

    alone: list[Compaction] = field(default_factory=list)
    busy: list[Compaction] = field(default_factory=list)
    idle: list[Waits] = field(default_factory=list)
    """Searches of the windows of rest."""


def measure(served: Served, requests: Requests, *, rounds: int, seconds: float) -> Rounds:
    """Compact without anybody, then with; each after a window of searches alone."""
    measured = Rounds()
    module = [sys.executable, "-m", "bench.gallery.adding", served.address]
    with running([*module, FOLDER / "face.npy"]) as client, stub(served.address) as calling:
        client.ask({"per_s": PER_S, "seconds": 1})  # opens connections
        for _ in track(range(rounds), "rounds"):
            measured.alone.append(compacted(served, None, None))
            measured.idle.append(searches(calling, requests, lasting(seconds)))
            measured.busy.append(compacted(served, requests, client))
    return measured


def costs(label: str, measured: Rounds, file_bytes: int) -> list[Row]:
    """What compactions took; `file_bytes` is the size of the database that was written anew."""
    alone, busy = measured.alone, measured.busy
    taken = {
        f"{label}: an index rebuilt aside": [each.rebuild_s for each in alone],
        f"{label}: an index rebuilt aside, beside searches and {PER_S} additions/s": [
            each.rebuild_s for each in busy
        ],
        f"{label}: the database written anew, a GB": [
            each.rewrite_s / (file_bytes / GB) for each in alone
        ],
    }
    before = float(np.median([each.before_mib for each in alone]))
    most = max(each.most_mib for each in (*alone, *busy))
    held = {"before a rebuild": before, "in a rebuild, at most": most}
    return [
        *(row(COMMAND, name, float(np.median(s)), unit="s", digits=1) for name, s in taken.items()),
        *(
            row(COMMAND, f"{label}: resident memory {when}", mib, unit="MiB", digits=0)
            for when, mib in held.items()
        ),
    ]


def felt(label: str, measured: Rounds) -> list[Row]:
    """What callers waited meanwhile."""
    idle = Waits.of(measured.idle)
    rebuilding = Waits.of(each.during for each in measured.busy)
    rewriting = Waits.of(each.after for each in measured.busy)
    found = []
    for what, waits, goal in (
        (f"an index is rebuilt, {PER_S} templates/s added", rebuilding, "≤ 2"),
        ("the database is written anew", rewriting, ""),
    ):
        title = f"{label}, {what}"
        times = waits.ms(99) / idle.ms(99)
        found += [
            row(COMMAND, f"{title}: 99 % of searches, times idle", times, goal),
            row(COMMAND, f"{title}: a search, 99 %", waits.ms(99), unit="ms", digits=2),
            row(COMMAND, f"{title}: the longest search", waits.ms(100), unit="ms", digits=1),
        ]
    return found


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="templates")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10, help="of a window of rest")
    parser.add_argument("--try", dest="only_try", action="store_true", help="keep nothing")
    arguments = parser.parse_args()
    label = size(arguments.count)
    crowd = gathered("face", arguments.count)
    path = copied(database(crowd.templates, label), ROOT / ".cache" / "gallery-copy")
    requests = endless([searching(probe[None]) for probe in crowd.probes.vectors])
    with serving(path, CALL_LIMIT_S=_LONGEST_S) as served:
        measured = measure(served, requests, rounds=arguments.rounds, seconds=arguments.seconds)
        file_bytes = path.stat().st_size
    shutil.rmtree(path.parent)
    found = [*costs(label, measured, file_bytes), *felt(label, measured)]
    show(found)
    if not arguments.only_try:
        record(AREA, found)


if __name__ == "__main__":
    main()
