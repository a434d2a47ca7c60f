"""Ways in which a camera spoils a crop, each a seeded function of pixels.

Crops are uint8, (112, 112, 3), BGR; none of them is changed in place.
"""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from evaluation.crops import Crop

SIDE = 112
"""Pixels."""


def darken(crop: Crop, generator: np.random.Generator) -> Crop:
    """Expose for 5 to 50 % of the light, in linear light."""
    linear = (crop / 255.0) ** 2.2 * generator.uniform(0.05, 0.5)
    return _to_pixels(linear ** (1 / 2.2) * 255.0)


def gaussian_blur(crop: Crop, generator: np.random.Generator) -> Crop:
    """Lose focus: a standard deviation of 0.5 to 5 px."""
    return _to_pixels(cv2.GaussianBlur(crop, (0, 0), generator.uniform(0.5, 5.0)))


def motion_blur(crop: Crop, generator: np.random.Generator) -> Crop:
    """Move by 3 to 21 px in any direction during the exposure."""
    length = int(generator.integers(3, 22))
    line = np.zeros((length, length), dtype=np.float32)
    line[length // 2] = 1.0
    centre = ((length - 1) / 2, (length - 1) / 2)
    turn = cv2.getRotationMatrix2D(centre, generator.uniform(0.0, 180.0), 1.0)
    kernel = cv2.warpAffine(line, turn, (length, length))
    return _to_pixels(cv2.filter2D(crop, -1, kernel / kernel.sum()))


def downscale(crop: Crop, generator: np.random.Generator) -> Crop:
    """Stand far away: 14 to 60 px across, brought back to 112 by bicubic interpolation."""
    side = int(generator.integers(14, 61))
    small = cv2.resize(crop, (side, side), interpolation=cv2.INTER_AREA)
    return _to_pixels(cv2.resize(small, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC))


def gaussian_noise(crop: Crop, generator: np.random.Generator) -> Crop:
    """Add read noise with a standard deviation of 5 to 60 levels."""
    sigma = generator.uniform(5.0, 60.0)
    return _to_pixels(crop + generator.normal(0.0, sigma, crop.shape))


def shot_noise(crop: Crop, generator: np.random.Generator) -> Crop:
    """Count few photons: 8 to 200 of them make white."""
    photons = np.exp(generator.uniform(np.log(8.0), np.log(200.0)))
    return _to_pixels(generator.poisson(crop / 255.0 * photons) / photons * 255.0)


def jpeg(crop: Crop, generator: np.random.Generator) -> Crop:
    """Compress with quality 10 to 60."""
    quality = int(generator.integers(10, 61))
    _, coded = cv2.imencode(".jpg", crop, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), dtype=np.uint8)


STAGES: tuple[tuple[Callable[[Crop, np.random.Generator], Crop], ...], ...] = (
    (darken,),
    (gaussian_blur, motion_blur),
    (downscale,),
    (gaussian_noise, shot_noise),
    (jpeg,),
)
"""In the order in which light becomes a file."""


def degrade(crop: Crop, generator: np.random.Generator) -> Crop:
    """Apply one stage (3 of 5 crops), two (1 of 5) or three (1 of 5), chosen at random."""
    count = int(generator.choice([1, 2, 3], p=[0.6, 0.2, 0.2]))
    for index in sorted(generator.permutation(len(STAGES))[:count]):
        ways = STAGES[index]
        crop = ways[int(generator.integers(len(ways)))](crop, generator)
    return crop


def _to_pixels(values: NDArray[Any]) -> Crop:
    return np.asarray(np.clip(np.rint(values), 0, 255), dtype=np.uint8)
