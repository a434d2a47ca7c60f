"""Noise and textures, drawn from nothing."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from degradations import Crop
from degradations.cause import SIDE
from degradations.light import pixels
from degradations.occlusions import texture
from degradations.occlusions.prints import text

Make = Callable[[np.random.Generator], Crop]

_SURFACES = (
    texture.solid,
    texture.gradient,
    texture.weave,
    texture.stripes,
    texture.plaid,
    texture.dots,
    texture.mottle,
    texture.camouflage,
    text,
)


def noise(generator: np.random.Generator) -> Crop:
    """White, normal, salt and pepper, or of coarse grains; grey or in colours."""
    channels = int(generator.choice([1, 3]))
    side = SIDE // int(generator.choice([1, 1, 2, 4, 8]))
    shape = (side, side, channels)
    match int(generator.integers(3)):
        case 0:
            grains = generator.uniform(0, 255, shape)
        case 1:
            grains = generator.normal(generator.uniform(60, 190), generator.uniform(20, 80), shape)
        case _:
            grains = np.where(generator.random(shape) < generator.uniform(0.05, 0.5), 255.0, 0.0)
    how = int(generator.choice([cv2.INTER_NEAREST, cv2.INTER_CUBIC]))
    large = cv2.resize(pixels(grains), (SIDE, SIDE), interpolation=how)
    return np.ascontiguousarray(
        np.broadcast_to(large.reshape(SIDE, SIDE, channels), (SIDE, SIDE, 3))
    )


def surface(generator: np.random.Generator) -> Crop:
    """Cloth, clouds, stripes, dots, camouflage or letters (`degradations.occlusions`)."""
    nothing = np.full((SIDE, SIDE, 3), 128, dtype=np.uint8)
    paint = _SURFACES[int(generator.integers(len(_SURFACES)))]
    return pixels(paint(nothing, generator))


def draws(make: Make, count: int, *, seed: int) -> NDArray[np.uint8]:
    """So many crops: shape (count, 112, 112, 3), BGR."""
    return np.stack([make(np.random.default_rng([seed, row])) for row in range(count)])
