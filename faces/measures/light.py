"""How a face is lit, from the histogram of its luminance.

OFIQ measures over the hull of 98 landmarks, and exposure without what its occlusion network marks;
we measure over a face of mean proportions, whatever covers it: dark glasses count as dark pixels.
"""

import math

import numpy as np
from numpy.typing import NDArray

from faces.measures.component import Component, Measure
from faces.measures.mapping import curve, sigmoid, whole
from faces.measures.portrait import LEAST_SHOWN, Mask, Portrait, Rgb, cheeks

Histogram = NDArray[np.float64]
"""Shape (256,), sums to 1."""

DARKEST, BRIGHTEST = 25, 247
"""Up to here pixels are under-exposed, from here on over-exposed."""

_LEVELS = np.arange(256)


def linear(level: NDArray[np.float64]) -> NDArray[np.float64]:
    """Undo the tone curve of sRGB (IEC 61966-2-1). Values in [0, 1], of any shape."""
    return np.where(level > 0.04045, ((level + 0.055) / 1.055) ** 2.4, level / 12.92)  # noqa: PLR2004  the standard's


_PARTS = 255 * linear(_LEVELS / 255.0) * np.array([[0.2126], [0.7152], [0.0722]])
_RED, _GREEN, _BLUE = _PARTS.astype(np.float32)
"""What each level of a channel adds to luminance (Rec. ITU-R BT.709)."""


def luminance(pixels: Rgb) -> NDArray[np.uint8]:
    """Linear light, on a scale of 0 to 255: shape (..., 3) to (...)."""
    total = _RED[pixels[..., 0]] + _GREEN[pixels[..., 1]] + _BLUE[pixels[..., 2]]
    return np.asarray(total + np.float32(0.5), dtype=np.uint8)


def histogram(levels: NDArray[np.uint8]) -> Histogram:
    """Share of each level among any number of pixels, at least one."""
    counts = np.bincount(levels.ravel(), minlength=256)
    shares: Histogram = counts / counts.sum()
    return shares


def measures(portrait: Portrait, region: Mask) -> list[Measure]:
    """Every measure of light that the picture shows enough for.

    Args:
        portrait: A face.
        region: Shape FRAME: where it is and the picture is.
    """
    uniformity = _uniformity(portrait)
    return ([uniformity] if uniformity else []) + of_histogram(
        histogram(luminance(portrait.pixels[region]))
    )


def _uniformity(portrait: Portrait) -> Measure | None:
    """Overlap of the histograms of both cheeks; native range [0, 1]."""
    both = []
    for cheek in cheeks(portrait.landmarks):
        shown = portrait.shown[cheek]
        if not shown.size or shown.mean() < LEAST_SHOWN:
            return None
        both.append(histogram(luminance(portrait.pixels[cheek][shown])))
    native = float(np.minimum(*both).sum())
    return Measure(
        component=Component.ILLUMINATION_UNIFORMITY, native=native, score=whole(100 * native**0.3)
    )


def of_histogram(shares: Histogram) -> list[Measure]:
    """Mean and variance in [0, 1], shares of dark and of bright pixels, entropy in bits."""
    mean, variance = moments(shares)
    dark, bright = exposure(shares)
    present = shares[shares > 0]
    bits = float(-(present * np.log2(present)).sum())
    natives = {
        Component.LUMINANCE_MEAN: (mean, _mean_score(mean)),
        Component.LUMINANCE_VARIANCE: (variance, _variance_score(variance)),
        Component.UNDER_EXPOSURE_PREVENTION: (
            dark,
            curve(dark, h=120, a=0.832, s=-1, x0=0.92, w=0.05),
        ),
        Component.OVER_EXPOSURE_PREVENTION: (bright, whole(1 / (bright + 0.01))),
        Component.DYNAMIC_RANGE: (bits, whole(12.5 * bits)),
    }
    return [
        Measure(component=component, native=native, score=score)
        for component, (native, score) in natives.items()
    ]


def moments(shares: Histogram) -> tuple[float, float]:
    """Mean and variance of luminance, both on a scale of 0 to 1."""
    levels = _LEVELS / 255
    mean = float(shares @ levels)
    return mean, float(shares @ (levels - mean) ** 2)


def exposure(shares: Histogram) -> tuple[float, float]:
    """Share of under-exposed and of over-exposed pixels."""
    return float(shares[: DARKEST + 1].sum()), float(shares[BRIGHTEST:].sum())


def _mean_score(mean: float) -> int:
    return whole(100 * sigmoid(mean, 0.2, 0.05) * (1 - sigmoid(mean, 0.8, 0.05)))


def _variance_score(variance: float) -> int:
    return whole(100 * math.sin(math.pi * 60 * variance / (60 * variance + 1)))
