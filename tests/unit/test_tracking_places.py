"""Boxes that belong together."""

import numpy as np
import pytest

from faces.tracking.places import NEAR, Box, nearness, overlapping, pairs
from tests.unit.sights import at


@pytest.mark.parametrize(
    ("moved", "near"),
    [
        pytest.param(at(100), True, id="at rest"),
        pytest.param(at(270), True, id="by more than its width"),
        pytest.param(at(320), False, id="too far"),
        pytest.param(at(100, side=200), True, id="twice as large"),
        pytest.param(at(100, side=400), False, id="four times as large"),
    ],
)
def test_somebody_who_walks_stays_near(moved: Box, near: bool) -> None:
    """A face may move by more than its width between two frames, not by two."""
    [[affinity]] = nearness([at(100)], [moved])

    assert near == (affinity >= NEAR)


def test_overlap_is_intersection_over_union() -> None:
    """Rows are boxes, columns the others."""
    actual = overlapping([at(0), at(50)], [at(0), at(200)])

    expected = np.array([[1, 0], [1 / 3, 0]], dtype=np.float32)
    np.testing.assert_allclose(actual, expected, atol=1e-6)


@pytest.mark.parametrize(
    ("affinities", "expected"),
    [
        pytest.param([[0.9, 0.8], [0.8, 0.1]], [0, 1], id="the most certain pair first"),
        pytest.param([[0.5, 0.9], [0.4, 0.95]], [0, 1], id="whichever row it is in"),
        pytest.param([[0.9], [0.8]], [0, None], id="one column, two rows"),
        pytest.param([[0.0, 0.0]], [None], id="nothing belongs together"),
        pytest.param(np.zeros((2, 0)), [None, None], id="no column"),
        pytest.param(np.zeros((0, 2)), [], id="no row"),
    ],
)
def test_pairs_are_one_to_one(affinities: list[list[float]], expected: list[int | None]) -> None:
    """Each row gets at most one column, and each column at most one row."""
    assert expected == pairs(np.asarray(affinities, dtype=np.float32))
