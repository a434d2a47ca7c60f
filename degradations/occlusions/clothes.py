"""Scarves, hoods and hats: fabric that hangs, wraps and folds."""

import numpy as np

from degradations.cause import Crop, chance, uniform
from degradations.occlusions import shapes, texture
from degradations.occlusions.occluder import Occluded, Occluder, Paint, put_on
from degradations.occlusions.prints import FABRICS, some

_REACHES = (0.2, 0.35, 0.5)


def scarf(crop: Crop, reach: float, generator: np.random.Generator) -> Occluded:
    """Covers `reach` of the crop's height from below, with a wavy edge and long folds."""
    top = 112.0 * (1.0 - reach)
    x = np.linspace(-10, 122, 8)
    sag = generator.normal(0, 6) * (((x - 56) / 60) ** 2 - 0.4)
    edge = np.column_stack([x, top + sag + generator.normal(0, 2.0, 8)])
    outline = np.vstack([shapes.smooth(edge, closed=False), [(125, 125), (-13, 125)]])
    turn = generator.normal(0, 0.1)
    alpha = shapes.fill(shapes.posed(outline, shapes.pose((56, 90), (56, 90), 1.0, turn)))
    return put_on(crop, _folded(crop, np.pi / 2, generator), alpha, generator, shadow=0.5)


def hood(crop: Crop, reach: float, generator: np.random.Generator) -> Occluded:
    """Leaves an opening; `reach` is how far it comes in from above and from the sides.

    One of five also covers nose and mouth, so that the eyes look out of a slit.
    """
    x, width = 56 + generator.normal(0, 3), 64 - 58 * reach * generator.uniform(0.7, 1.0)
    top = 112 * reach * generator.uniform(0.7, 1.05)
    low = 150.0 if chance(generator, 0.7) else generator.uniform(104, 125)
    if chance(generator, 0.2):
        low = generator.uniform(66, 76)
        top = min(top, 40.0)
    middle, height = (top + low) / 2, (low - top) / 2
    opening = shapes.jittered(shapes.ellipse(x, middle, width, height, 14), 1.5, generator)
    turned = shapes.posed(opening, shapes.pose((56, 60), (56, 60), 1.0, generator.normal(0, 0.08)))
    alpha = np.float32(1.0) - shapes.fill(shapes.smooth(turned))
    return put_on(crop, _folded(crop, generator.uniform(0, np.pi), generator), alpha, generator)


def hat(crop: Crop, reach: float, generator: np.random.Generator) -> Occluded:
    """A cap with a peak or a beanie: `reach` of the crop's height from above."""
    low = 112 * reach
    bend = generator.uniform(2, 12) * (1 if chance(generator, 0.6) else -1)
    x = np.linspace(-8, 120, 9)
    edge = np.column_stack([x, low - bend * (1 - ((x - 56) / 64) ** 2) + bend / 2])
    outline = np.vstack([shapes.smooth(edge, closed=False), [(125, -14), (-14, -14)]])
    how = shapes.pose((56, low), (56, low), 1.0, generator.normal(0, 0.07))
    paint = _folded(crop, generator.uniform(0, np.pi), generator)
    band = shapes.lines([shapes.posed(edge - (0, generator.uniform(5, 16)), how)], 1)
    paint *= (1.0 - np.float32(generator.uniform(0.1, 0.5)) * band)[..., None]
    alpha = shapes.fill(shapes.posed(outline, how))
    return put_on(crop, paint, alpha, generator, shadow=generator.uniform(0.3, 0.9))


def _folded(crop: Crop, turn: float, generator: np.random.Generator) -> Paint:
    """Fabric whose folds run across `turn`, bent by their own weight; some is knitted."""
    folds = texture.wave(generator, 12, 45, turn + generator.normal(0, 0.25))
    uneven = texture.clouds(generator, (3, 6, 11))
    shade = 1.0 + 0.18 * folds * uneven + 0.3 * (uneven - 0.5)
    if chance(generator, 0.3):
        rib = texture.wave(generator, 3, 7, turn + np.pi / 2)
        shade += 0.12 * rib * (0.6 + 0.4 * texture.wave(generator, 3, 5, turn))
    return np.asarray(some(FABRICS, crop, generator) * shade[..., None], dtype=np.float32)


SCARF = Occluder(
    name="scarf", unit="share of height", ladder=_REACHES, draw=uniform(0.15, 0.52), apply=scarf
)
HOOD = Occluder(name="hood", unit="reach", ladder=_REACHES, draw=uniform(0.1, 0.42), apply=hood)
HAT = Occluder(
    name="hat", unit="share of height", ladder=_REACHES, draw=uniform(0.12, 0.45), apply=hat
)
