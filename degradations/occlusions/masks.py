"""Masks over nose and mouth: surgical, N95, cloth, respirator.

Drawn on the template (nose tip at (56, 72), mouth at y 92, chin below the crop) and then worn: a
little shifted, turned and in perspective, tight or loose, now and then under the nose.
"""

import numpy as np

from degradations.cause import Crop, chance, pick, uniform
from degradations.occlusions import colours, shapes, texture
from degradations.occlusions.occluder import Occluded, Occluder, Paint, Plane, put_on
from degradations.occlusions.prints import FABRICS, some
from degradations.occlusions.shapes import Points, Pose

_PLEATED = ((14, 70), (34, 66), (48, 59), (56, 57), (64, 59), (78, 66), (98, 70), (95, 92),
            (82, 112), (66, 124), (46, 124), (30, 112), (17, 92))  # fmt: skip
_CUP = ((16, 78), (31, 68), (46, 55), (56, 51), (66, 55), (81, 68), (96, 78), (94, 97), (81, 114),
        (64, 126), (48, 126), (31, 114), (18, 97))  # fmt: skip
_SNUG = ((12, 72), (30, 66), (46, 57), (56, 54), (66, 57), (82, 66), (100, 72), (97, 92), (84, 112),
         (68, 124), (44, 124), (28, 112), (15, 92))  # fmt: skip
_NOSE_FREE_PX = 19.0
_SIZES = (0.85, 1.0, 1.15)


def surgical(crop: Crop, size: float, generator: np.random.Generator) -> Occluded:
    """Pale blue, white, black or any colour, with pleats and loops."""
    blue = np.array([205, 178, 132], dtype=np.float32)
    match pick(generator, 0.4, 0.2, 0.15):
        case 0:
            colour = colours.near(blue, 0.06, generator)
        case 1:
            colour = colours.grey(generator, 200, 238)
        case 2:
            colour = colours.grey(generator, 12, 45)
        case _:
            colour = colours.paint(generator)
    how = _worn(size, generator)
    outline = _outline(_PLEATED, how, generator)
    paint = np.broadcast_to(colour, (112, 112, 3)) * _round(generator)
    pleats = [
        shapes.posed([(14, y + 1), (35, y + 5), (56, y + 7), (77, y + 5), (98, y + 1)], how)
        for y in 72.0 + np.cumsum(generator.uniform(6.0, 14.0, int(generator.integers(2, 4))))
    ]
    dark = texture_lines(pleats, generator)
    return _with_loops(crop, paint * dark, shapes.fill(outline), how, generator)


def n95(crop: Crop, size: float, generator: np.random.Generator) -> Occluded:
    """A stiff cup with a seam and sometimes a valve."""
    how = _worn(size, generator)
    light = chance(generator, 0.75)
    colour = colours.grey(generator, 190, 238) if light else colours.anything(generator)
    paint = np.broadcast_to(colour, (112, 112, 3)) * _round(generator, strength=0.45)
    seams = [shapes.posed([(56, 50), (56 + generator.normal(0, 2), 85), (56, 126)], how)]
    if chance(generator, 0.5):
        seams = [shapes.posed([(18, 84), (56, 78 + generator.normal(0, 3)), (94, 84)], how)]
    paint *= texture_lines(seams, generator)
    if chance(generator, 0.35):
        x, y = 56 + generator.normal(0, 8), 92 + generator.normal(0, 3)
        valve = shapes.fill(shapes.posed(shapes.ellipse(x, y, 8, 7), how))
        paint = texture.between(valve, paint, colours.grey(generator))
    return _with_loops(crop, paint, shapes.fill(_outline(_CUP, how, generator)), how, generator)


def cloth(crop: Crop, size: float, generator: np.random.Generator) -> Occluded:
    """Any fabric, with folds and a seam down the middle."""
    how = _worn(size, generator)
    cut = (_CUP, _SNUG, _PLEATED)[int(generator.integers(3))]
    outline = shapes.jittered(_outline(cut, how, generator), 0.4, generator)
    folds = 1.0 + 0.12 * (texture.clouds(generator, (3, 6, 9)) - 0.5)
    paint = some(FABRICS, crop, generator) * (folds[..., None] * _round(generator))
    if chance(generator, 0.6):
        paint *= texture_lines([shapes.posed([(56, 48), (56, 126)], how)], generator)
    return _with_loops(crop, paint, shapes.fill(outline), how, generator)


def respirator(crop: Crop, size: float, generator: np.random.Generator) -> Occluded:
    """Rubber with a filter on each side."""
    how = _worn(size, generator)
    rubber = colours.grey(generator, 15, 110)
    paint = np.broadcast_to(rubber, (112, 112, 3)) * _round(generator, strength=0.4)
    cover = shapes.fill(_outline(_CUP, how, generator))
    filters = colours.near(colours.anything(generator), 0.1, generator)
    across, height = generator.uniform(26, 33), generator.uniform(86, 100)
    for radius, shade in ((16.0, 0.7), (14.0, 1.0), (7.0, 0.8)):
        rings = [
            shapes.posed(shapes.ellipse(x, height, radius, radius), how)
            for x in (56 - across, 56 + across)
        ]
        disk = shapes.fill(*rings)
        paint = texture.between(disk, paint, filters * np.float32(shade))
        cover = np.maximum(cover, disk)
    valve = shapes.fill(shapes.posed(shapes.ellipse(56, 94, 9, 9), how))
    paint = texture.between(valve, paint, rubber * np.float32(0.6))
    return _with_loops(crop, paint, cover, how, generator)


def texture_lines(ways: list[Points], generator: np.random.Generator) -> Paint:
    """Folds and seams: a factor of the paint, dark along ways."""
    ink = shapes.lines(ways, int(generator.integers(1, 3)))
    depth = generator.uniform(0.1, 0.4)
    return np.asarray(1.0 - np.float32(depth) * ink[..., None], dtype=np.float32)


def _worn(size: float, generator: np.random.Generator) -> Pose:
    """Usually over the nose; one of eight leaves it free."""
    how = shapes.worn(generator, size, y=92.0)
    if chance(generator, 0.12):
        how = shapes.pose((0, 0), (0.0, _NOSE_FREE_PX), 1.0, 0.0) @ how
    return how


def _outline(cut: object, how: Pose, generator: np.random.Generator) -> Points:
    return shapes.smooth(shapes.posed(shapes.jittered(np.asarray(cut), 1.3, generator), how))


def _round(generator: np.random.Generator, *, strength: float = 0.3) -> Paint:
    """Light on something that bulges: brightest somewhere near the middle, dark at the sides."""
    x, y = generator.uniform(44, 68), generator.uniform(70, 95)
    down, across = np.mgrid[0:112, 0:112].astype(np.float32)
    away = ((across - x) / 48.0) ** 2 + ((down - y) / 60.0) ** 2
    shade = 1.1 - strength * generator.uniform(0.6, 1.4) * np.minimum(away, 1.5)
    return np.asarray(shade[..., None], dtype=np.float32)


def _with_loops(
    crop: Crop, paint: Paint, cover: Plane, how: Pose, generator: np.random.Generator
) -> Occluded:
    """Loops to the ears, where they show."""
    if chance(generator, 0.7):
        high, low = generator.uniform(42, 58), generator.uniform(60, 80)
        left = [np.array([(17, 72), (2, high)]), np.array([(19, 95), (2, low)])]
        ways = [shapes.posed(way, how) for side in left for way in (side, shapes.mirrored(side))]
        cover = np.maximum(cover, shapes.lines(ways, 1))
    return put_on(crop, paint, cover, generator)


SURGICAL = Occluder(
    name="surgical mask", unit="size", ladder=_SIZES, draw=uniform(0.85, 1.15), apply=surgical
)
N95 = Occluder(name="N95", unit="size", ladder=_SIZES, draw=uniform(0.85, 1.15), apply=n95)
CLOTH = Occluder(
    name="cloth mask", unit="size", ladder=_SIZES, draw=uniform(0.85, 1.2), apply=cloth
)
RESPIRATOR = Occluder(
    name="respirator", unit="size", ladder=_SIZES, draw=uniform(0.85, 1.1), apply=respirator
)
