"""Quality from what a model calls its uncertainty."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faces.quality import UncertaintyCalibration

KNOWN = {"method": "uncertainty", "midpoint": 1.0, "width": 0.5, "band": 0.25}


def calibration(**changes: object) -> UncertaintyCalibration:
    return UncertaintyCalibration(**{**KNOWN, **changes})  # type: ignore[arg-type]  # some are wrong on purpose


def test_the_more_uncertain_the_worse() -> None:
    """The midpoint is a coin toss; a width beyond it, in log u, is 1 / (1 + e)."""
    unsure = np.exp(np.array([0.5, 1.0, 1.5])).astype(np.float32)

    scores = calibration().scores(unsure)

    assert [1 / (1 + 1 / math.e), 0.5, 1 / (1 + math.e)] == pytest.approx(scores.tolist(), abs=1e-6)


@given(
    unsure=st.lists(st.floats(2.0**-60, 2.0**60, width=32), min_size=1, max_size=9),
    band=st.floats(0, 20),
)
def test_a_score_lies_within_its_interval(unsure: list[float], band: float) -> None:
    """Whatever the model says, low <= score <= high, all in [0, 1]."""
    how, values = calibration(band=band), np.array(unsure, dtype=np.float32)

    low, score, high = (
        how.scores(values, off=band),
        how.scores(values),
        how.scores(values, off=-band),
    )

    assert np.all((low >= 0) & (low <= score) & (score <= high) & (high <= 1))


def test_an_interval_is_as_wide_as_repeated_shots() -> None:
    """It is what one shot would score with a log u that is off by the band."""
    how = calibration()
    shot, better, worse = (np.exp(np.array([x], dtype=np.float32)) for x in (1.2, 0.95, 1.45))

    ends = [float(how.scores(shot, off=off)[0]) for off in (how.band, -how.band)]

    assert [float(how.scores(worse)[0]), float(how.scores(better)[0])] == pytest.approx(ends)


def test_the_article_curve_is_kept_and_not_served() -> None:
    """It changes no score."""
    with_it = calibration(parity_midpoint=0.1, parity_width=0.3)
    unsure = np.array([0.3, 3.0], dtype=np.float32)

    assert calibration().scores(unsure).tolist() == with_it.scores(unsure).tolist()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        pytest.param({"method": "magnitude"}, "method must be uncertainty", id="another method"),
        pytest.param({"width": 0.0}, "positive width", id="no width"),
        pytest.param({"width": -1.0}, "positive width", id="the wrong way round"),
        pytest.param({"midpoint": math.nan}, "positive width", id="midpoint is no number"),
        pytest.param({"band": -0.1}, "band that is not negative", id="negative band"),
        pytest.param({"band": math.inf}, "band that is not negative", id="endless band"),
        pytest.param({"parity_midpoint": 1.0}, "positive width", id="half a parity curve"),
    ],
)
def test_refuses_a_broken_calibration(changes: dict[str, object], problem: str) -> None:
    """A typo in the registry must not score everybody alike."""
    with pytest.raises(ValueError, match=problem):
        calibration(**changes)
