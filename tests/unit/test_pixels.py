"""Pixels to planes and back."""

import math

import numpy as np
import pytest

from faces.contract import Preprocessing
from meshkit.models.pixels import to_crops, to_planes

COLOUR = np.array([[[[200, 100, 50], [0, 128, 255]]]], dtype=np.uint8)
"""One crop of one row and two columns."""


def how(channels: str, mean: float, scale: float) -> Preprocessing:
    return Preprocessing(version="1", channels=channels, mean=mean, scale=scale)


@pytest.mark.parametrize(
    ("preprocessing", "first"),
    [
        pytest.param(how("RGB", 0, 255), [200 / 255, 100 / 255, 50 / 255], id="RGB in [0, 1]"),
        pytest.param(how("BGR", 0, 1), [50, 100, 200], id="BGR as it is"),
        pytest.param(how("BGR", 127.5, 128), [-77.5 / 128, -27.5 / 128, 72.5 / 128], id="centred"),
    ],
)
def test_planes_are_what_a_network_wants(preprocessing: Preprocessing, first: list[float]) -> None:
    """Channels first, in its order, on its scale; and all levels survive the way back."""
    planes = to_planes(COLOUR, preprocessing)

    assert ((1, 3, 1, 2), "float32") == (planes.shape, planes.dtype.name)
    np.testing.assert_allclose(planes[0, :, 0, 0], first, rtol=1e-6)
    levels = np.arange(256, dtype=np.uint8).repeat(3).reshape(1, 16, 16, 3)
    np.testing.assert_array_equal(levels, to_crops(to_planes(levels, preprocessing), preprocessing))


@pytest.mark.parametrize(
    ("value", "level"),
    [
        pytest.param(-0.5, 0, id="darker than black"),
        pytest.param(1.5, 255, id="brighter than white"),
        pytest.param(100.4 / 255, 100, id="down"),
        pytest.param(100.6 / 255, 101, id="up"),
    ],
)
def test_what_a_network_makes_is_cut_and_rounded(value: float, level: int) -> None:
    """To the nearest of 256 levels, never around the corner."""
    planes = np.full((1, 3, 2, 2), value, dtype=np.float32)

    assert {level} == set(to_crops(planes, how("BGR", 0, 255)).ravel().tolist())


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_no_pixel(value: float) -> None:
    """One is enough."""
    planes = np.zeros((2, 3, 4, 4), dtype=np.float32)
    planes[1, 2, 3, 3] = value

    with pytest.raises(ValueError, match="not numbers"):
        to_crops(planes, how("BGR", 0, 255))
