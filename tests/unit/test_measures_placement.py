"""Size, place and pose of a face in its picture."""

import dataclasses

import numpy as np
import pytest

from faces.measures import Component, Measure, Placement, placement
from faces.measures.placement import CHIN
from faces.pose import Pose
from tests.portraits import by_name

FRONT = Placement(
    landmarks=np.array(
        [[200, 300], [300, 300], [250, 350], [215, 415], [285, 415]], dtype=np.float32
    ),
    pose=Pose(0, 0, 0),
    width_px=500,
    height_px=800,
    areas=np.array([40_000], dtype=np.float32),
)
"""100 px between the eyes, 115 px from them to the mouth."""


def of(component: Component, **changes: object) -> Measure:
    where = dataclasses.replace(FRONT, **changes)  # type: ignore[arg-type]  # checked by the fields
    return by_name(placement.measures(where))[component]


@pytest.mark.parametrize(
    ("areas", "native", "score"),
    [
        pytest.param([40_000], 0, 100, id="alone"),
        pytest.param([10_000, 40_000, 400], 0.5, 50, id="another one, half as wide"),
        pytest.param([40_000, 40_000], 1, 0, id="twins"),
        pytest.param([0, 0], 0, 100, id="without extent"),
    ],
)
def test_faces_of_the_picture(areas: list[float], native: float, score: int) -> None:
    """How wide the second largest face is beside the largest."""
    measure = of(Component.SINGLE_FACE_PRESENT, areas=np.array(areas, dtype=np.float32))

    assert pytest.approx(native) == measure.native
    assert score == measure.score


@pytest.mark.parametrize(
    ("yaw", "native", "score"),
    [
        pytest.param(0, 100, 82, id="from the front"),
        pytest.param(-60, 200, 100, id="a turned face is as large as from the front"),
    ],
)
def test_distance_between_the_eyes(yaw: float, native: float, score: int) -> None:
    """In pixels of the picture, as if the head were not turned."""
    measure = of(Component.INTER_EYE_DISTANCE, pose=Pose(yaw, 0, 0))

    assert pytest.approx(native) == measure.native
    assert score == measure.score


def test_the_eyes_of_a_profile_are_not_measured() -> None:
    """From the side, a small error of the angle is a large one of the distance."""
    where = dataclasses.replace(FRONT, pose=Pose(61, 0, 0))

    assert Component.INTER_EYE_DISTANCE not in by_name(placement.measures(where))


@pytest.mark.parametrize(
    ("share", "score"),
    [
        pytest.param(0.45, 100, id="as in a passport"),
        pytest.param(0.40, 54, id="a little small"),
        pytest.param(0.50, 54, id="a little large"),
        pytest.param(0.30, 9, id="small"),
    ],
)
def test_size_of_the_head(share: float, score: int) -> None:
    """Eyes to chin per height of the picture; estimated, and said to be."""
    landmarks = FRONT.landmarks.copy()
    landmarks[3:, 1] = 300 + share * 1000 / CHIN

    measure = of(Component.HEAD_SIZE, landmarks=landmarks, height_px=1000)
    assert pytest.approx(share, abs=1e-5) == measure.native
    assert (score, True) == (measure.score, measure.estimated)


@pytest.mark.parametrize(
    ("component", "changes", "native", "score", "estimated"),
    [
        pytest.param(Component.LEFTWARD_CROP, {}, 2.0, 100, False, id="room to the left"),
        pytest.param(
            Component.RIGHTWARD_CROP, {"width_px": 390}, 0.9, 50, False, id="cut to the right"
        ),
        pytest.param(Component.MARGIN_ABOVE, {}, 300 / (CHIN * 115), 76, True, id="above"),
        pytest.param(
            Component.MARGIN_BELOW,
            {"height_px": 300 + round(1.8 * CHIN * 115)},
            1.8,
            50,
            True,
            id="below",
        ),
    ],
)
def test_margins(
    component: Component, changes: dict[str, object], native: float, score: int, estimated: bool
) -> None:
    """Beside the face in distances of the eyes, above and below in eyes to chin."""
    measure = of(component, **changes)

    assert pytest.approx(native, abs=2e-3) == measure.native
    assert (score, estimated) == (measure.score, measure.estimated)


@pytest.mark.parametrize(
    ("angle", "score"),
    [(0, 100), (15, 93), (-30, 75), (45, 50), (90, 0), (-120, 0)],
)
def test_angles(angle: float, score: int) -> None:
    """The square of the cosine, whichever way; a head that looks away has 0."""
    turned = [
        of(Component.HEAD_POSE_YAW, pose=Pose(angle, 0, 0)),
        of(Component.HEAD_POSE_PITCH, pose=Pose(0, angle, 0)),
        of(Component.HEAD_POSE_ROLL, pose=Pose(0, 0, angle)),
    ]

    assert [(angle, score)] * 3 == [(measure.native, measure.score) for measure in turned]


def test_eyes_to_chin_follows_the_mouth() -> None:
    """A turned head brings the eyes together, not eyes and mouth."""
    turned = FRONT.landmarks * np.array([0.5, 1], dtype=np.float32)

    assert placement.eyes_to_chin(FRONT.landmarks) == pytest.approx(CHIN * 115)
    assert placement.eyes_to_chin(turned) == pytest.approx(CHIN * 115)
