"""``python -m bench.gallery.search``: one caller, against FAISS's exact index called directly.

The gallery's own index answers the same probes as `IndexFlatIP`, in fp32, of one thread:
both as a bare index, and as the shelf that ranks persons over it. Recall is of the shelf
and counts every probe: clean photos, degraded ones, and people whom nobody enrolled.
"""

import argparse
from collections.abc import Callable
from typing import Any

import faiss
import numpy as np
from rich.progress import track

from bench.facelike.files import Probes
from bench.gallery.crowd import BEST, Crowd, Rows, gathered, recall
from bench.gallery.source import row_of, shelved
from bench.gallery.waits import AREA, Waits, endless, in_turns, one_by_one, row, some, times
from bench.results import Row, record, show
from faces.embedding import Vectors
from services.gallery.index import Index
from services.gallery.matches import ANYHOW
from services.gallery.shelf import Shelf

COMMAND = "python -m bench.gallery.search"

THREADS = 1
"""Of either side: neither shares one probe among several."""

PROBES = 8
"""Of a side before it is the other's turn."""


def flat(templates: Vectors) -> Any:
    """FAISS's exact index, filled."""
    index = faiss.IndexFlatIP(templates.shape[1])
    for start in track(range(0, len(templates), 65_536), "IndexFlatIP"):
        index.add(np.ascontiguousarray(templates[start : start + 65_536]))
    return index


def rows_of(shelf: Shelf, probes: Vectors) -> Rows:
    """Rows of those whom a shelf finds, best first."""
    found = np.full((len(probes), BEST), -1, np.int64)
    for place, probe in enumerate(probes):
        [matches] = shelf.search(probe[None], BEST, ANYHOW, line=0.3)
        found[place, : len(matches)] = [row_of(match.person_id) for match in matches]
    return found


def recalls(name: str, found: Rows, best: Rows, probes: Probes, *, goals: bool) -> list[Row]:
    """Recall over all probes and over degraded ones alone."""
    rows = []
    for kind, chosen in (
        ("all probes", np.ones(len(found), np.bool_)),
        ("degraded probes", probes.kinds == "degraded"),
    ):
        for at, goal in ((1, "≥ 0.999"), (10, "≥ 0.995")):
            share = recall(found[chosen], best[chosen], at)
            metric = f"{name}: recall@{at}, {kind}"
            rows.append(row(COMMAND, metric, share, goal if goals else "", digits=4))
    return rows


def sides(crowd: Crowd, shelf: Shelf) -> dict[str, Callable[[], Waits]]:
    """Everything that takes turns."""
    exact, queue = flat(crowd.templates), endless(list(crowd.probes.vectors))
    index: Index = shelf.index

    def directly(probe: Vectors) -> None:
        faiss.omp_set_num_threads(THREADS)
        exact.search(probe[None], BEST)

    asks: dict[str, Callable[[Vectors], object]] = {
        "IndexFlatIP": directly,
        "index": lambda probe: index.nearest(probe[None], BEST),
        "shelf": lambda probe: shelf.search(probe[None], BEST, ANYHOW, line=0.3),
    }
    return {
        name: lambda ask=ask: one_by_one(ask, some(queue, PROBES))  # type: ignore[misc]  # its default is its type
        for name, ask in asks.items()
    }


def measure(label: str, crowd: Crowd, *, rounds: int, goals: bool) -> list[Row]:
    """Compare both sides over one crowd.

    Args:
        label: Of the crowd, for the metrics.
        crowd: What is searched.
        rounds: Of `PROBES` a side.
        goals: Whether this is the crowd that the goals are set for.
    """
    shelf = shelved(crowd.templates, threads=THREADS)
    print(f"{label}: {shelf.index.plan}")
    waits = in_turns(sides(crowd, shelf), rounds=rounds)
    found = rows_of(shelf, crowd.probes.vectors)
    goal = "≥ 12" if goals else ""
    exact = waits["IndexFlatIP"]
    rows = [
        row(
            COMMAND,
            f"{label}: times as fast as IndexFlatIP, one caller, persons ranked",
            times(exact, waits["shelf"]),
            goal,
            digits=1,
        ),
        row(
            COMMAND,
            f"{label}: times as fast as IndexFlatIP, one caller, bare index",
            times(exact, waits["index"]),
            goal,
            digits=1,
        ),
        *recalls(label, found, crowd.best, crowd.probes, goals=goals),
    ]
    names = {"IndexFlatIP": "IndexFlatIP", "index": "bare index", "shelf": "persons ranked"}
    for side, name in names.items():
        took = Waits.of(waits[side]).ms()
        rows.append(row(COMMAND, f"{label}: one probe, {name}, median", took, unit="ms"))
    return rows


def size(count: int) -> str:
    """A number of templates, as people say it."""
    whole, rest = divmod(count, 1_000_000)
    return f"{whole}M" if whole and not rest else f"{count // 1000}k"


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="templates")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--try", dest="only_try", action="store_true", help="keep nothing")
    arguments = parser.parse_args()
    rows = []
    for name, label, goals in (("face", "face-like", True), ("normal", "random normal", False)):
        crowd = gathered(name, arguments.count)
        title = f"{size(arguments.count)} {label}"
        rows += measure(title, crowd, rounds=arguments.rounds, goals=goals)
    show(rows)
    if not arguments.only_try:
        record(AREA, rows)


if __name__ == "__main__":
    main()
