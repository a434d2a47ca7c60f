"""Best shots of somebody in view."""

from dataclasses import replace

import numpy as np
import pytest

from faces.tracking.shots import KEPT, Evidence, Shot, gather
from tests.unit.sights import ROW, shot, vector


def gathered(*shots: Shot[str]) -> Evidence[str]:
    """All of them, in order."""
    evidence = None
    for each in shots:
        evidence = gather(evidence, each, ROW)
    assert evidence
    return evidence


def times(evidence: Evidence[str]) -> list[int]:
    return [each.offset_ms for each in evidence.best]


def test_keeps_the_best_by_quality() -> None:
    """However many there were, a few are kept: the best, in the order of time."""
    qualities = [0.7, 0.99, 0.61, 0.9, 0.8, 0.62, 0.95]

    evidence = gathered(*(shot(i, ms=i, quality=q) for i, q in enumerate(qualities)))

    assert KEPT == len(evidence.best)
    assert [0, 1, 3, 4, 6] == times(evidence)
    assert (7, 0, 6) == (evidence.count, evidence.since_ms, evidence.until_ms)


def test_better_shots_weigh_more() -> None:
    """Vectors are fused by quality: twice the quality pulls four times as hard."""
    evidence = gathered(shot(0, quality=0.8), shot(40, ms=100, quality=0.4))

    expected = 4 * vector(0) + vector(40)
    np.testing.assert_allclose(
        expected / np.linalg.norm(expected), evidence.fused.vector, atol=1e-6
    )


def test_who_is_in_view_now_counts() -> None:
    """A shot that contradicts those before begins anew, however many they were."""
    evidence = gathered(shot(0), shot(5, ms=100), shot(10, ms=200), shot(120, ms=300))

    assert [300] == times(evidence)
    assert (1, 300, 0) == (evidence.count, evidence.since_ms, evidence.span_ms)


@pytest.mark.parametrize("change", ["contract", "policy"])
def test_never_mixes_spaces_or_rows(change: str) -> None:
    """Vectors of two models are not fused, nor shots that passed the gates of two tables."""
    before = gathered(shot(0), shot(5, ms=100))
    row = replace(ROW, version="another") if change == "policy" else ROW

    evidence = gather(before, shot(5, ms=200, contract="d" if change == "contract" else "c"), row)

    assert ([200], 1) == (times(evidence), evidence.count)
    assert row.version == evidence.policy.version


def test_likeness_is_that_of_the_most_similar_shot() -> None:
    """A person has several looks; vectors of another space say nothing."""
    evidence = gathered(shot(0), shot(40, ms=100))

    assert np.cos(np.radians(10)) == pytest.approx(evidence.likeness(shot(50)), abs=1e-5)
    assert evidence.likeness(shot(0, contract="d")) is None
