"""Head pose from five landmarks, good enough to gate."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faces.alignment import TEMPLATE
from faces.geometry import Points

_DEPTHS = (0.0, 0.0, -16.0, -3.0, -3.0)
"""How far each landmark lies behind the eyes, in template pixels (about 1.8 mm): the
nose tip 29 mm and the mouth 5 mm in front of them, after mean adult faces."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Angles of a head in degrees, seen from the camera."""

    yaw_deg: float
    """Range [-180, 180]. Positive: the person looks to their left."""

    pitch_deg: float
    """Range [-90, 90]. Positive: the person looks up."""

    roll_deg: float
    """Range (-180, 180]. Positive: counter-clockwise in the picture."""


def _solid() -> NDArray[np.float64]:
    """Shape (5, 3): the template with depth, centred; x right, y down, z away."""
    points = np.column_stack([TEMPLATE.astype(np.float64), _DEPTHS])
    centred: NDArray[np.float64] = points - points.mean(axis=0)
    return centred


_INVERSE = np.linalg.pinv(_solid())


def estimate(landmarks: Points) -> Pose:
    """Fit the template, as a solid, by scaled orthographic projection (POS).

    A face like the template itself has yaw and pitch 0 by construction.

    Args:
        landmarks: Shape (5, 2), in pixels, not all at one place.
    """
    flat = landmarks.astype(np.float64)
    rows = (_INVERSE @ (flat - flat.mean(axis=0))).T
    lengths = np.linalg.norm(rows, axis=1)
    across = rows[0] / max(lengths[0], np.finfo(np.float64).tiny)
    down = rows[1] - across * (rows[1] @ across)
    down /= max(float(np.linalg.norm(down)), np.finfo(np.float64).tiny)
    away = np.cross(across, down)
    # Columns of the rotation say where the solid's axes point in the picture.
    gaze = -np.array([across[2], down[2], away[2]])
    return Pose(
        yaw_deg=math.degrees(math.atan2(gaze[0], -gaze[2])),
        pitch_deg=math.degrees(math.asin(float(np.clip(-gaze[1], -1, 1)))),
        roll_deg=math.degrees(math.atan2(-down[0], across[0])),
    )
