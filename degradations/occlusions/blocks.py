"""Things of no kind: rectangles of a given share, blobs, scattered spots, bars.

Blocks are what LFW-occ and its like put on faces (`methods` B.5): opaque, with hard edges.
"""

import numpy as np

from degradations.cause import SIDE, Crop, chance, pick, uniform
from degradations.occlusions import shapes
from degradations.occlusions.occluder import Occluded, Occluder, Paint, Plane, laid, put_on
from degradations.occlusions.prints import FILLS, some
from degradations.occlusions.texture import clouds

SHARES = (0.1, 0.2, 0.35, 0.5)
"""Of the crop's pixels."""


def fill_of(crop: Crop, generator: np.random.Generator) -> Paint:
    """What a block shows: black, grey, white, the mean of the crop, one colour, noise, anything."""
    paint = np.empty((SIDE, SIDE, 3), dtype=np.float32)
    match pick(generator, 0.2, 0.05, 0.15, 0.1):
        case 0:
            paint[:] = generator.choice([0.0, 0.0, 127.0, 255.0])
        case 1:
            paint[:] = crop.mean(axis=(0, 1))
        case 2:
            paint[:] = generator.uniform(0.0, 255.0, 3)
        case 3:
            paint[:] = generator.integers(0, 256, paint.shape)
        case _:
            paint = some(FILLS, crop, generator)
    return paint


def block(crop: Crop, share: float, generator: np.random.Generator) -> Occluded:
    """A rectangle that lies wholly on the crop, of any place and proportions."""
    area = share * SIDE * SIDE
    least = max(share**0.5 * 0.55, share * 1.02) * SIDE
    width = round(generator.uniform(least, min(SIDE, area / least)))
    height = min(SIDE, round(area / width))
    left, top = (int(generator.integers(0, SIDE - size + 1)) for size in (width, height))
    return boxed(crop, (left, top, left + width, top + height), generator)


def boxed(crop: Crop, box: tuple[int, int, int, int], generator: np.random.Generator) -> Occluded:
    """Fill one box (x0, y0, x1, y1): opaque, x1 and y1 excluded."""
    alpha = np.zeros((SIDE, SIDE), dtype=np.float32)
    alpha[box[1] : box[3], box[0] : box[2]] = 1.0
    return laid(crop, fill_of(crop, generator), alpha)


def blob(crop: Crop, share: float, generator: np.random.Generator) -> Occluded:
    """A smooth or a jagged shape, whole or hanging over the border."""
    turn = np.sort(generator.uniform(0, 2 * np.pi, int(generator.integers(4, 11))))
    radius = (share * SIDE * SIDE / np.pi) ** 0.5 * generator.uniform(0.7, 1.5, len(turn))
    squeeze = generator.uniform(0.6, 1.0)
    outline = np.column_stack([np.cos(turn) * radius / squeeze, np.sin(turn) * radius * squeeze])
    how = shapes.pose((0, 0), _place(generator), 1.0, generator.uniform(0, 2 * np.pi))
    rounds = int(generator.integers(0, 3))
    alpha = shapes.fill(shapes.posed(shapes.smooth(outline, rounds), how))
    return put_on(crop, some(FILLS, crop, generator), alpha, generator)


def scatter(crop: Crop, share: float, generator: np.random.Generator) -> Occluded:
    """Spots all over: leaves, drops, dirt, stickers."""
    octaves = (int(generator.integers(4, 18)), 34)
    level = clouds(generator, octaves)
    edge = np.quantile(level, 1.0 - share)
    alpha = np.clip((level - edge) * generator.uniform(8.0, 60.0) + 0.5, 0.0, 1.0)
    paint = some(FILLS, crop, generator)
    return put_on(crop, paint, alpha.astype(np.float32), generator)


def bars(crop: Crop, share: float, generator: np.random.Generator) -> Occluded:
    """A fence, a railing, a blind, a strap: parallel bars, or two layers that cross."""
    crossed = chance(generator, 0.3)
    part = 1.0 - (1.0 - share) ** 0.5 if crossed else share
    alpha = _fence(part, generator)
    if crossed:
        alpha = np.maximum(alpha, _fence(part, generator))
    return put_on(crop, some(FILLS, crop, generator), alpha, generator)


def _fence(share: float, generator: np.random.Generator) -> Plane:
    count = int(generator.integers(1, 8))
    pitch = 160.0 / count
    turn = generator.uniform(0, np.pi)
    how = shapes.pose((0, 0), (56.0, 56.0), 1.0, turn, generator.normal(0, 1e-3, 2))
    first = generator.uniform(0, pitch) - 80.0
    outlines = [
        shapes.posed(
            [(x, -110), (x + pitch * share, -110), (x + pitch * share, 110), (x, 110)], how
        )
        for x in first + pitch * np.arange(-1, count)
    ]
    return shapes.fill(*outlines)


def _place(generator: np.random.Generator) -> tuple[float, float]:
    x, y = generator.uniform(10.0, 102.0), generator.uniform(10.0, 104.0)
    return float(x), float(y)


BLOCK = Occluder(name="block", unit="share", ladder=SHARES, draw=uniform(0.03, 0.5), apply=block)
BLOB = Occluder(name="blob", unit="share", ladder=SHARES, draw=uniform(0.03, 0.4), apply=blob)
SCATTER = Occluder(
    name="scatter", unit="share", ladder=SHARES, draw=uniform(0.05, 0.4), apply=scatter
)
BARS = Occluder(name="bars", unit="share", ladder=SHARES, draw=uniform(0.05, 0.45), apply=bars)
