"""The crowd that is searched: templates and probes of `bench.facelike`, and the true answers."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from bench.facelike.files import Probes, read_probes
from bench.results import ROOT
from faces.embedding import Vectors

FOLDER = ROOT / ".cache" / "facelike"

BEST = 10
"""True answers that are known of each probe."""

_SPARE = 32
"""Answers in float32 among which the true ones are."""

_BLOCK = 20_000
"""Templates compared at once."""

Rows = NDArray[np.int64]
"""Shape (n, k): rows of templates, best first; -1 where there is no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """One template each of many people, and whom to search for."""

    templates: Vectors
    """Shape (n, d), unit length; on disk until it is read."""

    probes: Probes

    best: Rows
    """Shape (probes, BEST): the templates most like each probe."""


def gathered(name: str, count: int, folder: Path = FOLDER) -> Crowd:
    """Open the first `count` templates of a set, ``face`` or ``normal``.

    What is most like each probe is computed once and kept beside the set.

    Raises:
        SystemExit: The set is not there, or is smaller.
    """
    path = folder / f"{name}.npy"
    if not path.exists():
        raise SystemExit(f"{path} is not there: run python -m bench.facelike first")
    templates: Vectors = np.load(path, mmap_mode="r")
    if len(templates) < count:
        raise SystemExit(f"{path} has {len(templates)} templates, not {count}")
    probes = read_probes(folder / f"{name}-probes.npz")
    known = folder / f"{name}-best-{count}.npz"
    made = [path.stat().st_mtime_ns, count]
    if known.exists():
        with np.load(known) as kept:
            if kept["made"].tolist() == made:
                return Crowd(templates=templates[:count], probes=probes, best=kept["best"])
    best = nearest(templates[:count], probes.vectors, BEST)
    np.savez(known, best=best, made=made)
    return Crowd(templates=templates[:count], probes=probes, best=best)


def nearest(templates: Vectors, probes: Vectors, count: int) -> Rows:
    """The true answers: shape (len(probes), count), by products in float64."""
    scores: Vectors = np.empty((len(probes), 0), np.float32)
    rows: Rows = np.empty((len(probes), 0), np.int64)
    starts = range(0, len(templates), _BLOCK)
    for start in track(starts, "true answers", disable=len(starts) == 1):
        block = np.asarray(templates[start : start + _BLOCK])
        scores = np.hstack([scores, probes @ block.T])
        these = np.arange(start, start + len(block))
        rows = np.hstack([rows, np.broadcast_to(these, (len(probes), len(block)))])
        kept = np.argsort(-scores, axis=1)[:, : count + _SPARE]
        scores = np.take_along_axis(scores, kept, axis=1)
        rows = np.take_along_axis(rows, kept, axis=1)
    exact = np.einsum("pd,pcd->pc", probes.astype(np.float64), templates[rows].astype(np.float64))
    order = np.argsort(-exact, axis=1, kind="stable")[:, :count]
    return np.take_along_axis(rows, order, axis=1)


def recall(found: Rows, best: Rows, at: int) -> float:
    """Share of the `at` true answers that are among the first `at` found; mean over probes."""
    hits = (found[:, :at, None] == best[:, None, :at]).any(axis=1)
    return float(hits.mean())
