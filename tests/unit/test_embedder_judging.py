"""What becomes of the numbers of a graph, where a graph made by hand cannot go."""

import math

import numpy as np
import pytest

from faces.quality import UncertaintyCalibration
from services.embedder.judging import PATTERNS, SHARE, UNCERTAINTY, occlusions, qualities

HOW = UncertaintyCalibration(method="uncertainty", midpoint=0, width=1, band=0.1)
LENGTHS = np.ones(2, dtype=np.float32)


@pytest.mark.parametrize("broken", [math.nan, math.inf, 0.0, -1.0])
def test_an_uncertainty_that_is_none_is_a_bug(broken: float) -> None:
    """A broken model must not pass for a sure or an unsure one."""
    said = {UNCERTAINTY: np.array([1, broken], dtype=np.float32)}

    with pytest.raises(ValueError, match="not positive numbers"):
        qualities(HOW, LENGTHS, said)


def test_the_placeholder_of_a_branch_that_did_not_run_is_not_read() -> None:
    """The graph must fill rows that nobody looked at; what it fills in is no observation."""
    logits = np.zeros((3, 226), dtype=np.float32)
    logits[:, 0] = 10
    said = {PATTERNS: logits, SHARE: np.array([0, 0.05, 0], dtype=np.float32)}

    read = occlusions(said, 3)

    assert [False, True, False] == [each is not None for each in read]
    assert read[1] is not None
    assert () == read[1].regions
