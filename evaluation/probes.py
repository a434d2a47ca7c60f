"""Draws the probes of a calibration and measures each against a clean crop of its identity."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.crops import Photo, held_out, read
from evaluation.degrade import degrade
from evaluation.embedding import Embedder, Vectors
from evaluation.logistic import Events, Numbers

HELD_OUT = 0.2
"""Share of the identities that only the report sees."""

DEGRADED = 0.5
"""Share of the probes that are spoiled on purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """What chance decides, for each photo."""

    unseen: Events
    """Of a held-out identity."""

    degraded: Events
    """To be spoiled."""

    reference: NDArray[np.int64]
    """Index of a different photo of the same identity, never a profile."""

    seeds: NDArray[np.int64]
    """For the degradation: each crop has its own, so that order does not matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """One probe for each photo, as arrays of equal length."""

    magnitude: Numbers
    """Length of the probe's raw vector."""

    cosine: Numbers
    """Against its reference."""

    degraded: Events
    """Spoiled on purpose."""

    profile: Events
    """Seen from the side."""

    unseen: Events
    """Of a held-out identity."""


def draw(photos: list[Photo], *, seed: int) -> Draw:
    """Decide everything that is left to chance."""
    generator = np.random.default_rng(seed)
    hidden = held_out(photos, share=HELD_OUT, generator=generator)
    return Draw(
        unseen=np.array([photo.identity in hidden for photo in photos]),
        degraded=generator.random(len(photos)) < DEGRADED,
        reference=_references(photos, generator),
        seeds=generator.integers(2**32, size=len(photos)),
    )


def observe(embedder: Embedder, photos: list[Photo], drawn: Draw, clean: Vectors) -> Probes:
    """Embed the spoiled crops and compare.

    Args:
        embedder: The model under test.
        photos: As given to `draw`.
        drawn: Its result.
        clean: Shape (n, d), raw vectors of the photos as they are.
    """
    spoiled = np.flatnonzero(drawn.degraded)
    raw = clean.copy()
    raw[spoiled] = embedder.embed(
        len(spoiled),
        lambda i: degrade(read(photos[spoiled[i]]), np.random.default_rng(drawn.seeds[spoiled[i]])),
        title="degraded probes",
    )
    return Probes(
        magnitude=np.linalg.norm(raw, axis=1).astype(np.float64),
        cosine=(unit(raw) * unit(clean[drawn.reference])).sum(axis=1).astype(np.float64),
        degraded=drawn.degraded,
        profile=np.array([photo.profile for photo in photos]),
        unseen=drawn.unseen,
    )


def unit(raw: Vectors) -> Vectors:
    """Give each row length 1."""
    return np.asarray(raw / np.linalg.norm(raw, axis=1, keepdims=True), dtype=np.float32)


def _references(photos: list[Photo], generator: np.random.Generator) -> NDArray[np.int64]:
    by_identity: dict[str, list[int]] = {}
    for index, photo in enumerate(photos):
        if not photo.profile:
            by_identity.setdefault(photo.identity, []).append(index)
    chosen = [
        generator.choice([other for other in by_identity[photo.identity] if other != index])
        for index, photo in enumerate(photos)
    ]
    return np.array(chosen, dtype=np.int64)
