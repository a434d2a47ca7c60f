"""Hands before the face: a palm, four fingers and a thumb, bare or in a glove.

Lengths are those of a hand beside a face: a palm is as wide as about 1.3 times the distance
between the eyes, a middle finger as long.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from degradations.cause import SIDE, Crop, chance, uniform
from degradations.occlusions import colours, shapes, texture
from degradations.occlusions.occluder import Occluded, Occluder, Plane, put_on
from degradations.occlusions.shapes import Points, Pose

_PALM = np.array(
    [(-22, 8), (-19, -20), (-8, -26), (8, -26), (20, -20), (21, 6), (15, 36), (-15, 38)]
)
_ROOTS = np.array([(-17.0, -18.0), (-6.0, -24.0), (6.0, -24.0), (17.0, -19.0)])
_LENGTHS = np.array([33.0, 41.0, 38.0, 28.0])
_SPAN = 0.22
"""Share of the crop that a drawn hand of size 1 covers."""


def hand(crop: Crop, share: float, generator: np.random.Generator) -> Occluded:
    """A hand that comes from any side; `share` of the crop would be a hand that is all on it."""
    size = (share / _SPAN) ** 0.5
    tip = (float(generator.uniform(24, 88)), float(generator.uniform(32, 100)))
    how = shapes.pose((0, -30), tip, size, generator.uniform(-np.pi, np.pi))
    if chance(generator, 0.5):
        how = how @ np.diag([-1.0, 1.0, 1.0])
    fingers, thickness = _fingers(generator), max(2, round(10.5 * size))
    palm = shapes.smooth(shapes.jittered(_PALM, 1.2, generator))
    arm = np.array([(-15, 30), (15, 30), (generator.uniform(14, 19), 150), (-17, 150)])
    cover = shapes.fill(shapes.posed(palm, how), shapes.posed(arm, how))
    gloved = chance(generator, 0.12)
    tone = colours.anything(generator) if gloved else colours.skin(crop, generator)
    shade = _shade(cover, fingers, how, thickness, generator)
    alpha = np.maximum(cover, (shade > 0).astype(np.float32))
    light = np.where(shade > 0, shade, 1.0) + 0.14 * (texture.clouds(generator, (4, 8, 20)) - 0.5)
    paint = tone * light[..., None]
    if not gloved:
        # Light that comes through skin is red, so shadows on hands are too.
        paint = paint + np.array([-6, 0, 10]) * (1.0 - light)[..., None]
    return put_on(crop, paint.astype(np.float32), alpha.astype(np.float32), generator, shadow=0.5)


def _fingers(generator: np.random.Generator) -> list[Points]:
    """From the palm to the tips, spread or closed, straight or bent, some folded; and a thumb."""
    spread = generator.uniform(-0.02, 0.2)
    lean = (np.arange(4) - 1.5) * spread + generator.normal(0, 0.05, 4)
    reach = _LENGTHS * generator.uniform(0.85, 1.1)
    reach[generator.random(4) < generator.choice([0.0, 0.0, 0.3])] *= 0.4
    bend = lean + generator.normal(0, 0.12, 4)
    middle = _ROOTS + np.column_stack([np.sin(lean), -np.cos(lean)]) * (reach * 0.5)[:, None]
    tips = middle + np.column_stack([np.sin(bend), -np.cos(bend)]) * (reach * 0.5)[:, None]
    ways = [np.stack(joints) for joints in zip(_ROOTS, middle, tips, strict=True)]
    out = generator.uniform(0.2, 1.1)
    thumb = np.array([(17.0, 16.0), (24.0, 2.0), (24.0 + 18 * np.sin(out), 2.0 - 18 * np.cos(out))])
    return [*ways, thumb]


def _shade(
    cover: Plane, fingers: list[Points], how: Pose, thickness: int, generator: np.random.Generator
) -> Plane:
    """Light on fingers: 0 where none is; dark along their sides, with lines at the joints."""
    shade = (cover > np.float32(0.5)).astype(np.float32)
    for finger in generator.permutation(len(fingers)):
        way = shapes.posed(fingers[finger], how)
        tone = generator.uniform(0.94, 1.08)
        for width, factor in (
            (thickness, 0.78),
            (thickness - 2, 0.92),
            (thickness - 4, 1.0),
            (thickness // 3, 1.05),
        ):
            _stroke(shade, way, max(1, width), tone * factor)
        joint, across = way[1], (way[2] - way[0])[::-1] * (1, -1)
        across = across / max(float(np.linalg.norm(across)), 1e-6) * thickness * 0.3
        _stroke(shade, np.stack([joint - across, joint + across]), 1, 0.82 * tone)
        if chance(generator, 0.4):
            _stroke(shade, way[2] + (way[1] - way[2]) * [[0.0], [0.12]], thickness // 2, 1.12)
    there = (shade > 0).astype(np.float32)
    soft = cv2.GaussianBlur(shade, (0, 0), 0.8) / (cv2.GaussianBlur(there, (0, 0), 0.8) + 1e-6)
    return np.asarray(soft * there, dtype=np.float32)


def _stroke(shade: Plane, way: NDArray[np.float64], thickness: int, level: float) -> None:
    points = np.rint(np.clip(way, -SIDE, 2 * SIDE)).astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(shade, [points], False, level, max(1, thickness))


HAND = Occluder(
    name="hand", unit="share", ladder=(0.1, 0.2, 0.35), draw=uniform(0.08, 0.4), apply=hand
)
