"""Second looks: where, and what is believed."""

import numpy as np
import pytest

from faces.alignment import TEMPLATE
from faces.geometry import Letterbox
from services.detector.looks import Region, again, around, revise, whole
from services.detector.port import Detections

SIDES = (320, 640)
FIRST = whole(1280, 960, SIDES)
"""Half scale, on the larger canvas."""


def faces(*rows: tuple[float, float, float, float]) -> Detections:
    """Left, top, size and score of each."""
    table = np.array(rows, dtype=np.float32).reshape(-1, 4)
    low, size, scores = table[:, :2], table[:, 2:3], table[:, 3]
    landmarks = low[:, None] + TEMPLATE / np.float32(112) * size[:, None]
    return Detections(np.hstack([low, low + size]), landmarks, scores)


@pytest.mark.parametrize(
    ("found", "about", "sides"),
    [
        pytest.param(faces((500, 300, 400, 0.9)), [0], [], id="good size"),
        pytest.param(faces((500, 300, 100, 0.9)), [0], [320], id="small"),
        pytest.param(faces((200, 20, 900, 0.9)), [0], [320], id="large"),
        pytest.param(faces(), [], [320], id="nothing found: the picture, smaller"),
        pytest.param(faces((500, 300, 400, 0.6)), [], [320], id="not sure: the picture, smaller"),
        pytest.param(faces((500, 300, 100, 0.6)), [0], [320, 320], id="small and not sure"),
    ],
)
def test_looks_again(found: Detections, about: list[int], sides: list[int]) -> None:
    """At faces of a bad size, and at everything if there is doubt."""
    regions, rows = again(FIRST, found, sides=SIDES, good_px=(160, 420), most=8)

    assert sides == [region.fit.side for region in regions]
    assert (about if sides else []) == rows.tolist()


def test_looks_at_the_most_prominent_faces_only() -> None:
    """A crowd does not cost a look a head."""
    crowd = faces(*((100.0 * x, 400, 40 + x, 0.9) for x in range(10)))

    regions, rows = again(FIRST, crowd, sides=SIDES, good_px=(160, 420), most=3)

    assert (3, 3) == (len(regions), len(rows))


def test_a_picture_on_the_smallest_canvas_is_not_seen_twice() -> None:
    """There is nothing smaller to see it on."""
    regions, _ = again(whole(300, 200, SIDES), faces(), sides=SIDES, good_px=(160, 420), most=8)

    assert [] == regions


@pytest.mark.parametrize(
    "box",
    [
        pytest.param((600, 400, 640, 450), id="in the middle"),
        pytest.param((-30, -10, 50, 90), id="over the corner"),
        pytest.param((1270, 950, 1300, 990), id="over the other corner"),
        pytest.param((-500, -500, -400, -400), id="outside"),
        pytest.param((0, 0, 1280, 960), id="everything"),
        pytest.param((7.2, 7.2, 7.2, 7.2), id="nothing"),
    ],
)
def test_a_region_lies_in_the_picture_and_fits_its_canvas(box: tuple[float, ...]) -> None:
    """Whatever box a network makes up."""
    region = around(np.array(box, dtype=np.float32), 1280, 960, side=320)

    assert 0 <= region.left < region.right <= 1280
    assert 0 <= region.top < region.bottom <= 960
    assert max(region.fit.width, region.fit.height) <= 320


def test_points_are_mapped_back_to_the_picture() -> None:
    """A canvas at twice the scale, from column 100 and row 50."""
    region = Region(100, 50, 260, 210, Letterbox(320, 320, 320, 2.0))

    mapped = region.to_picture(faces((20, 40, 10, 0.9)))

    np.testing.assert_allclose([[110, 70, 115, 75]], mapped.boxes)
    np.testing.assert_allclose(faces((110, 70, 5, 0.9)).landmarks, mapped.landmarks, rtol=1e-5)


def test_the_second_look_at_a_face_is_believed() -> None:
    """Its box and landmarks replace the first ones; the better score stays."""
    first = faces((500, 300, 100, 0.9))
    second = faces((10, 10, 50, 0.99), (505, 303, 96, 0.8))

    revised = revise(first, np.array([0]), [second])

    np.testing.assert_array_equal(second.landmarks[1:], revised.landmarks)
    np.testing.assert_allclose([0.9], revised.scores)


@pytest.mark.parametrize(
    "second",
    [pytest.param(faces(), id="nothing"), pytest.param(faces((0, 0, 50, 0.9)), id="another face")],
)
def test_a_face_that_is_not_seen_again_stays(second: Detections) -> None:
    """The first look is not taken back."""
    first = faces((500, 300, 100, 0.9))

    revised = revise(first, np.array([0]), [second])

    np.testing.assert_array_equal(first.boxes, revised.boxes)


def test_what_the_smaller_picture_shows_is_added_once() -> None:
    """A missed face joins; a face that both looks show counts once."""
    first = faces((100, 100, 100, 0.6))
    smaller = faces((102, 100, 100, 0.7), (500, 200, 400, 0.95))

    revised = revise(first, np.array([], dtype=np.intp), [smaller])

    np.testing.assert_allclose([0.95, 0.7], revised.scores)
