"""``python -m bench.gallery.enrolment``: how long searches take while people are enrolled.

One caller searches the service without a pause. In every other window of time, somebody
else adds 200 templates a second, one a call, each acknowledged once it is on disk and
searchable. The database is a copy: the one that other benchmarks read stays as it is.
"""

import argparse
import shutil
import sys
import threading
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from rich.progress import track

from bench.gallery import plots
from bench.gallery.callers import Requests, lasting, searches, searching
from bench.gallery.crowd import FOLDER, gathered
from bench.gallery.database import copied, database
from bench.gallery.lines import Client, running
from bench.gallery.search import size
from bench.gallery.served import serving, stub
from bench.gallery.waits import AREA, Waits, endless, row, turned
from bench.results import ROOT, Row, record, show

COMMAND = "python -m bench.gallery.enrolment"

PER_S = 200
"""Templates added in a second."""


@dataclass(slots=True)
class Rounds:
    """Windows of both kinds."""

    idle: list[Waits] = field(default_factory=list)
    adding: list[Waits] = field(default_factory=list)
    added: list[Waits] = field(default_factory=list)
    """Calls that add."""


def window(calling: Any, requests: Requests, seconds: float, client: Client) -> tuple[Waits, Waits]:
    """Search while the client adds; both waits."""
    answers: list[dict[str, Any]] = []
    asked: dict[str, object] = {"per_s": PER_S, "seconds": seconds}
    adding = threading.Thread(target=lambda: answers.append(client.ask(asked)))
    adding.start()
    found = searches(calling, requests, lambda: not adding.is_alive())
    adding.join()
    return found, Waits(np.array(answers[0]["waits_s"]), answers[0]["took_s"])


def measure(address: str, requests: Requests, *, rounds: int, seconds: float) -> Rounds:
    """Let windows of both kinds take turns."""
    measured = Rounds()
    module = [sys.executable, "-m", "bench.gallery.adding", address]
    with running([*module, FOLDER / "face.npy"]) as client, stub(address) as calling:
        window(calling, requests, 1, client)  # opens connections
        for number in track(range(rounds), "rounds"):
            for kind in turned(["idle", "adding"], number):
                if kind == "idle":
                    measured.idle.append(searches(calling, requests, lasting(seconds)))
                    continue
                found, added = window(calling, requests, seconds, client)
                measured.adding.append(found)
                measured.added.append(added)
    return measured


def rows(label: str, measured: Rounds) -> list[Row]:
    """What is recorded."""
    idle, adding = Waits.of(measured.idle), Waits.of(measured.adding)
    added = Waits.of(measured.added)
    title = f"{label}, {PER_S} templates/s added"
    found = [
        row(COMMAND, f"{title}: 99 % of searches, times idle", adding.ms(99) / idle.ms(99), "≤ 2"),
        row(COMMAND, f"{title}: templates added a second", added.per_s, unit="/s", digits=1),
        row(COMMAND, f"{title}: an acknowledged add, median", added.ms(), unit="ms", digits=1),
        row(COMMAND, f"{title}: an acknowledged add, 99 %", added.ms(99), unit="ms", digits=1),
    ]
    for name, waits in ((f"{label}, idle", idle), (title, adding)):
        for percent in (50, 99):
            metric = f"{name}: a search, {percent} %"
            found.append(row(COMMAND, metric, waits.ms(percent), unit="ms", digits=2))
    return found


def draw(label: str, measured: Rounds) -> None:
    """How many searches took longer than how long."""
    with plots.plot("gallery/enrolment") as [axes]:
        for name, waits in (("idle", measured.idle), (f"{PER_S} adds/s", measured.adding)):
            percents = np.concatenate([np.arange(0, 99, 1.0), np.arange(99, 99.91, 0.1)])
            took = np.percentile(Waits.of(waits).each_s, percents) * 1000
            axes.plot(took, 1 - percents / 100, label=name)
        axes.set(
            xscale="log", yscale="log", xlabel="ms", ylabel="share of searches that took longer"
        )
        axes.set_title(f"One caller, {label} templates")
        axes.legend()


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="templates")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=10, help="of a window")
    parser.add_argument("--try", dest="only_try", action="store_true", help="keep nothing")
    arguments = parser.parse_args()
    label = size(arguments.count)
    crowd = gathered("face", arguments.count)
    path = copied(database(crowd.templates, label), ROOT / ".cache" / "gallery-copy")
    requests = endless([searching(probe[None]) for probe in crowd.probes.vectors])
    with serving(path) as served:
        measured = measure(
            served.address, requests, rounds=arguments.rounds, seconds=arguments.seconds
        )
    shutil.rmtree(path.parent)
    found = rows(label, measured)
    show(found)
    if not arguments.only_try:
        draw(label, measured)
        record(AREA, found)


if __name__ == "__main__":
    main()
