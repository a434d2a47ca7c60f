"""``python -m bench.gallery.batching_served``: sixteen callers of the service, against one.

The same question as `batching`, as a system asks it: through gRPC, from a process of
callers beside the service. Replies leave one after the other, so those who were answered
together do not come back together: batches are smaller than in one process.
"""

import argparse
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import track

from bench.gallery import many
from bench.gallery.callers import calling
from bench.gallery.crowd import FOLDER, gathered
from bench.gallery.database import copied, database, planned
from bench.gallery.many import CALLERS, CALLS, PLANS, Rounds
from bench.gallery.search import size
from bench.gallery.served import Served, serving, settled
from bench.gallery.waits import AREA
from bench.results import ROOT, record, show

COMMAND = "python -m bench.gallery.batching_served"


def measure(served: Served, calls: tuple[int, int], *, rounds: int) -> Rounds:
    """Let one caller and all callers search in turns."""
    measured = Rounds()
    with calling(served.address, FOLDER / "face-probes.npz") as client:
        for _ in track(range(rounds), "rounds"):
            measured.alone.append(client.search(callers=1, calls=calls[0]))
            before = served.batches()
            measured.callers.append(client.search(callers=CALLERS, calls=calls[1]))
            after = served.batches()
            measured.probes += after.items - before.items
            measured.batches += round(after.count - before.count)
    return measured


@contextmanager
def searched(path: Path, plan: str) -> Iterator[Path]:
    """A database that is searched by a plan of `PLANS`, while the block runs."""
    wanted = PLANS[plan]
    if wanted is None:
        yield path
        return
    copy = copied(path, ROOT / ".cache" / "gallery-copy")
    try:
        planned(copy, wanted)
        yield copy
    finally:
        shutil.rmtree(copy.parent)


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="templates")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="of one scan")
    parser.add_argument("--try", dest="only_try", action="store_true", help="keep nothing")
    arguments = parser.parse_args()
    label, rows = size(arguments.count), []
    path = database(gathered("face", arguments.count).templates, label)
    for plan in PLANS:
        measured = {}
        with searched(path, plan) as database_path:
            for threads in arguments.threads:
                with serving(database_path, INDEX_THREADS=threads) as served:
                    settled(database_path)
                    measured[threads] = measure(served, CALLS[plan], rounds=arguments.rounds)
        rows += many.rows(COMMAND, f"{label}, {plan}", measured, ", served")
    show(rows)
    if not arguments.only_try:
        record(AREA, rows)


if __name__ == "__main__":
    main()
