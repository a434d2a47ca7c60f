"""Embeds the photos of the data folder, clean and spoiled, and keeps the vectors."""

import dataclasses
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evaluation.crops import Photo, list_photos, read
from evaluation.degrade import degrade
from evaluation.duplicates import merge_duplicates
from evaluation.embedding import Embedder, Vectors, open_embedder
from evaluation.probes import unit

Indices = NDArray[np.int64]
"""Shape (n,)."""

SPOILED = 3_000
"""Crops that are degraded; profiles are not among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """Real photos as unit vectors."""

    clean: Vectors
    """Shape (n, d): crops of people with several photos, no profiles."""

    people: Indices
    """Shape (n,): whose they are, 0 to k - 1, each with at least two; duplicates are merged."""

    strangers: Vectors
    """Shape (s, d): one photo each of people who are not among those."""

    spoiled: Vectors
    """Shape (m, d): some of the clean crops, degraded."""

    origin: Indices
    """Shape (m,): the rows of `clean` that they were."""


def observe(data: Path, models: Path, *, cache: Path, seed: int) -> Observed:
    """Embed, with progress bars; another time, read `cache`.

    Raises:
        FileNotFoundError: The data folder or the model is not there.
    """
    if cache.exists():
        with np.load(cache) as arrays:
            return Observed(**arrays)
    observed = _embed(open_embedder(models, "mobilefacenet"), data, seed=seed)
    cache.parent.mkdir(parents=True, exist_ok=True)
    np.savez(cache, **{f.name: getattr(observed, f.name) for f in dataclasses.fields(observed)})
    return observed


def _embed(embedder: Embedder, data: Path, *, seed: int) -> Observed:
    photos = [photo for photo in list_photos(data) if not photo.profile]
    others = [
        Photo(path=path, identity=path.stem, profile=False, inter_eye_px=math.nan)  # not said
        for path in sorted((data / "distractors").glob("*.jpg"))
    ]
    generator = np.random.default_rng(seed)
    origin = np.sort(generator.permutation(len(photos))[:SPOILED])

    def spoiled(number: int) -> NDArray[np.uint8]:
        row = int(origin[number])
        return degrade(read(photos[row]), np.random.default_rng([seed, row]))

    clean = unit(embedder.embed(len(photos), lambda i: read(photos[i]), title="clean"))
    return Observed(
        clean=clean,
        people=_people(clean, photos),
        strangers=unit(embedder.embed(len(others), lambda i: read(others[i]), title="strangers")),
        spoiled=unit(embedder.embed(len(origin), spoiled, title="degraded")),
        origin=origin,
    )


def _people(clean: Vectors, photos: list[Photo]) -> Indices:
    _, named = np.unique([photo.identity for photo in photos], return_inverse=True)
    merged = merge_duplicates(clean, named.astype(np.int64))
    return np.asarray(np.unique(merged, return_inverse=True)[1], dtype=np.int64)
