"""Sharpness and colour of a face."""

import numpy as np
import pytest
from numpy.typing import NDArray

from faces.measures import REFERENCE, Component, colour, sharpness
from faces.measures.portrait import FACE, cheeks
from tests.portraits import Pixels, drawing, flat, portrait


def blurred(pixels: Pixels, reach: int, axis: int) -> Pixels:
    """Average 2 * reach + 1 pixels along an axis."""
    shifted = [np.roll(pixels, by, axis=axis) for by in range(-reach, reach + 1)]
    return np.asarray(np.mean(shifted, axis=0).round(), dtype=np.uint8)


def native(pixels: Pixels) -> float:
    return sharpness.measure(pixels, FACE).native


def test_sharpness_falls_with_blur() -> None:
    """The more a picture is blurred, the less is left to take away from it."""
    sharp = drawing()
    ladder = [sharp] + [blurred(blurred(sharp, n, 0), n, 1) for n in (1, 2, 4, 8)]

    values = [native(each) for each in ladder]
    assert sorted(values, reverse=True) == values
    assert values[0] > 2 * values[-1]


@pytest.mark.parametrize("axis", [0, 1], ids=["down", "across"])
def test_motion_in_one_direction_shows(axis: int) -> None:
    """A picture is as sharp as in the direction in which it is not."""
    assert native(blurred(drawing(), 6, axis)) < 0.7 * native(drawing())


@pytest.mark.parametrize("gain", [0.5, 0.25])
def test_less_contrast_is_not_less_sharp(gain: float) -> None:
    """A dim or pale picture keeps its sharpness."""
    pale = (drawing() * gain).astype(np.uint8)

    assert pytest.approx(native(drawing()), abs=0.01) == native(pale)


def test_a_flat_picture_is_not_sharp() -> None:
    """Nothing can be said of a wall; it is no division by zero either."""
    measure = sharpness.measure(flat(99), FACE)

    assert (Component.SHARPNESS, 0.0, 2) == (measure.component, measure.native, measure.score)


def test_what_is_not_the_face_is_not_looked_at() -> None:
    """A sharp background behind a flat face makes no sharp face."""
    pixels = drawing()
    pixels[FACE] = 99

    assert 0 == native(pixels)


@pytest.mark.parametrize(
    ("rgb", "expected"),
    [
        pytest.param((200, 160, 140), 0, id="skin"),
        pytest.param((90, 60, 45), 0, id="dark skin"),
        pytest.param((128, 128, 128), 100, id="grey"),
        pytest.param((80, 160, 90), 100, id="green"),
        pytest.param((120, 120, 200), 100, id="blue"),
    ],
)
def test_colours(rgb: tuple[int, int, int], expected: float) -> None:
    """Colours of skin have no distance; the green and the blue side have the largest."""
    levels: NDArray[np.float64] = np.array(rgb, dtype=np.float64)

    assert expected == colour.distance(levels)


def test_too_red_is_how_far_it_is_too_red() -> None:
    """Pure red has a* of 81 and b* of 70 (CIELAB, D50): 56 and 35 too much."""
    distance = colour.distance(np.array([255.0, 0, 0]))

    assert pytest.approx(np.hypot(80.8 - 25, 69.9 - 35), abs=0.2) == distance


def test_both_cheeks_count() -> None:
    """The colour is the mean of both; other parts of the face have no say."""
    right, left = cheeks(REFERENCE)
    pixels = flat(0, 255, 0)
    pixels[right] = (220, 170, 150)
    pixels[left] = (180, 150, 130)

    measure = colour.measure(portrait(pixels))

    assert measure is not None
    assert (0, 100) == (measure.native, measure.score)


def test_a_cheek_that_is_not_there_has_no_colour() -> None:
    """Nothing is said of half a face."""
    face = portrait(flat(200, 160, 140))
    face.shown[:, :124] = False

    assert colour.measure(face) is None
