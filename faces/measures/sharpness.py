"""How much detail a picture has: what of it a further blur takes away.

Crete, Dolmiere, Ladret and Nicolas, The blur effect, SPIE Human Vision and Electronic Imaging 2007:
blurring a sharp picture changes the differences of neighbours a lot, blurring a blurred one hardly.
OFIQ asks a random forest instead, over Laplacian, Sobel and mean-difference features; ours has
nothing trained, another native scale and another mapping.
"""

import numpy as np
from numpy.typing import NDArray

from faces.measures.component import Component, Measure
from faces.measures.mapping import curve
from faces.measures.portrait import Mask, Rgb

_REACH = 4
"""Pixels to either side that the blur averages: nine in all, as published."""

_SOFT, _WIDTH = 0.20, 0.05
"""A score of 50 is what a sharp photo comes to by a Gaussian blur of 2 px on a portrait, of 113 px
between the eyes. Measured on photos of the training set with 90 px between the eyes and more:
.44 as they are (score 99), .33 after a blur of 1 px (93), .20 of 2 px (50), .12 of 3 px (17).
Whatever is enlarged is soft: .20 with less than 40 px between the eyes."""

Grey = NDArray[np.float32]
"""Shape (height, width), 0 to 255."""


def grey(pixels: Rgb) -> Grey:
    """Luma of sRGB (Rec. ITU-R BT.601), as eyes see contrast."""
    weights = np.array([0.299, 0.587, 0.114], dtype=np.float32)
    return np.asarray(pixels @ weights, dtype=np.float32)


def measure(pixels: Rgb, region: Mask) -> Measure:
    """Sharpness of a portrait, where `region` says."""
    native = sharpness(grey(pixels), region)
    score = curve(native, x0=_SOFT, w=_WIDTH)
    return Measure(component=Component.SHARPNESS, native=native, score=score)


def sharpness(levels: Grey, region: Mask) -> float:
    """Share of the differences between neighbours that a blur of nine pixels removes.

    Args:
        levels: A picture. Noise counts as detail, so the finest is smoothed away first.
        region: Of the same shape: what counts.

    Returns:
        Range [0, 1]: the lesser of both directions, so that motion shows. 0 where all is flat.
    """
    smooth = _smoothed(_smoothed(levels).T).T
    inner = _inner(region)
    return min(_removed(smooth, inner), _removed(smooth.T, inner.T))


def _inner(region: Mask) -> Mask:
    """Leave out five pixels along the edge: what lies beyond it is blurred into them."""
    for axis in (0, 1):
        for step in (1, 2, 2):
            region = region & np.roll(region, step, axis) & np.roll(region, -step, axis)
    return region


def _smoothed(levels: Grey) -> Grey:
    """Average each pixel with its neighbours in the row: 1, 2, 1."""
    padded = np.pad(levels, ((0, 0), (1, 1)), mode="edge")
    result: Grey = (padded[:, :-2] + np.float32(2) * levels + padded[:, 2:]) / np.float32(4)
    return result


def _removed(levels: Grey, region: Mask) -> float:
    """Of the differences between rows."""
    blurred = _blurred(levels)
    inside = region[1:] & region[:-1]
    before = np.abs(np.diff(levels, axis=0))[inside]
    after = np.abs(np.diff(blurred, axis=0))[inside]
    total = float(before.sum(dtype=np.float64))
    gone = float(np.maximum(before - after, 0).sum(dtype=np.float64))
    return gone / total if total > 0 else 0.0


def _blurred(levels: Grey) -> Grey:
    """Average nine rows around each."""
    padded = np.pad(levels, ((_REACH + 1, _REACH), (0, 0)), mode="edge")
    sums = padded.cumsum(axis=0, dtype=np.float64)
    size = 2 * _REACH + 1
    result: Grey = ((sums[size:] - sums[:-size]) / size).astype(np.float32)
    return result
