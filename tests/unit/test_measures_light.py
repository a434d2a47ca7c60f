"""Light: what histograms of luminance say, and how it becomes a score."""

import numpy as np
import pytest

from faces.measures import FRAME, REFERENCE, Component, light
from faces.measures.portrait import FACE, cheeks
from tests.portraits import by_name, drawing, flat, portrait

RIGHT, LEFT = cheeks(REFERENCE)


def shares(**parts: float) -> light.Histogram:
    """A histogram from its levels: ``_26=0.5`` puts half of the pixels on level 26."""
    table = np.zeros(256)
    for level, share in parts.items():
        table[int(level[1:])] = share
    return table


def test_luminance_is_linear_light() -> None:
    """Weights of Rec. 709 on linearised sRGB: 188 is half the light of 255."""
    pixels = np.array(
        [[0, 0, 0], [255, 255, 255], [188, 188, 188], [255, 0, 0], [0, 255, 0], [0, 0, 255]],
        dtype=np.uint8,
    )

    assert [0, 255, 128, 54, 182, 18] == light.luminance(pixels).tolist()


@pytest.mark.parametrize(
    ("component", "histogram", "native", "score"),
    [
        pytest.param(Component.LUMINANCE_MEAN, shares(_51=1), 0.2, 50, id="mean .2"),
        pytest.param(Component.LUMINANCE_MEAN, shares(_0=0.5, _255=0.5), 0.5, 100, id="mean .5"),
        pytest.param(Component.LUMINANCE_MEAN, shares(_204=1), 0.8, 50, id="mean .8"),
        pytest.param(Component.LUMINANCE_VARIANCE, shares(_90=1), 0, 0, id="no variance"),
        pytest.param(
            Component.LUMINANCE_VARIANCE, shares(_0=0.5, _255=0.5), 0.25, 20, id="all variance"
        ),
        pytest.param(
            Component.UNDER_EXPOSURE_PREVENTION, shares(_25=0.9, _26=0.1), 0.9, 52, id="dark"
        ),
        pytest.param(
            Component.UNDER_EXPOSURE_PREVENTION, shares(_26=1), 0, 100, id="just not dark"
        ),
        pytest.param(Component.UNDER_EXPOSURE_PREVENTION, shares(_0=1), 1, 0, id="black"),
        pytest.param(
            Component.OVER_EXPOSURE_PREVENTION, shares(_247=0.09, _246=0.91), 0.09, 10, id="bright"
        ),
        pytest.param(
            Component.OVER_EXPOSURE_PREVENTION, shares(_246=1), 0, 100, id="just not bright"
        ),
        pytest.param(
            Component.DYNAMIC_RANGE,
            shares(_1=0.25, _2=0.25, _3=0.25, _4=0.25),
            2,
            25,
            id="four levels are two bits",
        ),
    ],
)
def test_a_histogram(
    component: Component, histogram: light.Histogram, native: float, score: int
) -> None:
    """Native values and scores follow OFIQ's formulas."""
    measure = by_name(light.of_histogram(histogram))[component]

    assert pytest.approx(native) == measure.native
    assert score == measure.score


def test_all_levels_are_eight_bits() -> None:
    """The widest dynamic range there is scores 100."""
    even = by_name(light.of_histogram(np.full(256, 1 / 256)))[Component.DYNAMIC_RANGE]

    assert pytest.approx(8) == even.native
    assert 100 == even.score


@pytest.mark.parametrize(
    ("left", "native", "score"),
    [
        pytest.param(120, 1, 100, id="alike"),
        pytest.param(200, 0, 0, id="nothing in common"),
    ],
)
def test_light_from_one_side(left: int, native: float, score: int) -> None:
    """Cheeks of one brightness share their histogram, a lit and a dark one share nothing."""
    pixels = flat(120)
    pixels[LEFT] = left

    measure = by_name(light.measures(portrait(pixels), FACE))[Component.ILLUMINATION_UNIFORMITY]

    assert pytest.approx(native) == measure.native
    assert score == measure.score


def test_cheeks_half_alike() -> None:
    """Half of the pixels in common is .5, which scores 81."""
    pixels = flat(120)
    rows, columns = LEFT
    pixels[rows.start : rows.start + 33, columns.start : columns.start + 16] = 200
    pixels[RIGHT][:, :16] = 200
    pixels[RIGHT][:, :16] = 90

    measure = by_name(light.measures(portrait(pixels), FACE))[Component.ILLUMINATION_UNIFORMITY]

    assert pytest.approx(17 / 33) == measure.native
    assert 82 == measure.score


def test_cheeks_lie_below_the_eyes_and_outwards() -> None:
    """Squares of 33 px at half the height between eyes and mouth, the person's right first."""
    (rows, columns), (same_rows, others) = RIGHT, LEFT
    right_eye, left_eye = REFERENCE[0], REFERENCE[1]

    assert rows == same_rows
    assert (right_eye[1] + 65, 33) == (rows.start, rows.stop - rows.start)
    assert (right_eye[0], left_eye[0]) == (columns.stop, others.start)


def test_a_cheek_beyond_the_picture_is_not_measured() -> None:
    """Rather no uniformity than one of black that is not there; the rest is measured."""
    face = portrait(drawing())
    face.shown[:, : RIGHT[1].start + 20] = False

    found = by_name(light.measures(face, FACE & face.shown))

    assert Component.ILLUMINATION_UNIFORMITY not in found
    assert Component.LUMINANCE_MEAN in found


def test_only_the_face_counts() -> None:
    """Whatever is around a face, and beyond the picture's edge, has no say."""
    pixels = flat(0)
    pixels[FACE] = 188
    face = portrait(pixels)
    face.shown[: FRAME[0] // 2] = False
    face.pixels[: FRAME[0] // 2] = 0

    found = by_name(light.measures(face, FACE & face.shown))

    assert pytest.approx(128 / 255) == found[Component.LUMINANCE_MEAN].native
