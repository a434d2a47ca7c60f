"""From the levels of a file to linear light and back: blur and exposure act on light.

The curve is that of sRGB (IEC 61966-2-1).
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from degradations.cause import Crop

Linear = NDArray[np.float32]
"""Shape (h, w, 3), BGR, in [0, 1], proportional to light."""


_DARK = 0.0031308
"""Light below which the curve is a line."""


def _linear(level: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(level <= _DARK * 12.92, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)


def _display(light: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(light <= _DARK, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


_LINEAR = _linear(np.arange(256) / 255).astype(np.float32)
_DISPLAY = np.rint(_display(np.arange(65536) / 65535) * 255).astype(np.uint8)


def to_linear(crop: Crop) -> Linear:
    """Light of each level."""
    return np.asarray(cv2.LUT(crop, _LINEAR), dtype=np.float32)


def to_display(light: NDArray[np.float32]) -> Crop:
    """Levels of light of any range: what is above 1 is white."""
    index = (np.clip(light, 0.0, 1.0) * np.float32(65535.0) + np.float32(0.5)).astype(np.uint16)
    return np.asarray(_DISPLAY[index], dtype=np.uint8)


def exposed(crop: Crop, gain: float | NDArray[np.float64]) -> Crop:
    """Multiply the light by one gain, or by one of each channel (B, G, R)."""
    light = _linear(np.arange(256) / 255)[:, None] * np.atleast_1d(gain)
    table = np.rint(_display(np.clip(light, 0, 1)) * 255).astype(np.uint8)
    return pixels(cv2.LUT(crop, table[None] if table.shape[1] == 3 else table[:, 0]))  # noqa: PLR2004  channels


def pixels(values: NDArray[Any]) -> Crop:
    """Round to levels, and cut what no level can say."""
    if values.dtype == np.uint8:
        return np.asarray(values, dtype=np.uint8)
    return np.asarray(np.clip(np.rint(values), 0, 255), dtype=np.uint8)
