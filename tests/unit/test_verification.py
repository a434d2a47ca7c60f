"""The protocol of labelled pairs, on scores whose answer is known."""

import numpy as np
import pytest

from bench.verification import accuracy, best_threshold, match_rate


@pytest.mark.parametrize(
    ("scores", "same", "expected"),
    [
        pytest.param([0.1, 0.2, 0.6, 0.8], [0, 0, 1, 1], 0.4, id="a gap between the two kinds"),
        pytest.param([0.1, 0.7, 0.6, 0.8], [0, 0, 1, 1], 0.35, id="one impostor too high"),
        pytest.param([0.5, 0.5, 0.5, 0.9], [0, 1, 0, 1], 0.7, id="equal scores stay together"),
        pytest.param([0.2, 0.4], [1, 1], -0.3, id="one person only: below everything"),
        pytest.param([0.2, 0.4], [0, 0], 0.9, id="different people only: above everything"),
    ],
)
def test_finds_the_best_line(scores: list[float], same: list[int], expected: float) -> None:
    """The line leaves as many pairs as possible on their right side."""
    assert expected == pytest.approx(best_threshold(np.array(scores), np.array(same, bool)))


def test_a_fold_is_not_judged_by_its_own_scores() -> None:
    """A fold whose scores are shifted is judged by the line of the others, and loses."""
    usual, shifted = [0.1, 0.2, 0.6, 0.8], [0.6, 0.7, 0.8, 0.9]
    scores = np.array([*usual, *usual, *shifted])
    same = np.array([0, 0, 1, 1] * 3, bool)

    found = accuracy(scores, same, np.repeat([1, 2, 3], 4))

    # The line of the first two takes all pairs of the third for one person; it, in turn,
    # raises their line from .4 to .75, past one of their four.
    assert (0.75, 0.75, 0.4) == pytest.approx(found.thresholds)
    assert (0.75 + 0.75 + 0.5) / 3 == pytest.approx(found.mean)


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        pytest.param(0.0, 0.5, id="none: above the highest impostor"),
        pytest.param(0.25, 0.75, id="one of four: above the second"),
        pytest.param(0.49, 0.75, id="a rate is a ceiling"),
        pytest.param(0.5, 1.0, id="two of four"),
    ],
)
def test_matches_at_a_rate_of_false_ones(rate: float, expected: float) -> None:
    """No more impostors than allowed reach the line."""
    scores = np.array([0.1, 0.2, 0.5, 0.7, 0.4, 0.6, 0.8, 0.9])
    same = np.array([0, 0, 0, 0, 1, 1, 1, 1], bool)

    share, line = match_rate(scores, same, false_rate=rate)

    assert expected == share
    assert np.mean(scores[~same] >= line) <= rate
