"""Parts of pictures, as large as crops."""

import cv2
import numpy as np
from numpy.typing import NDArray

from degradations import Crop
from degradations.cause import SIDE
from faces.geometry import Boxes

LEAST = 48
"""Pixels across a square."""

_TRIES = 60


def square(picture: NDArray[np.uint8], generator: np.random.Generator) -> Crop:
    """A square of any size and place."""
    height, width = picture.shape[:2]
    side = _side(min(height, width), generator)
    left = int(generator.integers(0, width - side + 1))
    top = int(generator.integers(0, height - side + 1))
    return _scaled(picture[top : top + side, left : left + side])


def away(picture: NDArray[np.uint8], boxes: Boxes, generator: np.random.Generator) -> Crop | None:
    """A square that touches no box (x_min, y_min, x_max, y_max); None if none was found."""
    height, width = picture.shape[:2]
    for _ in range(_TRIES):
        side = _side(min(height, width) // 2, generator)
        left = int(generator.integers(0, width - side + 1))
        top = int(generator.integers(0, height - side + 1))
        apart = (
            (boxes[:, 0] >= left + side)
            | (boxes[:, 2] <= left)
            | (boxes[:, 1] >= top + side)
            | (boxes[:, 3] <= top)
        )
        if apart.all():
            return _scaled(picture[top : top + side, left : left + side])
    return None


def _side(most: int, generator: np.random.Generator) -> int:
    return int(generator.integers(min(LEAST, most), most + 1))


def _scaled(part: NDArray[np.uint8]) -> Crop:
    how = cv2.INTER_AREA if len(part) > SIDE else cv2.INTER_CUBIC
    return cv2.resize(part, (SIDE, SIDE), interpolation=how).astype(np.uint8, copy=False)
