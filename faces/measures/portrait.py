"""A face on OFIQ's frame, and where on it the face is.

OFIQ aligns a face to 616 x 616 pixels with 113 px between the eyes. `FRAME` is the part of it that
shows the face, so that no pixel is warped in vain.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faces.geometry import Points

INTER_EYE_PX = 113.0
"""Between the eyes of OFIQ's reference."""

_CORNER = (184, 231)
"""Left and top of our part of OFIQ's frame."""

FRAME = (256, 248)
"""Height and width of a portrait."""

REFERENCE: Points = np.array(
    [[251, 272], [364, 272], [308, 336], [262, 402], [355, 402]], dtype=np.float32
) - np.array(_CORNER, dtype=np.float32)
"""Where landmarks lie on a portrait; rows as in `faces.alignment`. OFIQ's reference, moved."""

_HEIGHTS = (-0.35, -0.34, -0.22, -0.10, 0.27, 0.60, 0.93, 1.24, 1.49, 1.69, 1.85, 1.89)
_HALF_WIDTHS = (0.60, 0.77, 0.92, 1.09, 1.08, 1.05, 1.00, 0.90, 0.72, 0.50, 0.27, 0.0)
"""The mean outline from eyebrows to chin, in units of the distance between the eyes, from their
midpoint: the median of 56 photos of the training set that show a face within 15 degrees of
frontal, by a network of 68 landmarks. It stands in for the hull of OFIQ's 98 landmarks."""

LEAST_SHOWN = 0.5
"""Share of a region that must lie inside of the picture, or it is not measured."""

Mask = NDArray[np.bool_]
Rgb = NDArray[np.uint8]
"""Shape (height, width, 3)."""


@dataclass(frozen=True, slots=True)
class Portrait:
    """A face, upright and of one size."""

    pixels: Rgb
    """Shape (*FRAME, 3); black where the picture ends."""

    shown: Mask
    """Shape FRAME: where the picture does not end."""

    landmarks: Points
    """Shape (5, 2), on the portrait."""


def portray(
    pixels: Rgb, matrix: NDArray[np.float64], landmarks: Points, *, width: int, height: int
) -> Portrait:
    """Take a warped face for a portrait.

    Args:
        pixels: Shape (*FRAME, 3), warped by `matrix`.
        matrix: Shape (2, 3): picture to portrait, as of `faces.alignment.align` to `REFERENCE`.
        landmarks: Shape (5, 2), in pixels of the picture.
        width: Of the picture.
        height: Of the picture.
    """
    on_frame = landmarks.astype(np.float64) @ matrix[:, :2].T + matrix[:, 2]
    back = np.linalg.inv(matrix[:, :2])
    origin = -back @ matrix[:, 2]
    rows, columns = np.arange(FRAME[0])[:, None], np.arange(FRAME[1])
    x = back[0, 0] * columns + (back[0, 1] * rows + origin[0])
    y = back[1, 0] * columns + (back[1, 1] * rows + origin[1])
    shown = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    return Portrait(pixels, shown, on_frame.astype(np.float32))


def face_region(shape: tuple[int, int], eyes: tuple[float, float], inter_eye_px: float) -> Mask:
    """Where a face of mean proportions is.

    Args:
        shape: Height and width of the result.
        eyes: Midpoint of the eyes, x and y.
        inter_eye_px: Distance between them.
    """
    rows = (np.arange(shape[0]) - eyes[1]) / inter_eye_px
    halves = np.interp(rows, _HEIGHTS, _HALF_WIDTHS, left=-1.0, right=-1.0)
    columns = np.abs(np.arange(shape[1]) - eyes[0]) / inter_eye_px
    inside: Mask = columns <= halves[:, None]
    return inside


FACE = face_region(FRAME, (307.5 - _CORNER[0], 272.0 - _CORNER[1]), INTER_EYE_PX)
"""Shape FRAME: the face of every portrait."""
FACE.setflags(write=False)


def cheeks(landmarks: Points) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Both cheeks, the person's right one first, as OFIQ cuts them: rows and columns.

    Squares with a side of .3 of the distance between the eyes, outwards of each eye, from half
    way to the mouth on. Parts beyond the portrait are cut off.
    """
    right, left, _, *mouth = landmarks.astype(np.float64)
    side = int(0.3 * np.linalg.norm(left - right))
    middle = (right + left) / 2
    below = int(np.linalg.norm(np.mean(mouth, axis=0) - middle) / 2)
    return (
        _square(round(right[0]) - side, round(right[1]) + below, side),
        _square(round(left[0]), round(left[1]) + below, side),
    )


def _square(left: int, top: int, side: int) -> tuple[slice, slice]:
    return (
        slice(max(0, top), max(0, top + side)),
        slice(max(0, left), max(0, left + side)),
    )
