"""A face that is far away: few source pixels across the crop.

On the template the eyes are 35.24 px apart, so 28 px across the crop are 8.8 px between the
eyes of the source (`methods` C.1, arithmetic of resolution).
"""

import cv2
import numpy as np

from degradations.cause import INTER_EYE_PX, SIDE, Cause, Crop, log_uniform
from degradations.light import pixels

_UPSCALES = (cv2.INTER_CUBIC, cv2.INTER_LINEAR, cv2.INTER_LANCZOS4)


def across_from_inter_eye(inter_eye_px: float) -> float:
    """Source pixels across the crop of a face whose eyes are so far apart in the source."""
    return inter_eye_px * SIDE / INTER_EYE_PX


def inter_eye_from_across(across_px: float) -> float:
    """Source pixels between the eyes, of a crop that has so many across."""
    return across_px * INTER_EYE_PX / SIDE


def shrink(crop: Crop, across: float, _generator: np.random.Generator) -> Crop:
    """Keep `across` pixels: the mean of each area, brought back by bicubic interpolation."""
    return upscaled(downscaled(crop, across), cv2.INTER_CUBIC)


def resample(crop: Crop, across: float, generator: np.random.Generator) -> Crop:
    """Keep `across` pixels, and bring them back as one or the other software would."""
    return upscaled(downscaled(crop, across), upscale(generator))


def downscaled(crop: Crop, across: float) -> Crop:
    """The mean of each area, as pixels of a sensor take it; an even number across."""
    side = min(SIDE, max(8, 2 * round(across / 2)))
    return pixels(cv2.resize(crop, (side, side), interpolation=cv2.INTER_AREA))


def upscaled(small: Crop, interpolation: int) -> Crop:
    """Back to the size of a crop."""
    return pixels(cv2.resize(small, (SIDE, SIDE), interpolation=interpolation))


def upscale(generator: np.random.Generator) -> int:
    """How some software brings a small face back: bicubic, bilinear or Lanczos."""
    return _UPSCALES[int(generator.integers(len(_UPSCALES)))]


RESOLUTION = Cause(
    name="resolution",
    unit="px across",
    ladder=(56.0, 42.0, 28.0, 20.0, 14.0),
    draw=log_uniform(12.0, 70.0),
    apply=shrink,
    vary=resample,
)
