"""A crop that is not where it should be: landmarks were wrong, or half of the face was hidden.

Severity is the mean distance by which the five landmarks miss the template, in crop pixels. A good
detector misses by 1 to 2 px of a crop; small, dark or covered faces by 4 and more.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from degradations.cause import SIDE, Cause, Crop, log_uniform
from degradations.light import pixels
from faces.alignment import TEMPLATE

Affine = NDArray[np.float64]
"""Shape (2, 3)."""

_CENTRE = np.array([SIDE / 2, 70.0])
_POINTS = TEMPLATE.astype(np.float64)


def misplacement(displacement: float, generator: np.random.Generator) -> Affine:
    """Any mixture of shift, turn, scale and squeeze that moves the landmarks so far."""
    turn, scale, squeeze = generator.normal(0.0, (0.12, 0.10, 0.06))
    matrix = np.array([[scale + squeeze, -turn], [turn, scale - squeeze]])
    shift = generator.normal(0.0, 3.0, 2)
    moves = (_POINTS - _CENTRE) @ matrix.T + shift
    share = displacement / float(np.mean(np.linalg.norm(moves, axis=1)))
    # A turn by a share of its matrix is no pure turn, but it is at these angles.
    linear = np.eye(2) + matrix * share
    return np.column_stack([linear, _CENTRE + shift * share - linear @ _CENTRE])


def warped(crop: Crop, matrix: Affine, border: int = cv2.BORDER_REFLECT_101) -> Crop:
    """Move the picture; what was not in it is mirrored, or black."""
    warp = cv2.warpAffine(crop, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=border)
    return pixels(warp)


def misplace(crop: Crop, displacement: float, generator: np.random.Generator) -> Crop:
    """Move, turn and scale the face on the crop."""
    return warped(crop, misplacement(displacement, generator))


POSE_CROP = Cause(
    name="misplaced crop",
    unit="px",
    ladder=(2.0, 4.0, 6.0, 8.0, 12.0, 16.0),
    draw=log_uniform(0.7, 9.0),
    apply=misplace,
)
