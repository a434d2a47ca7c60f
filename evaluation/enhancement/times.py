"""What a crop costs on one core, part by part, and what a whole way costs, as the mesh goes it."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation.enhancement.graphs import BATCH, Gate
from evaluation.enhancement.looks import DENOISE, RESOLVE
from evaluation.enhancement.models import Models, open_models
from evaluation.enhancement.settings import Spoiled
from evaluation.enhancement.ways import Way
from evaluation.memory import nobody
from evaluation.parts.cost import ROUNDS
from evaluation.subject import CropBatch, Subject, open_subject

CROPS = 48
"""That are timed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Milliseconds of one crop alone, on one thread."""

    enhancer_ms: float
    resolver_ms: float | None
    """Of the ablation without a denoiser."""

    batched_per_s: float
    """Crops a second if `BATCH` of them are enhanced at once."""

    embedder_ms: Mapping[str, float]
    gate_ms: Mapping[str, float]
    """By embedder, of the gate that is served."""

    def way_ms(self, embedder: str, way: Way, enhanced: float) -> float | None:
        """Mean time of a crop, if a share `enhanced` of them is.

        The gateway has a crop embedded and enhanced, and the result embedded and fused with what
        the embedder said first. None for the denoiser alone: its time within a graph that does
        more is not known.
        """
        embed = self.embedder_ms[embedder]
        made = self.resolver_ms if way.version == RESOLVE else self.enhancer_ms
        if way.version == DENOISE or made is None:
            return None
        fused = self.gate_ms[embedder] if way.gate else 0.0
        return embed + enhanced * (made + embed + fused)


def measure(
    folder: Path, names: Sequence[str], enhancer: str, resolver: Path, spoiled: Spoiled
) -> Times:
    """Time everything on the first `CROPS` probes of a set, one thread each."""
    models = open_models(folder, names, name=enhancer, resolver=resolver, threads=1)
    subjects = [open_subject(folder, name, threads=1) for name in names]
    crops, scale = spoiled.crops[:CROPS], spoiled.scale[:CROPS]

    def one(row: int) -> None:
        models.enhancer.enhance(crops[row : row + 1], scale[row : row + 1])

    return Times(
        enhancer_ms=_mean_ms(one, len(crops)),
        resolver_ms=_resolver(models, crops, spoiled),
        batched_per_s=1000 * len(crops) / _mean_ms(lambda _: _all(models, crops, spoiled), 1),
        embedder_ms={each.name: _embedder(each, crops) for each in subjects},
        gate_ms={
            each.name: _gate(each, models.gates[each.name][0], crops, spoiled)
            for each in subjects
            if models.gates[each.name]
        },
    )


def _all(models: Models, crops: CropBatch, spoiled: Spoiled) -> None:
    models.enhancer.enhance(crops, spoiled.scale[: len(crops)], batch=BATCH)


def _resolver(models: Models, crops: CropBatch, spoiled: Spoiled) -> float | None:
    resolver = models.resolver
    if resolver is None:
        return None

    def one(row: int) -> None:
        resolver.enhance(crops[row : row + 1], spoiled.scale[row : row + 1])

    return _mean_ms(one, len(crops))


def _embedder(subject: Subject, crops: CropBatch) -> float:
    return _mean_ms(lambda row: subject.embedder.outputs(crops[row : row + 1]), len(crops))


def _gate(subject: Subject, gate: Gate, crops: CropBatch, spoiled: Spoiled) -> float:
    seen = subject.see(subject.outputs(crops[:1], nobody))
    return _mean_ms(lambda _: gate.fuse(seen, seen, spoiled.scale[:1]), len(crops))


def _mean_ms(run: Callable[[int], object], count: int) -> float:
    """Mean over crops of the median of some rounds; the first of all rounds warms up."""
    run(0)
    rounds = [[_ms(run, row) for row in range(count)] for _ in range(ROUNDS)]
    return statistics.fmean(statistics.median(each) for each in zip(*rounds, strict=True))


def _ms(run: Callable[[int], object], row: int) -> float:
    start = time.perf_counter()
    run(row)
    return 1000 * (time.perf_counter() - start)
