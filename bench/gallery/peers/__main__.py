"""``python -m bench.gallery.peers``: milvus-lite, pgvector and Qdrant's engine, beside ours.

Each side is called through its own client, by callers in a process of their own: ours
through its gRPC service, milvus-lite through its own, pgvector through a Unix socket, and
Qdrant's engine without any server. Each peer is given the least effort with which it finds
what is asked for, or the most that it takes; then ours and it take turns.
"""

import argparse
import contextlib
import sys
from pathlib import Path

from rich.progress import track

from bench.gallery.callers import calling
from bench.gallery.crowd import FOLDER, Crowd, gathered, recall
from bench.gallery.database import database
from bench.gallery.lines import Client, running
from bench.gallery.peers import DEGREE
from bench.gallery.peers.compared import (
    CALLERS,
    COMMAND,
    PEERS,
    WANTED,
    Compared,
    Peer,
    draw,
    rows,
)
from bench.gallery.search import size
from bench.gallery.served import serving
from bench.gallery.waits import AREA, row, turned
from bench.results import ROOT, record, show

PROBES = FOLDER / "face-probes.npz"


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
    folder = ROOT / ".cache" / f"peer-{peer.module}-{DEGREE}-{count}"
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
        # Of another recall the words are others, too.
        record(AREA, lines, instead_of=[f"times {each.peer.name} (" for each in found])


if __name__ == "__main__":
    main()
