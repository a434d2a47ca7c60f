"""Who is measured against, and what is recorded of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.gallery import plots
from bench.gallery.peers import DEGREE
from bench.gallery.waits import Waits, row, speed
from bench.results import Row

COMMAND = "python -m bench.gallery.peers"

WANTED = 0.995
"""recall@10, over clean, degraded and unmated probes."""

CALLERS = {1: 40, 16: 120}
"""Callers, and calls of a round of a peer. Ours makes as many."""


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


def rows(label: str, compared: Compared) -> list[Row]:
    """What is recorded of one peer."""
    name, found = f"{label}: {compared.peer.name}", compared.points[-1][0]
    rows = []
    for callers in CALLERS:
        times = speed(compared.ours[callers], compared.theirs[callers])
        many = f"{callers} caller{'s' * (callers > 1)}"
        metric = f"{label}: searches a second of {many}, times {compared.peer.name}"
        at = f"(M {DEGREE}, recall@10 {found:.4f})"
        rows.append(row(COMMAND, f"{metric} {at}", times, "≥ 2", digits=2))
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
