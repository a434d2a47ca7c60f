"""What a refused person hears."""

import pytest

from faces.advice import ADVICE, advise
from faces.quality import Band
from faces.rules import Rule

SEARCH_RULES = {
    Rule.NO_CANDIDATE,
    Rule.BELOW_REVIEW,
    Rule.BELOW_ACCEPT,
    Rule.MARGIN,
    Rule.REVIEWERS,
    Rule.ACCEPT,
}


def test_every_rule_that_refuses_a_picture_has_advice() -> None:
    """Whoever is refused hears what to do; whoever is compared needs no advice."""
    assert set(Rule) - SEARCH_RULES == set(ADVICE)
    assert all(ADVICE.values())


@pytest.mark.parametrize(
    ("inter_eye_px", "band", "expected"),
    [
        pytest.param(10, Band.EXCELLENT, False, id="excellent"),
        pytest.param(10, Band.GOOD, False, id="good"),
        pytest.param(10, Band.FAIR, True, id="fair and far"),
        pytest.param(100, Band.VERY_POOR, True, id="very poor and near"),
    ],
)
def test_advice_without_a_policy(inter_eye_px: float, band: Band, expected: bool) -> None:
    """Samples that can be better hear how; only those that are far hear to come closer."""
    advices = advise(inter_eye_px, band)

    assert expected == bool(advices)
    assert ("move closer" in advices) == (expected and inter_eye_px < 35)
