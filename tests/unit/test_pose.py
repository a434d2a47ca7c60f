"""Head pose from five points."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from faces.alignment import TEMPLATE
from faces.geometry import Points
from faces.pose import _DEPTHS, Pose, estimate

TOLERANCE_DEG = 0.1
"""For points of the solid itself; people's faces differ from it by up to ten degrees."""

ANGLE = st.floats(-60, 60)


def turned(*, yaw: float = 0, pitch: float = 0, roll: float = 0, scale: float = 1) -> Points:
    """Picture of the solid after turning the head; degrees, signs as `Pose` has them.

    Axes: x right, y down, z away from the camera. The head looks along -z.
    """
    solid = np.column_stack([TEMPLATE.astype(np.float64), _DEPTHS])
    solid -= solid.mean(axis=0)
    y, p, r = map(math.radians, (yaw, pitch, roll))
    to_its_left: NDArray[np.float64] = np.array(
        [[math.cos(y), 0, -math.sin(y)], [0, 1, 0], [math.sin(y), 0, math.cos(y)]]
    )
    upwards = np.array([[1, 0, 0], [0, math.cos(p), math.sin(p)], [0, -math.sin(p), math.cos(p)]])
    counter_clockwise = np.array(
        [[math.cos(r), math.sin(r), 0], [-math.sin(r), math.cos(r), 0], [0, 0, 1]]
    )
    points = solid @ (to_its_left @ upwards @ counter_clockwise).T
    picture: Points = (scale * points[:, :2] + [300, 200]).astype(np.float32)
    return picture


def test_the_template_looks_into_the_camera() -> None:
    """A face like the template has pose 0 by construction."""
    pose = estimate(TEMPLATE)

    np.testing.assert_allclose([pose.yaw_deg, pose.pitch_deg, pose.roll_deg], 0, atol=1e-3)


@pytest.mark.parametrize(
    ("angle", "expected"),
    [
        pytest.param({"yaw": 30}, Pose(30, 0, 0), id="to their left is positive"),
        pytest.param({"yaw": -30}, Pose(-30, 0, 0), id="to their right is negative"),
        pytest.param({"pitch": 20}, Pose(0, 20, 0), id="up is positive"),
        pytest.param({"pitch": -20}, Pose(0, -20, 0), id="down is negative"),
        pytest.param({"roll": 40}, Pose(0, 0, 40), id="counter-clockwise is positive"),
        pytest.param({"roll": -170}, Pose(0, 0, -170), id="almost upside down"),
    ],
)
def test_signs(angle: dict[str, float], expected: Pose) -> None:
    """Each angle alone comes back with its documented sign."""
    pose = estimate(turned(**angle))

    assert expected.yaw_deg == pytest.approx(pose.yaw_deg, abs=TOLERANCE_DEG)
    assert expected.pitch_deg == pytest.approx(pose.pitch_deg, abs=TOLERANCE_DEG)
    assert expected.roll_deg == pytest.approx(pose.roll_deg, abs=TOLERANCE_DEG)


def test_signs_are_seen_in_the_picture() -> None:
    """The words of the proto, checked with bare eyes rather than with a matrix."""
    nose, level = TEMPLATE[2], TEMPLATE[0, 1]

    left, up, leaning = turned(yaw=25), turned(pitch=20), turned(roll=20)

    # Their left is the right of the picture; the nose goes where the head turns.
    assert left[2, 0] - left[:, 0].mean() > nose[0] - TEMPLATE[:, 0].mean()
    assert up[2, 1] - up[0, 1] < nose[1] - level
    # Counter-clockwise: the eye on the right of the picture rises, towards smaller y.
    assert leaning[1, 1] < leaning[0, 1]


@given(yaw=ANGLE, pitch=ANGLE, scale=st.floats(0.2, 20))
def test_turns_come_back(yaw: float, pitch: float, scale: float) -> None:
    """The direction of the gaze is found whatever the size of the face."""
    pose = estimate(turned(yaw=yaw, pitch=pitch, scale=scale))

    assert yaw == pytest.approx(pose.yaw_deg, abs=TOLERANCE_DEG + 0.2 / scale)
    assert pitch == pytest.approx(pose.pitch_deg, abs=TOLERANCE_DEG + 0.2 / scale)


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=5, max_size=5))
def test_any_points_have_finite_angles(points: list[tuple[int, int]]) -> None:
    """A bad detection gets a bad pose, never an exception or no number."""
    pose = estimate(np.array(points, dtype=np.float32))

    assert all(map(math.isfinite, (pose.yaw_deg, pose.pitch_deg, pose.roll_deg)))
