"""What the served embedder says of spoiled crops, as they came and enhanced: computed once."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import track

from evaluation.embedding import Vectors
from evaluation.subject import Subject
from training import arrays
from training.enhancer.networks.enhancer import Enhancer
from training.enhancer.samples import tensors
from training.people import People
from training.spoiling import HARD, MILD, spoiled

_BATCH = 50

Floats = NDArray[np.float32]
Crops = NDArray[np.uint8]

Embed = Callable[[Crops], tuple[Vectors, Floats]]
"""Crops (n, 112, 112, 3), BGR, to vectors of unit length (n, d) and qualities (n,)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One row for each spoiled crop."""

    row: NDArray[np.int64]
    """Shape (n,): which photo it was made of."""

    raw: Vectors
    """Shape (n, d), unit length."""

    enhanced: Vectors
    """Shape (n, d), unit length."""

    raw_quality: Floats
    """Shape (n,), range [0, 1]."""

    quality: Floats
    """Shape (n,), range [0, 1]: of the enhanced crops."""

    scale: Floats
    """Shape (n,): source pixels per pixel of the crop."""


def served(subject: Subject) -> Embed:
    """An embedder of `models.toml`."""

    def embed(crops: Crops) -> tuple[Vectors, Floats]:
        seen = subject.see(subject.outputs(crops, lambda _: None))
        return seen.vectors, seen.quality.astype(np.float32)

    return embed


def observe(
    people: People,
    embed: Embed,
    enhancer: Enhancer,
    *,
    rows: NDArray[np.int64],
    count: int,
    seed: int,
    cache: Path,
) -> Observed:
    """Spoil, enhance and embed, or take what was seen from `cache`; half of the crops are mild.

    Args:
        people: All photos.
        embed: Of the embedder that is served.
        enhancer: Trained.
        rows: Photos to draw from.
        count: Crops to make.
        seed: Of all that is left to chance.
        cache: A file; delete it when anything changes.
    """
    if not cache.exists():
        generator = np.random.default_rng(seed)
        sizes = [min(_BATCH, count - start) for start in range(0, count, _BATCH)]
        made = [
            _some(people, embed, enhancer, generator.choice(rows, size), generator)
            for size in track(sizes, description=f"looking, seed {seed}")
        ]
        names = [field.name for field in fields(Observed)]
        arrays.save(cache, {name: np.concatenate([part[name] for part in made]) for name in names})
    with np.load(cache) as stored:
        return Observed(**stored)


def _some(
    people: People,
    embed: Embed,
    enhancer: Enhancer,
    rows: NDArray[np.int64],
    generator: np.random.Generator,
) -> dict[str, NDArray[np.generic]]:
    severities = [HARD if generator.random() < 0.5 else MILD for _ in rows]  # noqa: PLR2004  # half
    made = [
        spoiled(people.crops[row], generator, severity)
        for row, severity in zip(rows, severities, strict=True)
    ]
    crops = np.stack([each.crop for each in made])
    scale = np.array([each.scale for each in made], np.float32)
    raw, raw_quality = embed(crops)
    enhanced, quality = embed(_enhanced(enhancer, crops, scale))
    return {
        "row": rows,
        "raw": raw,
        "enhanced": enhanced,
        "raw_quality": raw_quality,
        "quality": quality,
        "scale": scale,
    }


@torch.no_grad()
def _enhanced(enhancer: Enhancer, crops: Crops, scale: Floats) -> Crops:
    found = enhancer(tensors(list(crops)), torch.from_numpy(scale))
    levels = (found.crops.clamp(0.0, 1.0) * 255.0).round().to(torch.uint8)
    return np.ascontiguousarray(levels.permute(0, 2, 3, 1).numpy())
