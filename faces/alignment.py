"""Five-point alignment to the ArcFace template."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faces.geometry import Points

TEMPLATE: Points = np.array(
    [
        [38.2946, 51.6963],
        [73.5318, 51.5014],
        [56.0252, 71.7366],
        [41.5493, 92.3655],
        [70.7299, 92.2041],
    ],
    dtype=np.float32,
)
"""Where the landmarks lie in a 112 x 112 crop (ArcFace, Deng et al. 2019). Rows: the
person's right eye, left eye, nose tip, right and left corner of the mouth; shape (5, 2)."""

RIGHT_EYE, LEFT_EYE, NOSE_TIP, RIGHT_MOUTH, LEFT_MOUTH = range(5)
"""Rows of landmarks. Sides are the person's own."""


@dataclass(frozen=True, slots=True)
class Similarity:
    """A turn, a scale and a shift: the warp that keeps a face's proportions."""

    matrix: NDArray[np.float64]
    """Shape (2, 3); maps homogeneous source points to the crop."""

    scale: float
    """Crop pixels per source pixel. Range (0, inf)."""


def align(landmarks: Points, template: Points = TEMPLATE) -> Similarity | None:
    """Find the similarity transform that best maps a face onto a template.

    Least squares in closed form (Umeyama 1991).

    Args:
        landmarks: Shape (5, 2), in source pixels.
        template: Shape (5, 2), where they shall lie.

    Returns:
        None if the points coincide or are no numbers, so that no scale exists.
    """
    if not np.isfinite(landmarks).all():
        return None
    source = landmarks.astype(np.float64)
    target = template.astype(np.float64)
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    source_rest, target_rest = source - source_mean, target - target_mean
    spread = np.mean(np.sum(source_rest**2, axis=1))
    if spread < np.finfo(np.float32).eps:
        return None
    left, values, right = np.linalg.svd(target_rest.T @ source_rest / len(source))
    # A mirrored solution may fit better; faces are never mirrored by a camera.
    signs = np.array([1.0, np.sign(np.linalg.det(left) * np.linalg.det(right))])
    turn = left @ np.diag(signs) @ right
    scale = float(np.sum(values * signs) / spread)
    if scale <= 0:
        return None
    shift = target_mean - scale * turn @ source_mean
    return Similarity(np.hstack([scale * turn, shift[:, None]]), scale)


def inter_eye_px(landmarks: Points) -> float:
    """Distance between the eye centres, in the pixels of `landmarks` (5, 2)."""
    return float(np.linalg.norm(landmarks[LEFT_EYE] - landmarks[RIGHT_EYE]))
