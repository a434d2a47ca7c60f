"""Boxes, letterboxes and overlaps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from faces.geometry import Boxes, Letterbox, Scores, by_prominence, overlaps, suppress

SIDES = (320, 640)
_SOME = st.integers(0, 40)
_LENGTH = st.integers(1, 30)
BOXES = st.lists(st.tuples(_SOME, _SOME, _LENGTH, _LENGTH, st.integers(0, 9)), max_size=12)


def boxes_of(drawn: list[tuple[int, int, int, int, int]]) -> tuple[Boxes, Scores]:
    rows: NDArray[np.float32] = np.array(drawn, dtype=np.float32).reshape(-1, 5)
    boxes = np.column_stack([rows[:, :2], rows[:, :2] + rows[:, 2:4]])
    return boxes, rows[:, 4] / np.float32(10)


def plain_iou(one: list[float], two: list[float]) -> float:
    """Intersection over union of two boxes, as a textbook has it."""
    width = min(one[2], two[2]) - max(one[0], two[0])
    height = min(one[3], two[3]) - max(one[1], two[1])
    common = max(width, 0) * max(height, 0)
    areas = [(b[2] - b[0]) * (b[3] - b[1]) for b in (one, two)]
    return common / (sum(areas) - common)


def plain_suppress(boxes: Boxes, scores: Scores, overlap: float) -> list[int]:
    """Non-maximum suppression, one pair at a time."""
    kept: list[int] = []
    for index in sorted(range(len(boxes)), key=lambda i: (-scores[i], i)):
        if all(plain_iou(boxes[index].tolist(), boxes[k].tolist()) <= overlap for k in kept):
            kept.append(index)
    return kept


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        pytest.param([0, 0, 10, 10], 1, id="the same"),
        pytest.param([10, 0, 20, 10], 0, id="side by side: half-open"),
        pytest.param([5, 0, 15, 10], 1 / 3, id="half of each"),
        pytest.param([2, 2, 4, 4], 0.04, id="inside"),
        pytest.param([50, 50, 60, 60], 0, id="far away"),
        pytest.param([3, 3, 3, 3], 0, id="a box without area"),
    ],
)
def test_overlap(other: list[float], expected: float) -> None:
    """Intersection over union of two boxes."""
    box = np.array([0, 0, 10, 10], dtype=np.float32)

    [actual] = overlaps(box, np.array([other], dtype=np.float32))

    assert expected == pytest.approx(actual)


def test_two_boxes_without_area_do_not_overlap() -> None:
    """Nothing is divided by zero."""
    point = np.array([1, 1, 1, 1], dtype=np.float32)

    assert [0] == overlaps(point, point[None]).tolist()


# Thresholds that no quotient of small integers hits, where float32 and float64 may differ.
@given(BOXES, st.sampled_from([0.123457, 0.3141593, 0.7071068]))
def test_suppression_equals_its_definition(
    drawn: list[tuple[int, int, int, int, int]], overlap: float
) -> None:
    """The vectorised form keeps what the textbook form keeps, in the same order."""
    boxes, scores = boxes_of(drawn)

    assert (
        plain_suppress(boxes, scores, overlap) == suppress(boxes, scores, overlap=overlap).tolist()
    )


def test_a_box_on_the_overlap_line_stays() -> None:
    """Only a larger overlap is one face."""
    boxes = np.array([[0, 0, 2, 1], [1, 0, 2, 1]], dtype=np.float32)
    scores = np.array([0.9, 0.8], dtype=np.float32)

    assert [0, 1] == suppress(boxes, scores, overlap=0.5).tolist()
    assert [0] == suppress(boxes, scores, overlap=0.49).tolist()


@pytest.mark.parametrize(
    ("size", "side"),
    [
        pytest.param((320, 200), 320, id="just fits the small canvas"),
        pytest.param((321, 200), 640, id="just does not"),
        pytest.param((100, 641), 640, id="larger than every canvas"),
        pytest.param((1, 1), 320, id="one pixel"),
    ],
)
def test_the_smallest_canvas_that_holds_the_image(size: tuple[int, int], side: int) -> None:
    """Few canvases, and no image shrinks without need."""
    assert side == Letterbox.fit(*size, SIDES).side


@given(st.integers(1, 8000), st.integers(1, 8000))
def test_a_letterboxed_image_lies_on_its_canvas(width: int, height: int) -> None:
    """It fills the canvas one way, leaves it nowhere, and keeps its proportions."""
    box = Letterbox.fit(width, height, SIDES)

    assert box.side == max(box.width, box.height)
    assert 1 <= min(box.width, box.height)
    assert abs(box.width - width * box.scale) <= 1
    assert abs(box.height - height * box.scale) <= 1


@given(
    st.integers(16, 8000),
    st.integers(16, 8000),
    st.floats(0, 1, width=32),
    st.floats(0, 1, width=32),
)
def test_points_come_back_from_the_canvas(width: int, height: int, x: float, y: float) -> None:
    """To the canvas and back is the identity."""
    box = Letterbox.fit(width, height, SIDES)
    point = np.array([x * width, y * height], dtype=np.float32)

    back = box.to_image(point * np.float32(box.scale))

    np.testing.assert_allclose(back, point, rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize(
    ("boxes", "order"),
    [
        pytest.param([[0, 0, 10, 10], [40, 40, 60, 60]], [1, 0], id="large and central"),
        pytest.param([[45, 45, 55, 55], [0, 0, 10, 10]], [0, 1], id="central before a corner"),
        pytest.param([[45, 45, 55, 55], [0, 0, 95, 95]], [1, 0], id="large before central"),
        pytest.param([], [], id="no face"),
    ],
)
def test_prominence(boxes: list[list[float]], order: list[int]) -> None:
    """Who a photographer meant comes first."""
    rows = np.array(boxes, dtype=np.float32).reshape(-1, 4)

    assert order == by_prominence(rows, width=100, height=100).tolist()
