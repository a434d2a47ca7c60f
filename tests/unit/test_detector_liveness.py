"""What a liveness model gets to see, and how it is read."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from faces.contract import Preprocessing
from services.detector.liveness import MiniFASNet, cut

AS_THEY_ARE = Preprocessing(version="", channels="BGR", mean=0.0, scale=1.0)


def gradient(width: int, height: int) -> NDArray[np.uint8]:
    """Red tells the column, green the row, both in pixels."""
    down, across = np.mgrid[0:height, 0:width]
    return np.dstack([across, down, np.zeros_like(down)]).astype(np.uint8)


@pytest.mark.parametrize(
    ("box", "left", "top", "right", "bottom"),
    [
        pytest.param((100, 90, 120, 110), 83, 73, 137, 127, id="in the middle"),
        pytest.param((2, 5, 22, 25), 0, 0, 54, 54, id="moved off the corner"),
        pytest.param((-10, 90, 10, 110), 0, 73, 54, 127, id="cut by the left edge"),
        pytest.param((185, 180, 205, 200), 146, 146, 200, 200, id="beyond the other corner"),
        pytest.param((40, 40, 160, 160), 0, 0, 200, 200, id="as much as there is"),
        pytest.param((40, 0, 120, 200), 40, 0, 120, 200, id="in the box's proportions"),
    ],
)
def test_a_face_is_cut_with_what_is_around_it(
    box: tuple[int, ...], left: int, top: int, right: int, bottom: int
) -> None:
    """2.7 times its box where the picture has that much, never beyond the picture's edges."""
    patch = cut(gradient(200, 200), np.array(box, dtype=np.float32), side=128, margin=2.7)

    assert (128, 128, 3) == patch.shape
    assert [pytest.approx(edge, abs=1.5) for edge in (left, top, right - 1, bottom - 1)] == [
        int(patch[64, 0, 0]),
        int(patch[0, 64, 1]),
        int(patch[64, -1, 0]),
        int(patch[-1, 64, 1]),
    ]


@pytest.mark.parametrize(
    "box", [(50, 50, 50, 50), (-40, -40, -20, -20), (0, 0, 1000, 1), (190, 30, 190.2, 900)]
)
def test_any_box_has_a_patch(box: tuple[float, ...]) -> None:
    """Detectors make boxes of no extent, and beyond the picture."""
    patch = cut(gradient(200, 100), np.array(box, dtype=np.float32), side=128, margin=2.7)

    assert (128, 128, 3) == patch.shape


class Logits:
    """Remembers its input and answers what it was told."""

    def __init__(self, *logits: tuple[float, float, float]) -> None:
        self.logits = np.array(logits, dtype=np.float32)
        self.batch: NDArray[np.float32] = np.zeros(0, dtype=np.float32)

    def run(self, batch: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        self.batch = batch
        return {"output": self.logits}


def test_the_first_class_is_that_of_living_people() -> None:
    """Its share of all three; large values do no harm."""
    model = MiniFASNet(Logits((0, 0, 0), (math.log(2), 0, 0), (900, 0, 1)), AS_THEY_ARE)

    scores = model.score([np.zeros((128, 128, 3), dtype=np.uint8)] * 3)

    assert [1 / 3, 0.5, 1.0] == pytest.approx(scores)


def test_pixels_are_fed_in_the_order_of_the_registry() -> None:
    """RGB patches, BGR planes, values as they are."""
    runner = Logits((0, 0, 0))
    red = np.full((128, 128, 3), (200, 100, 50), dtype=np.uint8)

    MiniFASNet(runner, AS_THEY_ARE).score([red])

    assert (1, 3, 128, 128) == runner.batch.shape
    assert [50, 100, 200] == runner.batch[0, :, 7, 9].tolist()
