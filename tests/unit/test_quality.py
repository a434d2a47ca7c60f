"""Quality scores and their bands."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faces.quality import Band, MagnitudeCalibration, Quality

METHODS = pytest.mark.parametrize("method", ["magnitude", "log_magnitude"])


@pytest.mark.parametrize(
    ("score", "band"),
    [
        pytest.param(1.0, Band.EXCELLENT, id="best"),
        pytest.param(0.80, Band.EXCELLENT, id="on the excellent line"),
        pytest.param(math.nextafter(0.80, 0), Band.GOOD, id="just below excellent"),
        pytest.param(0.60, Band.GOOD, id="on the good line"),
        pytest.param(math.nextafter(0.60, 0), Band.FAIR, id="just below good"),
        pytest.param(0.40, Band.FAIR, id="on the fair line"),
        pytest.param(math.nextafter(0.40, 0), Band.POOR, id="just below fair"),
        pytest.param(0.30, Band.POOR, id="on the poor line"),
        pytest.param(math.nextafter(0.30, 0), Band.VERY_POOR, id="just below poor"),
        pytest.param(0.0, Band.VERY_POOR, id="worst"),
        pytest.param(math.nan, Band.VERY_POOR, id="no number at all"),
    ],
)
def test_bands(score: float, band: Band) -> None:
    """Every line is inclusive, and what is no score is no good."""
    assert band is Band.of(score)
    assert band is Quality(score=score, magnitude=1).band


@METHODS
@given(
    magnitudes=st.lists(st.floats(2.0**-100, 2.0**100, width=32), min_size=2, max_size=20),
    midpoint=st.floats(-10, 100),
    width=st.floats(1e-3, 100),
)
def test_scores_rise_with_magnitude_and_stay_in_range(
    method: str, magnitudes: list[float], midpoint: float, width: float
) -> None:
    """A longer vector is never a worse sample; the longest overflows nothing."""
    calibration = MagnitudeCalibration(method=method, midpoint=midpoint, width=width)

    scores = calibration.scores(np.sort(np.array(magnitudes, dtype=np.float32)))

    assert np.all(np.diff(scores) >= 0)
    assert np.all((0 <= scores) & (scores <= 1))


@METHODS
def test_extreme_numbers_do_not_overflow(method: str) -> None:
    """The largest float32, over a very steep curve."""
    largest = np.array([np.finfo(np.float32).tiny, np.finfo(np.float32).max])
    calibration = MagnitudeCalibration(method=method, midpoint=3, width=1e-6)

    assert [0, 1] == calibration.scores(largest.astype(np.float32)).tolist()


@METHODS
def test_the_midpoint_is_a_coin_toss(method: str) -> None:
    """At the midpoint half of the comparisons succeed; one width above, 1 / (1 + 1/e)."""
    calibration = MagnitudeCalibration(method=method, midpoint=2, width=0.5)
    x = np.array([2.0, 2.5], dtype=np.float32)
    magnitudes = np.exp(x) if method == "log_magnitude" else x

    scores = calibration.scores(magnitudes)

    assert [0.5, 1 / (1 + math.exp(-1))] == pytest.approx(scores.tolist(), abs=1e-5)


def test_no_vector_has_no_score() -> None:
    """An empty batch is as good as any."""
    calibration = MagnitudeCalibration(method="magnitude", midpoint=2, width=0.5)

    assert (0,) == calibration.scores(np.zeros(0, dtype=np.float32)).shape


@pytest.mark.parametrize(
    ("method", "midpoint", "width", "problem"),
    [
        pytest.param("norm", 1.0, 1.0, "method must be", id="unknown method"),
        pytest.param("magnitude", 1.0, 0.0, "positive width", id="no width"),
        pytest.param("magnitude", 1.0, -1.0, "positive width", id="falling"),
        pytest.param("magnitude", 1.0, math.nan, "positive width", id="width is no number"),
        pytest.param("magnitude", math.inf, 1.0, "positive width", id="midpoint is no number"),
    ],
)
def test_refuses_a_broken_calibration(
    method: str, midpoint: float, width: float, problem: str
) -> None:
    """A registry that would score everything alike is a typo."""
    with pytest.raises(ValueError, match=problem):
        MagnitudeCalibration(method=method, midpoint=midpoint, width=width)
