"""Hair before the face: a fringe from above, or strands along a side.

Severity is the reach: the share of the crop's height (fringe) or half width (strands) that the
longest strands cross.
"""

import cv2
import numpy as np

from degradations.cause import SIDE, Crop, chance, uniform
from degradations.occlusions import colours, shapes, texture
from degradations.occlusions.occluder import Occluded, Occluder, put_on

_STEPS = np.linspace(0.0, 1.0, 7)[None, :, None]


def fringe(crop: Crop, reach: float, generator: np.random.Generator) -> Occluded:
    """Strands from above over the forehead and further, in locks or closed."""
    count = int(generator.integers(90, 260))
    root_x = np.sort(generator.uniform(-5, 117, count))
    lock = np.interp(root_x, np.linspace(-5, 117, 9), generator.uniform(0.55, 1.0, 9))
    tip_y = SIDE * reach * lock * generator.uniform(0.8, 1.05, count)
    sweep = generator.normal(0, 14) + generator.normal(0, 5, count)
    roots = np.column_stack([root_x, np.full(count, -6.0)])
    tips = np.column_stack([root_x + sweep, tip_y])
    closed = SIDE * reach * generator.choice([0.0, 0.3, 0.6])
    return _combed(crop, roots, tips, closed, generator)


def strands(crop: Crop, reach: float, generator: np.random.Generator) -> Occluded:
    """Long hair that falls over one side of the face, from above to below."""
    count = int(generator.integers(60, 200))
    across = reach * 56 * generator.beta(1.2, 1.6, count)
    start = across * generator.uniform(0.3, 1.0)
    roots = np.column_stack([start, np.full(count, -6.0)])
    tips = np.column_stack([across + generator.normal(0, 4, count), np.full(count, 118.0)])
    if chance(generator, 0.5):
        roots, tips = shapes.mirrored(roots), shapes.mirrored(tips)
    return _combed(crop, roots, tips, 0.0, generator)


def _combed(
    crop: Crop,
    roots: shapes.Points,
    tips: shapes.Points,
    closed: float,
    generator: np.random.Generator,
) -> Occluded:
    """Bend all strands from root to tip alike, and draw them in five shades.

    No skin shows through the first `closed` px from above, nor, in thick hair, between strands.
    """
    bulge = generator.normal(0, 9) + generator.normal(0, 3, (len(roots), 1, 2))
    middle = (roots + tips)[:, None] / 2 + bulge
    ways = (1 - _STEPS) ** 2 * roots[:, None] + 2 * _STEPS * (1 - _STEPS) * middle
    ways = ways + _STEPS**2 * tips[:, None]
    thickness = int(generator.choice([1, 1, 1, 2, 3]))
    alpha = np.zeros((SIDE, SIDE), dtype=np.float32)
    tone = colours.hair(crop, generator)
    streaks = generator.uniform(0.55, 1.05, (4, 70)).astype(np.float32)
    paint = tone * cv2.resize(streaks, (SIDE, SIDE))[..., None]
    for group, shade in enumerate(generator.permutation([0.55, 0.75, 0.95, 1.15, 1.4])):
        drawn = shapes.lines(list(ways[group::5]), thickness)
        paint = texture.between(drawn, paint, tone * np.float32(shade))
        alpha = np.maximum(alpha, drawn)
    if chance(generator, 0.5):
        size = int(generator.choice([3, 5, 7]))
        closing = cv2.morphologyEx(alpha, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))
        alpha = np.asarray(closing, dtype=np.float32)
    alpha[: round(closed)] = 1.0
    return put_on(crop, paint, alpha, generator, shadow=0.4)


FRINGE = Occluder(
    name="fringe", unit="reach", ladder=(0.3, 0.45, 0.6), draw=uniform(0.25, 0.7), apply=fringe
)
STRANDS = Occluder(
    name="strands", unit="reach", ladder=(0.6, 0.9, 1.2), draw=uniform(0.5, 1.4), apply=strands
)
