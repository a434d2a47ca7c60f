"""Probes whose nearest templates are known, and what an index makes of them."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

import numpy as np

from faces.embedding import Vectors
from services.gallery.columns import places
from services.gallery.index import Index, Nearest
from services.gallery.plan import Plan
from services.gallery.records import Keys

PROBES = 1024
"""One of them missed is a recall of .99902."""

BATCH = 64
"""Most probes of one call."""

WANTED = 10
"""Templates that an index is asked for."""

_DEPTH = 32
"""True neighbours that are kept: more than are wanted, since some may be deleted."""

_COSINES = (0.35, 0.8)
"""How similar probes are to their sources. Of our model's own photos, degraded ones have
.41 +- .25 with a clean one of the same person, clean ones .64 +- .14."""

_TIE = 1e-6
"""Similarities so close are the same: templates may be stored twice."""

_LEAST_BATCHES = 4
_BATCHES_S = 15.0
"""Where probes take long, so many batches are enough once they took so many seconds: a
scan of a million in fp16 gains nothing from a batch, and takes 75 ms a probe."""

_SINGLES = 100
_SINGLES_S = 3.0
"""Probes that are timed alone: so many, or what fits so many seconds."""

T = TypeVar("T")


class Run(Protocol):
    """Does a piece of work on a thread that gives way to others."""

    async def __call__(self, work: Callable[[], T]) -> T:
        """What it returns."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a plan is worth on one collection."""

    plan: Plan
    recall_at_1: float
    """Share of probes whose nearest template comes first. Range [0, 1]."""

    recall_at_10: float
    """Share of the ten nearest templates that are among ten. Range [0, 1]."""

    latency_ms: float
    """Median of a probe alone."""

    batched_latency_ms: float
    """Median of each of 64 probes at once."""

    index_bytes: int


def spoiled(sample: Vectors, random: np.random.Generator) -> Vectors:
    """Make probes of stored templates, as poor photos of the same faces would be.

    Each is a template turned by an angle, towards noise: a mixture, with normal weights,
    of differences between other templates. That has the spread of the collection itself,
    so it stays in the directions that the model uses, and leads to nobody in particular.

    Args:
        sample: Shape (n, d), unit length, evenly from the collection.
        random: Draws.

    Returns:
        Shape (PROBES, d), unit length.
    """
    sources = sample[random.choice(len(sample), PROBES, replace=len(sample) < PROBES)]
    pairs = random.permutation(len(sample))[: len(sample) // 2 * 2].reshape(2, -1)
    differences = sample[pairs[0]] - sample[pairs[1]]
    noise = random.standard_normal((PROBES, len(differences))) @ differences
    noise -= (noise * sources).sum(axis=1, keepdims=True) * sources
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    cosines = random.uniform(*_COSINES, (PROBES, 1))
    probes: Vectors = (cosines * sources + np.sqrt(1 - cosines**2) * noise).astype(np.float32)
    return probes


class Trial:
    """Compares indexes with an exact scan of what is stored."""

    def __init__(self, probes: Vectors) -> None:
        self._probes = probes
        self._keys = np.full((len(probes), _DEPTH), -1, np.int64)
        self._scores = np.full((len(probes), _DEPTH), -np.inf, np.float32)

    def see(self, keys: Keys, vectors: Vectors) -> None:
        """Scan some of the templates; shapes (n,) and (n, d)."""
        scores = self._probes @ vectors.T
        count = min(_DEPTH, len(keys))
        best = np.argpartition(scores, len(keys) - count, axis=1)[:, len(keys) - count :]
        both = np.hstack([self._scores, np.take_along_axis(scores, best, axis=1)])
        order = np.argsort(-both, axis=1, kind="stable")[:, :_DEPTH]
        self._keys = np.take_along_axis(np.hstack([self._keys, keys[best]]), order, axis=1)
        self._scores = np.take_along_axis(both, order, axis=1)

    async def measure(self, index: Index, run: Run) -> Measured:
        """Search all probes, then some of them alone: those as urgently as a search is."""
        found: list[Keys] = []
        batches: list[float] = []
        for start in range(0, len(self._probes), BATCH):
            if len(batches) >= _LEAST_BATCHES and sum(batches) * BATCH > _BATCHES_S:
                break
            took, nearest = await run(partial(_timed, index, self._probes[start : start + BATCH]))
            found.append(nearest.keys)
            batches.append(took / BATCH)
        singles: list[float] = []
        while len(singles) < _SINGLES and sum(singles) < _SINGLES_S:
            probe = self._probes[len(singles) :][:1]
            singles.append((await asyncio.to_thread(_timed, index, probe))[0])
        recalls = await run(lambda: self.recalls(np.concatenate(found), index.keys()))
        return Measured(
            plan=index.plan,
            recall_at_1=recalls[0],
            recall_at_10=recalls[1],
            latency_ms=float(np.median(singles)) * 1000,
            batched_latency_ms=float(np.median(batches)) * 1000,
            index_bytes=index.memory_bytes(),
        )

    def recalls(self, found: Keys, held: Keys) -> tuple[float, float]:
        """Recall@1 and recall@10.

        Args:
            found: Shape (n, 10), best first, for the first n probes.
            held: What the index has, rising: whoever was deleted meanwhile is not missed.
        """
        true_keys, true_scores = self._keys[: len(found)], self._scores[: len(found)]
        scores = np.where(places(held, true_keys) >= 0, true_scores, -np.inf)
        # Behind the first ten that are left, nothing counts.
        lines = -np.sort(-scores, axis=1)[:, :WANTED] - _TIE
        first, ten = 0, 0
        for keys, known, true, line in zip(found, true_keys, scores, lines, strict=True):
            of = dict(zip(known.tolist(), true.tolist(), strict=True))
            got = [of.get(key, -np.inf) for key in keys.tolist()]
            first += got[0] >= line[0]
            ten += sum(score >= line[-1] for score in got)
        return first / len(found), ten / found.size


def _timed(index: Index, probes: Vectors) -> tuple[float, Nearest]:
    began = time.perf_counter()
    nearest = index.nearest(probes, WANTED)
    return time.perf_counter() - began, nearest
