"""Whether skin has a colour that skin has."""

import math

import numpy as np
from numpy.typing import NDArray

from faces.measures.component import Component, Measure
from faces.measures.light import linear
from faces.measures.mapping import curve
from faces.measures.portrait import LEAST_SHOWN, Portrait, cheeks

_TO_XYZ = np.array(
    [[0.43605, 0.38508, 0.14309], [0.22249, 0.71689, 0.06062], [0.01393, 0.09710, 0.71419]]
)
"""Linear sRGB to XYZ under D50 (Bradford)."""

_WHITE = np.array([0.964221, 1.0, 0.825211])
_KAPPA, _EPSILON = 24389 / 27, 216 / 24389
"""CIE 15. OFIQ has 24289, by a slip of the pen it seems: only near black does it show."""

_RED_GREEN, _YELLOW_BLUE = (5, 25), (5, 35)
"""Where a* and b* of natural skin lie."""

_UNNATURAL = 100.0
"""The distance of colours on the green or blue side. A grey picture is among them."""


def measure(portrait: Portrait) -> Measure | None:
    """Distance of the cheeks' mean colour from the colours of skin, in CIELAB.

    OFIQ takes cheeks that its mask does not cover; we take them as they are.

    Returns:
        None if the picture does not show half of each cheek.
    """
    samples = []
    for cheek in cheeks(portrait.landmarks):
        shown = portrait.shown[cheek]
        if not shown.size or shown.mean() < LEAST_SHOWN:
            return None
        samples.append(portrait.pixels[cheek][shown])
    native = distance(np.concatenate(samples).mean(axis=0))
    score = curve(native, h=200, a=1, s=-1, x0=0, w=10)
    return Measure(component=Component.NATURAL_COLOUR, native=native, score=score)


def distance(rgb: NDArray[np.float64]) -> float:
    """How far a mean colour, shape (3,) with levels of 0 to 255, is from skin; >= 0."""
    a, b = _lab(rgb / 255)
    if a < 0 or b < 0:
        return _UNNATURAL
    return math.hypot(_beyond(a, *_RED_GREEN), _beyond(b, *_YELLOW_BLUE))


def _beyond(value: float, low: float, high: float) -> float:
    return max(0.0, low - value, value - high)


def _lab(rgb: NDArray[np.float64]) -> tuple[float, float]:
    """The two colour axes of CIELAB."""
    xyz = _TO_XYZ @ linear(rgb) / _WHITE
    x, y, z = np.where(xyz > _EPSILON, np.cbrt(xyz), (_KAPPA * xyz + 16) / 116).tolist()
    return 500 * (x - y), 200 * (y - z)
