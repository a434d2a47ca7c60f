"""How large a face is, how it is turned, and where in the picture it is.

The length from the eyes to the chin, which the standard calls T, is not among five landmarks:
`eyes_to_chin` estimates it, and what rests on it is marked as estimated.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faces.alignment import LEFT_EYE, LEFT_MOUTH, RIGHT_EYE, RIGHT_MOUTH, inter_eye_px
from faces.geometry import Points
from faces.measures.component import Component, Measure
from faces.measures.mapping import curve, whole
from faces.pose import Pose

CHIN = 1.72
"""Length from eyes to chin per length from eyes to mouth, on 96 photos of the training set: the
chin by a network of 68 landmarks, the rest by YuNet (median 1.73) and by CenterFace (1.72). The
standard deviation is 5 % by either. The mean face of Farkas, Anthropometry of the Head and Face,
1994, has 1.65: en-gn 117.7 mm, sn-gn 68.5 mm, sn-sto 22.3 mm."""

MOST_YAW_DEG = 60.0
"""Beyond, an error of ten degrees changes 1 / cos(yaw) by more than a third: not reported."""

_IDEAL_SIZE = 0.45


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A face in its picture."""

    landmarks: Points
    """Shape (5, 2), in pixels of the picture."""

    pose: Pose

    width_px: int
    """Of the picture."""

    height_px: int
    """Of the picture."""

    areas: NDArray[np.float32]
    """Shape (n,), n >= 1: areas of the boxes of all faces that were found, in any order."""


def measures(placement: Placement) -> list[Measure]:
    """All that can be told of a placement, in the order of `Component`."""
    return [_single(placement), *_size(placement), *_margins(placement), *_pose(placement.pose)]


def eyes_to_chin(landmarks: Points) -> float:
    """Estimate T in pixels. By the mouth, not by the eyes: they keep their height in a turn."""
    eyes = landmarks[[RIGHT_EYE, LEFT_EYE]].mean(axis=0)
    mouth = landmarks[[RIGHT_MOUTH, LEFT_MOUTH]].mean(axis=0)
    return CHIN * float(np.linalg.norm(mouth - eyes))


def _single(placement: Placement) -> Measure:
    """How large the second largest face is, by length, beside the largest one. Range [0, 1]."""
    largest = np.sort(placement.areas)[::-1].clip(min=0)
    second = largest[1] / largest[0] if len(largest) > 1 and largest[0] > 0 else 0.0
    native = math.sqrt(second)
    return Measure(
        component=Component.SINGLE_FACE_PRESENT, native=native, score=whole(100 * (1 - native))
    )


def _size(placement: Placement) -> Iterator[Measure]:
    """Pixels between the eyes of a face seen from the front; T per height of the picture."""
    yaw = abs(placement.pose.yaw_deg)
    if yaw <= MOST_YAW_DEG:
        eyes = inter_eye_px(placement.landmarks) / math.cos(math.radians(yaw))
        score = curve(eyes, x0=70, w=20)
        yield Measure(component=Component.INTER_EYE_DISTANCE, native=eyes, score=score)
    size = eyes_to_chin(placement.landmarks) / placement.height_px
    score = curve(abs(size - _IDEAL_SIZE), h=200, a=1, s=-1, x0=0, w=0.05)
    yield Measure(component=Component.HEAD_SIZE, native=size, score=score, estimated=True)


def _margins(placement: Placement) -> Iterator[Measure]:
    """Room beside the face in distances between the eyes, above and below it in T."""
    right, left = placement.landmarks[[RIGHT_EYE, LEFT_EYE]].astype(np.float64)
    across = max(inter_eye_px(placement.landmarks), 1.0)
    for component, x in (
        (Component.LEFTWARD_CROP, right[0] / across),
        (Component.RIGHTWARD_CROP, (placement.width_px - left[0]) / across),
    ):
        yield Measure(component=component, native=float(x), score=curve(float(x), x0=0.9, w=0.1))
    chin = max(eyes_to_chin(placement.landmarks), 1.0)
    height = float(right[1] + left[1]) / 2
    for component, y, x0 in (
        (Component.MARGIN_ABOVE, height / chin, 1.4),
        (Component.MARGIN_BELOW, (placement.height_px - height) / chin, 1.8),
    ):
        yield Measure(component=component, native=y, score=curve(y, x0=x0, w=0.1), estimated=True)


def _pose(pose: Pose) -> Iterator[Measure]:
    """Degrees, with the signs of `Pose`; good to about ten, where OFIQ fits a 3D model."""
    for component, angle in (
        (Component.HEAD_POSE_YAW, pose.yaw_deg),
        (Component.HEAD_POSE_PITCH, pose.pitch_deg),
        (Component.HEAD_POSE_ROLL, pose.roll_deg),
    ):
        score = whole(100 * max(0.0, math.cos(math.radians(angle))) ** 2)
        yield Measure(component=component, native=angle, score=score)
