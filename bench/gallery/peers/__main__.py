"""``python -m bench.gallery.peers``: milvus-lite, pgvector and Qdrant's engine, at equal recall.

Each side is called through its own client, by callers in a process of their own: ours
through its gRPC service, milvus-lite through its own, pgvector through a Unix socket, and
Qdrant's engine without any server. Each peer is given the least effort with which it finds
what is asked for, or the most that it takes; then ours and it take turns.
"""

import argparse
import contextlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.progress import track

from bench.gallery import plots
from bench.gallery.callers import calling
from bench.gallery.crowd import FOLDER, Crowd, gathered, recall
from bench.gallery.database import database
from bench.gallery.lines import Client, running
from bench.gallery.search import size
from bench.gallery.served import serving
from bench.gallery.waits import AREA, Waits, row, speed, turned
from bench.results import ROOT, Row, record, show

COMMAND = "python -m bench.gallery.peers"

WANTED = 0.995
"""recall@10, over clean, degraded and unmated probes."""

CALLERS = {1: 40, 16: 120}
"""Callers, and calls of a round of a peer. Ours makes as many."""

PROBES = FOLDER / "face-probes.npz"


@dataclass(frozen=True, slots=True)
class Peer:
    """Somebody to be measured against."""

    name: str
    module: str
    efforts: Sequence[int]
    """Of its search (``ef``), rising; the last is the most that it takes, or that is sane."""

    apart: bool = True
    """Whether it lives in an environment of its own."""


PEERS = (
    Peer("milvus-lite 3.2, HNSW", "milvus", (128, 512, 1024, 2048, 4096), apart=False),
    Peer("pgvector 0.8, HNSW", "pgvector", (64, 128, 256, 512, 1000)),
    Peer("Qdrant's engine (edge 0.9), HNSW", "qdrant", (64, 128, 256, 512, 1024, 2048, 3072, 4096)),
)


@dataclass(slots=True)
class Compared:
    """A peer and ours, in turns."""

    peer: Peer
    points: list[tuple[float, float]] = field(default_factory=list)
    """recall@10 and searches a second of all callers, by effort."""

    effort: int = 0
    ours: dict[int, list[Waits]] = field(default_factory=lambda: {c: [] for c in CALLERS})
    theirs: dict[int, list[Waits]] = field(default_factory=lambda: {c: [] for c in CALLERS})


def swept(compared: Compared, client: Client, crowd: Crowd) -> None:
    """Raise the effort until enough is found, or there is no more."""
    for effort in compared.peer.efforts:
        compared.effort = effort
        found, waits = client.found(callers=16, effort=effort)
        share = recall(found, crowd.best, 10)
        compared.points.append((share, waits.per_s))
        print(f"{compared.peer.name}: ef {effort}: recall@10 {share:.4f}, {waits.per_s:.0f}/s")
        if share >= WANTED:
            return


def compare(peer: Peer, us: Client, crowd: Crowd, *, rounds: int, python: Path) -> Compared:
    """Fill a peer, find its effort, and let both take turns."""
    count = len(crowd.templates)
    folder = ROOT / ".cache" / f"peer-{peer.module}-{count}"
    module = [python if peer.apart else sys.executable, "-m", f"bench.gallery.peers.{peer.module}"]
    compared = Compared(peer)
    with running([*module, folder, PROBES]) as them:
        took_s = them.fill(FOLDER / "face.npy", count)
        print(f"{peer.name}: ready after {took_s:.0f} s")
        swept(compared, them, crowd)
        for number in track(range(rounds), "rounds"):
            for callers, calls in CALLERS.items():
                for side in turned(["ours", "theirs"], number):
                    client, effort = (us, 0) if side == "ours" else (them, compared.effort)
                    waits = client.search(callers=callers, calls=calls, effort=effort)
                    getattr(compared, side)[callers].append(waits)
    return compared


def rows(label: str, compared: Compared) -> list[Row]:
    """What is recorded of one peer."""
    name, found = f"{label}: {compared.peer.name}", compared.points[-1][0]
    rows = []
    for callers in CALLERS:
        times = speed(compared.ours[callers], compared.theirs[callers])
        many = f"{callers} caller{'s' * (callers > 1)}"
        metric = f"{label}: searches a second of {many}, times {compared.peer.name}"
        rows.append(row(COMMAND, metric, times, "≥ 2", digits=2))
        theirs = Waits.of(compared.theirs[callers]).per_s
        rows.append(row(COMMAND, f"{name}: searches of {many}", theirs, unit="/s", digits=1))
    rows.append(row(COMMAND, f"{name}: recall@10", found, digits=4))
    rows.append(row(COMMAND, f"{name}: ef", compared.effort))
    return rows


def draw(label: str, compared: Sequence[Compared], ours: float) -> None:
    """Searches a second over what they find."""
    with plots.plot("gallery/peers") as [axes]:
        for each in compared:
            shares, per_s = zip(*each.points, strict=True)
            axes.plot(shares, per_s, marker="o", label=each.peer.name)
        most = max(Waits.of(each.ours[16]).per_s for each in compared)
        axes.plot([ours], [most], marker="*", markersize=12, linestyle="", label="ours, served")
        axes.axvline(WANTED, color="0.6", linestyle=":")
        axes.set(yscale="log", xlabel="recall@10", ylabel="searches/s, 16 callers")
        axes.set_title(f"{label} face-like templates, all probes")
        axes.legend()


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--count", type=int, default=200_000, help="templates")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--python", type=Path, default=ROOT / ".cache" / "peers" / "bin" / "python")
    parser.add_argument("--peers", nargs="+", default=[peer.module for peer in PEERS])
    parser.add_argument("--try", dest="only_try", action="store_true", help="keep nothing")
    arguments = parser.parse_args()
    label = size(arguments.count)
    crowd = gathered("face", arguments.count)
    with contextlib.ExitStack() as stack:
        served = stack.enter_context(serving(database(crowd.templates, label)))
        us = stack.enter_context(calling(served.address, PROBES))
        ours = recall(us.found(callers=16)[0], crowd.best, 10)
        found = [
            compare(peer, us, crowd, rounds=arguments.rounds, python=arguments.python)
            for peer in PEERS
            if peer.module in arguments.peers
        ]
    lines = [each for one in found for each in rows(label, one)]
    lines.append(row(COMMAND, f"{label}: our service: recall@10", ours, digits=4))
    show(lines)
    if not arguments.only_try:
        draw(label, found, ours)
        record(AREA, lines)


if __name__ == "__main__":
    main()
