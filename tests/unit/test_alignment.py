"""Five-point alignment."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faces.alignment import TEMPLATE, Similarity, align, inter_eye_px
from faces.geometry import Points


def moved(points: Points, *, turn: float, scale: float, x: float, y: float) -> Points:
    """Turn, scale and shift points."""
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    placed: Points = (scale * points @ rotation.T + [x, y]).astype(np.float32)
    return placed


def applied(found: Similarity, points: Points) -> Points:
    """Map points as a warp would."""
    mapped = points @ found.matrix[:, :2].T + found.matrix[:, 2]
    return mapped.astype(np.float32)


def test_the_template_maps_onto_itself() -> None:
    """A face that lies right needs no warp."""
    found = align(TEMPLATE)

    assert found is not None
    assert 1 == pytest.approx(found.scale)
    np.testing.assert_allclose(found.matrix, [[1, 0, 0], [0, 1, 0]], atol=1e-6)


@given(
    turn=st.floats(-math.pi, math.pi),
    scale=st.floats(0.05, 50),
    x=st.floats(-500, 5000),
    y=st.floats(-500, 5000),
)
def test_any_similarity_is_found_again(turn: float, scale: float, x: float, y: float) -> None:
    """Wherever a face lies, however large and turned, its points land on the template."""
    face = moved(TEMPLATE, turn=turn, scale=scale, x=x, y=y)

    found = align(face)

    assert found is not None
    assert 1 / scale == pytest.approx(found.scale, rel=1e-2)
    # float32 holds points far away to about 5e-4 px, which a small face multiplies.
    np.testing.assert_allclose(applied(found, face), TEMPLATE, atol=0.01 + 2e-3 / scale)


def test_a_bent_face_is_mapped_as_well_as_can_be() -> None:
    """No nearby transform is closer to the template in the sense of least squares."""
    rest = np.array([[2, -1], [-3, 2], [4, 4], [0, -3], [1, 1]], dtype=np.float32)
    face = moved(TEMPLATE + rest, turn=0.3, scale=2, x=30, y=-5)
    found = align(face)

    assert found is not None
    best = np.sum((applied(found, face) - TEMPLATE) ** 2)
    for turn, scale, x, y in ((0.01, 1, 0, 0), (-0.01, 1, 0, 0), (0, 1.01, 0, 0), (0, 1, 0.5, 0.5)):
        other = moved(applied(found, face), turn=turn, scale=scale, x=x, y=y)
        assert best < np.sum((other - TEMPLATE) ** 2)


@given(turn=st.floats(-math.pi, math.pi), scale=st.floats(0.1, 10))
def test_a_mirrored_face_is_never_mirrored_back(turn: float, scale: float) -> None:
    """A camera does not mirror: such points are a bad detection, not another warp."""
    mirror = np.array([-1, 1], dtype=np.float32)
    face = moved(TEMPLATE * mirror, turn=turn, scale=scale, x=200, y=100)

    found = align(face)

    assert found is not None
    assert 0 < np.linalg.det(found.matrix[:, :2])


@pytest.mark.parametrize(
    "points",
    [
        pytest.param(np.zeros((5, 2)), id="all at the origin"),
        pytest.param(np.full((5, 2), 731.5), id="all at one place"),
        pytest.param(np.full((5, 2), np.nan), id="no numbers"),
        pytest.param(np.vstack([TEMPLATE[:4], [[np.inf, 0]]]), id="one at infinity"),
    ],
)
def test_points_without_extent_have_no_alignment(points: Points) -> None:
    """Degenerate points give None, not a warp into nowhere."""
    assert align(points.astype(np.float32)) is None


def test_eye_distance() -> None:
    """Between the centres of the eyes, whichever way the head leans."""
    points = np.array([[10, 10], [13, 14], [0, 0], [0, 0], [0, 0]], dtype=np.float32)

    assert 5 == pytest.approx(inter_eye_px(points))
