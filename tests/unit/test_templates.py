"""Several samples of one person."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from faces.embedding import Vectors
from faces.templates import agreeing, fuse

LINE = 0.4


def unit(*angles_deg: float) -> Vectors:
    """Vectors of a plane, by their angle: the cosine of two is that of their difference."""
    turns = np.radians(angles_deg)
    return np.column_stack([np.cos(turns), np.sin(turns)]).astype(np.float32)


def qualities(*values: float) -> NDArray[np.float32]:
    return np.array(values, dtype=np.float32)


@pytest.mark.parametrize(
    ("angles", "scores", "kept"),
    [
        pytest.param([0], [0.1], [True], id="one sample stands for itself"),
        pytest.param([0, 10, 20], [0.5, 0.5, 0.5], [True] * 3, id="all agree"),
        pytest.param([0, 10, 90], [0.5, 0.5, 0.6], [True, True, False], id="one outlier"),
        pytest.param([90, 0, 10], [0.9, 0.6, 0.6], [True, False, False], id="one good, two fair"),
        pytest.param([0, 90], [0.5, 0.8], [False, True], id="two strangers: the better one"),
        pytest.param([0, 90], [0.8, 0.5], [True, False], id="whichever comes first"),
        pytest.param([0, 90], [0, 0], [False, True], id="two bad strangers: still one of them"),
        pytest.param([0, 60, 120], [0.9, 0.9, 0.9], [True] * 3, id="the middle one links them"),
    ],
)
def test_who_agrees(angles: list[float], scores: list[float], kept: list[bool]) -> None:
    """The best supported sample speaks for the person; who contradicts it is left out."""
    actual = agreeing(unit(*angles), qualities(*scores), line=LINE)

    assert kept == actual.tolist()


def test_a_sample_on_the_line_agrees() -> None:
    """The line is inclusive."""
    vectors = np.array([[1, 0], [0.5, np.sqrt(0.75)]], dtype=np.float32)

    assert [True, True] == agreeing(vectors, qualities(1, 1), line=0.5).tolist()


def test_better_samples_weigh_more() -> None:
    """With twice the quality, a sample pulls four times as hard."""
    fused = fuse(unit(0, 60), qualities(0.8, 0.4), line=LINE)

    expected = unit(0)[0] * 0.64 + unit(60)[0] * 0.16
    np.testing.assert_allclose(fused.vector, expected / np.linalg.norm(expected), rtol=1e-5)
    assert (0.64 * 0.8 + 0.16 * 0.4) / 0.8 == pytest.approx(fused.quality)


def test_outliers_have_no_say() -> None:
    """A stranger's photo among many changes neither vector nor quality."""
    clean = fuse(unit(0, 10, 20), qualities(0.6, 0.6, 0.6), line=LINE)

    fused = fuse(unit(0, 10, 20, 120), qualities(0.6, 0.6, 0.6, 0.9), line=LINE)

    assert [True, True, True, False] == fused.kept.tolist()
    np.testing.assert_allclose(fused.vector, clean.vector, rtol=1e-6)
    assert clean.quality == pytest.approx(fused.quality)


@given(st.lists(st.tuples(st.floats(0, 360), st.floats(0, 1, width=32)), min_size=1, max_size=8))
def test_a_fused_vector_is_a_template(samples: list[tuple[float, float]]) -> None:
    """Whatever comes in, one unit vector of a known quality comes out."""
    angles, scores = zip(*samples, strict=True)

    fused = fuse(unit(*angles), qualities(*scores), line=LINE)

    assert 1 == pytest.approx(float(np.linalg.norm(fused.vector)), abs=1e-5)
    assert np.float32 == fused.vector.dtype
    assert fused.kept.any()
    assert min(scores) - 1e-6 <= fused.quality <= max(scores) + 1e-6
