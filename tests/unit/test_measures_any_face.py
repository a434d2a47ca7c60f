"""A network may say anything of a face: measuring it must not fail."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.detector.found import Query, judge
from services.detector.port import Detections

PICTURE = np.random.default_rng(4).integers(0, 256, (90, 120, 3), dtype=np.uint8)

coordinates = st.floats(-1e4, 1e4, width=32)


@settings(max_examples=60, deadline=None)
@given(
    landmarks=st.lists(st.tuples(coordinates, coordinates), min_size=5, max_size=5),
    box=st.tuples(coordinates, coordinates, coordinates, coordinates),
)
def test_any_landmarks_are_measured(
    landmarks: list[tuple[float, float]], box: tuple[float, float, float, float]
) -> None:
    """Wherever they lie: what is told is a number, and every score is one from 0 to 100."""
    seen = Detections(
        np.array([box], dtype=np.float32),
        np.array([landmarks], dtype=np.float32),
        np.ones(1, dtype=np.float32),
    )

    findings = judge(PICTURE, seen, Query(min_score=0.5, measures=True))

    for face in findings.faces:
        assert face.measures
        assert all(math.isfinite(measure.native) for measure in face.measures)
        assert all(0 <= measure.score <= 100 for measure in face.measures)
