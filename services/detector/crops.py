"""Upright crops and portraits, cut from the picture at full resolution."""

import cv2
import numpy as np
from numpy.typing import NDArray

from faces.alignment import Similarity, align
from faces.embedding import CROP_SHAPE
from faces.geometry import Points
from faces.measures import FRAME, REFERENCE, Portrait, portray
from services.detector.canvas import reduce
from services.detector.decode import Pixels

Crop = NDArray[np.uint8]
"""Shape (112, 112, 3), RGB."""


def cut(pixels: Pixels, fit: Similarity, size: tuple[int, int] = CROP_SHAPE[:2]) -> Crop:
    """Warp one face onto its template, into `size` pixels of height and width.

    A face twice as large as its crop, or larger, is averaged by the whole factor first: a
    bilinear warp alone looks at four pixels and drops the rest as noise. On faces five
    times as large with noise, that raises the cosine to a clean crop from .960 to .995.

    What lies outside of the picture is black: of black, grey, repeated and mirrored edges
    it changes the embedding of a cut face least (.91, .90, .86 and .88 on average).
    """
    part, matrix = _part(pixels, fit.matrix, max(1, int(1 / fit.scale)), size)
    crop = cv2.warpAffine(
        part, matrix, size[::-1], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT
    )
    return np.asarray(crop, dtype=np.uint8)


def cut_portrait(pixels: Pixels, landmarks: Points) -> Portrait | None:
    """Warp one face onto the frame that quality measures are taken on.

    Returns:
        None if the landmarks, shape (5, 2), have no extent.
    """
    fit = align(landmarks, REFERENCE)
    if fit is None:
        return None
    height, width = pixels.shape[:2]
    return portray(cut(pixels, fit, FRAME), fit.matrix, landmarks, width=width, height=height)


def _part(
    pixels: Pixels, matrix: NDArray[np.float64], factor: int, size: tuple[int, int]
) -> tuple[Pixels, NDArray[np.float64]]:
    """Shrink the part of a picture that `matrix` uses by a factor; adapt `matrix` to it.

    Only a part: a large picture may show many faces, of different sizes.
    """
    back = cv2.invertAffineTransform(matrix)
    corners = np.array([[0, 0], [size[1], 0], [0, size[0]], size[::-1]], dtype=np.float64)
    used = corners @ back[:, :2].T + back[:, 2]
    height, width = pixels.shape[:2]
    low = np.clip(np.floor(used.min(axis=0)) - factor, 0, [width - 1, height - 1]).astype(int)
    high = np.clip(np.ceil(used.max(axis=0)) + factor, low + 1, [width, height]).astype(int)
    part = pixels[low[1] : high[1], low[0] : high[0]]
    small = reduce(part, factor)
    if small is part:
        factor = 1
    # The centre of block i is factor * i + (factor - 1) / 2 of the part's own pixels.
    shift = matrix[:, 2] + matrix[:, :2] @ (low + (factor - 1) / 2)
    return small, np.column_stack([matrix[:, :2] * factor, shift])
