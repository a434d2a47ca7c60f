"""Portraits, and all measures of a face together."""

import re
from pathlib import Path

import numpy as np
import pytest

from faces.alignment import TEMPLATE, align
from faces.geometry import Points
from faces.measures import FRAME, REFERENCE, Component, Placement, measure, portray
from faces.measures.portrait import FACE
from faces.pose import estimate
from services.detector.crops import cut_portrait
from tests.portraits import drawing, portrait

PAGE = Path(__file__).parents[2] / "docs" / "quality.md"


def placed(landmarks: Points, width: int = 640, height: int = 480) -> Placement:
    return Placement(
        landmarks=landmarks,
        pose=estimate(landmarks),
        width_px=width,
        height_px=height,
        areas=np.ones(1, dtype=np.float32),
    )


def test_a_whole_face_has_every_measure_once_in_the_standards_order() -> None:
    """Nothing is missing where everything can be seen, and scores are within their range."""
    found = measure(portrait(drawing()), placed(REFERENCE))

    assert list(Component) == [each.component for each in found]
    assert all(0 <= each.score <= 100 for each in found)
    assert {"HeadSize", "MarginAboveOfTheFaceImage", "MarginBelowOfTheFaceImage"} == {
        each.component.value for each in found if each.estimated
    }


def test_what_the_picture_does_not_show_is_not_measured() -> None:
    """With less than half of the face inside, what remains is where it is and how it is turned."""
    face = portrait(drawing())
    face.shown[:, : FRAME[1] // 2 + 10] = False

    found = {each.component for each in measure(face, placed(REFERENCE))}

    looks = {
        Component.ILLUMINATION_UNIFORMITY,
        Component.LUMINANCE_MEAN,
        Component.LUMINANCE_VARIANCE,
        Component.UNDER_EXPOSURE_PREVENTION,
        Component.OVER_EXPOSURE_PREVENTION,
        Component.DYNAMIC_RANGE,
        Component.SHARPNESS,
        Component.NATURAL_COLOUR,
    }
    assert set(Component) - looks == found


@pytest.mark.parametrize("angle", [0, 20, 90], ids=lambda angle: f"turned by {angle} degrees")
def test_a_portrait_knows_where_the_picture_ends(angle: float) -> None:
    """However a face is turned: what is shown is what a warp of white does not leave black."""
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    turned = (TEMPLATE - 56) @ np.array([[cos, sin], [-sin, cos]])
    landmarks = (turned * 2 + [60, 70]).astype(np.float32)
    white = np.full((150, 170, 3), 255, dtype=np.uint8)

    face = cut_portrait(white, landmarks)

    assert face is not None
    assert 0 < face.shown.mean() < 1
    assert 255 == face.pixels[face.shown].min()
    assert np.mean(face.pixels[~face.shown] == 255) < 0.05


def test_a_portrait_shows_the_landmarks_on_their_places() -> None:
    """A face like the template lies on the reference, up to the two templates' differences."""
    landmarks = (TEMPLATE * 3 + 40).astype(np.float32)
    fit = align(landmarks, REFERENCE)
    assert fit is not None

    pixels = np.zeros((*FRAME, 3), dtype=np.uint8)
    face = portray(pixels, fit.matrix, landmarks, width=500, height=500)

    np.testing.assert_allclose(face.landmarks, REFERENCE, atol=5)


def test_landmarks_in_one_point_have_no_portrait() -> None:
    """There is nothing to scale by."""
    assert cut_portrait(np.zeros((50, 50, 3), dtype=np.uint8), np.ones((5, 2), np.float32)) is None


def test_the_face_lies_inside_of_its_frame() -> None:
    """The frame cuts nothing of a mean face off, and wastes little."""
    edges = [FACE[0], FACE[-1], FACE[:, 0], FACE[:, -1]]

    assert [False] * 4 == [bool(edge.any()) for edge in edges]
    assert FACE.mean() > 0.6


def test_the_page_names_every_measure() -> None:
    """docs/quality.md has one row for each, by its name in OFIQ."""
    rows = re.findall(r"^\| `(\w+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert [component.value for component in Component] == rows
