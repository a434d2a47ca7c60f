"""Pixels as people store them, and planes as networks want them."""

import numpy as np
from numpy.typing import NDArray

from faces.contract import Preprocessing
from faces.embedding import Crops

_WHITE = np.float32(255)


def to_planes(crops: Crops, how: Preprocessing) -> NDArray[np.float32]:
    """Make a model's input: shape (n, height, width, 3) RGB to (n, 3, height, width)."""
    ordered = crops if how.channels == "RGB" else crops[..., ::-1]
    planes = np.ascontiguousarray(ordered.transpose(0, 3, 1, 2), dtype=np.float32)
    planes -= np.float32(how.mean)
    planes /= np.float32(how.scale)
    return planes


def to_crops(planes: NDArray[np.float32], how: Preprocessing) -> Crops:
    """Undo `to_planes` for what a model made of its input; the nearest of 256 levels each.

    Raises:
        ValueError: A value is not finite. This is a broken model, not a bad photo.
    """
    if not np.all(np.isfinite(planes)):
        raise ValueError("pixels that are not numbers")
    levels = planes.astype(np.float32) * np.float32(how.scale) + np.float32(how.mean)
    pixels = np.clip(np.rint(levels), 0, _WHITE).astype(np.uint8).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(pixels if how.channels == "RGB" else pixels[..., ::-1])
