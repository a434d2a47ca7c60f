"""What the scenes share: colour casts and lamps."""

import numpy as np
from numpy.typing import NDArray

from degradations.cause import Crop
from degradations.light import to_display, to_linear

STEPS = (0.25, 0.5, 0.75, 1.0, 1.25)
"""Strengths of a scene: 1 is the scene itself."""

_DOWN, _ACROSS = np.mgrid[-1.0:1.0:112j, -1.0:1.0:112j].astype(np.float32)


def slope(angle: float) -> NDArray[np.float32]:
    """From -1 to 1 across the crop, in the direction of `angle`; shape (112, 112)."""
    return np.asarray(np.cos(angle) * _ACROSS + np.sin(angle) * _DOWN, dtype=np.float32)


def spot(x: float, y: float, width: float, height: float) -> NDArray[np.float32]:
    """A soft spot of light of height 1; places and sizes in half crops from the centre."""
    return np.asarray(
        np.exp(-(((_ACROSS - x) / width) ** 2) - ((_DOWN - y) / height) ** 2), dtype=np.float32
    )


def lit(crop: Crop, gains: NDArray[np.float32], more: NDArray[np.float32] | float = 0.0) -> Crop:
    """Multiply light by gains, add some; both broadcast to (112, 112, 3)."""
    return to_display(to_linear(crop) * gains + more)
