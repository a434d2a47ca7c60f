"""Surfaces: a field of paint as large as the crop, of which an outline shows a part."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from degradations.cause import SIDE, Crop
from degradations.occlusions.colours import Colour, anything, near
from degradations.occlusions.occluder import Paint, Plane

Texture = Callable[[Crop, np.random.Generator], Paint]

_DOWN, _ACROSS = np.mgrid[0.0:SIDE, 0.0:SIDE].astype(np.float32)


def clouds(generator: np.random.Generator, octaves: Sequence[int] = (3, 7, 15, 34)) -> Plane:
    """Noise with the spectrum of natural pictures: mean about .5, in [0, 1]."""
    total = np.zeros((SIDE, SIDE), dtype=np.float32)
    weight = np.float32(1.0)
    for count in octaves:
        coarse = generator.random((count, count), dtype=np.float32)
        total += weight * cv2.resize(coarse, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
        weight *= np.float32(0.55)
    low, high = float(total.min()), float(total.max())
    return np.asarray((total - low) / (high - low), dtype=np.float32)


def wave(generator: np.random.Generator, low: float, high: float, turn: float = 0.0) -> Plane:
    """Waves of a length between `low` and `high` px, in the direction `turn`; in [-1, 1]."""
    rate = 2 * np.pi / generator.uniform(low, high)
    right, down = np.float32(rate * np.cos(turn)), np.float32(rate * np.sin(turn))
    phase = np.float32(generator.uniform(0, 2 * np.pi))
    return np.asarray(np.sin(_ACROSS * right + _DOWN * down + phase), dtype=np.float32)


def between(share: Plane, one: Colour, other: Colour) -> Paint:
    """Mix two colours: `one` where the share is 0."""
    return np.asarray(one + share[..., None] * (other - one), dtype=np.float32)


def solid(_crop: Crop, generator: np.random.Generator) -> Paint:
    """One colour in uneven light."""
    colour = anything(generator)
    return between(clouds(generator, (2, 4)), colour * np.float32(0.85), colour * np.float32(1.1))


def gradient(_crop: Crop, generator: np.random.Generator) -> Paint:
    """From one colour to another."""
    share = 0.5 + 0.5 * wave(generator, 180.0, 400.0, generator.uniform(0, 2 * np.pi))
    return between(share, anything(generator), anything(generator))


def weave(_crop: Crop, generator: np.random.Generator) -> Paint:
    """Threads across threads."""
    turn = generator.uniform(0, np.pi)
    threads = wave(generator, 2.0, 5.0, turn) * wave(generator, 2.0, 5.0, turn + np.pi / 2)
    colour = anything(generator)
    share = 0.5 + 0.35 * threads + 0.3 * (clouds(generator, (3, 6)) - 0.5)
    return between(share, colour * np.float32(0.6), colour * np.float32(1.15) + np.float32(8))


def stripes(_crop: Crop, generator: np.random.Generator) -> Paint:
    """Two colours in turn."""
    turn = generator.uniform(0, np.pi)
    bands = wave(generator, 5.0, 30.0, turn) > generator.uniform(-0.6, 0.6)
    return between(bands.astype(np.float32), anything(generator), anything(generator))


def plaid(_crop: Crop, generator: np.random.Generator) -> Paint:
    """Stripes across stripes."""
    turn, edge = generator.uniform(0, np.pi), generator.uniform(-0.5, 0.5)
    one = wave(generator, 8.0, 28.0, turn) > edge
    other = wave(generator, 8.0, 28.0, turn + np.pi / 2) > edge
    share = (one.astype(np.float32) + other.astype(np.float32)) * np.float32(0.5)
    return between(share, anything(generator), anything(generator))


def dots(_crop: Crop, generator: np.random.Generator) -> Paint:
    """A grid of dots."""
    turn = generator.uniform(0, np.pi)
    high = wave(generator, 6.0, 18.0, turn) + wave(generator, 6.0, 18.0, turn + np.pi / 2)
    share = np.clip((high - generator.uniform(0.2, 1.1)) * 4.0, 0.0, 1.0)
    return between(share.astype(np.float32), anything(generator), anything(generator))


def mottle(_crop: Crop, generator: np.random.Generator) -> Paint:
    """Two colours that run into each other: stone, wool, leaves."""
    return between(clouds(generator), anything(generator), anything(generator))


def camouflage(_crop: Crop, generator: np.random.Generator) -> Paint:
    """Patches of three or four colours, of one family or not."""
    first = anything(generator)
    spread = generator.uniform(0.2, 0.6)
    count = int(generator.integers(3, 5))
    palette = np.stack([near(first, spread, generator) for _ in range(count)])
    level = np.minimum(clouds(generator, (5, 11, 24)) * count, count - 0.5).astype(np.intp)
    return np.asarray(palette[level], dtype=np.float32)


def static(_crop: Crop, generator: np.random.Generator) -> Paint:
    """Noise in grains of 1 to 16 px."""
    count = SIDE // int(generator.choice([1, 2, 4, 8, 16]))
    grains = generator.integers(0, 256, (count, count, 3), dtype=np.uint8)
    large = cv2.resize(grains, (SIDE, SIDE), interpolation=cv2.INTER_NEAREST)
    return np.asarray(large, dtype=np.float32)
