"""Numbers of a report as rows of docs/results.md."""

import pytest

from bench.goal import Mark
from evaluation import judgement
from evaluation.goals.number import Number, unmeasured


@pytest.mark.parametrize(
    ("reached", "goal", "expected"),
    [
        pytest.param(0.123456, "", 0.123, id="no goal: three digits"),
        pytest.param(0.80004, "≤ 0.8", 0.80004, id="never rounded across the goal"),
        pytest.param(0.5996, "≥ 0.6", 0.5996, id="nor up to it"),
        pytest.param(0.60001, "≥ 0.6", 0.6, id="on its own side"),
    ],
)
def test_a_number_is_rounded_on_its_side_of_the_goal(
    reached: float, goal: str, expected: float
) -> None:
    """What the page calls missed reads as missed."""
    assert expected == judgement.rounded(reached, goal)


def test_rows_are_named_after_the_model_and_a_baseline_has_no_goals() -> None:
    """Two models have the same metrics on one page."""
    numbers = [Number(metric="non-faces: AUROC", goal="≥ 0.95", reached=0.9)]

    (own,) = judgement.rows("sureface", numbers, baseline=False)
    (base,) = judgement.rows(
        "frozen", [*numbers, Number(metric="unknown", reached=float("nan"))], baseline=True
    )

    assert ("sureface: non-faces: AUROC", "≥ 0.95") == (own.metric, own.goal)
    assert ("frozen: non-faces: AUROC", "") == (base.metric, base.goal)


def test_a_goal_without_a_number_is_missed_and_named() -> None:
    """A model that does not tell has not reached it; what is only reported may be missing."""
    unknown = Number(metric="patterns: top-1", goal="≥ 0.6", reached=float("nan"))
    numbers = [unknown, Number(metric="spread", reached=float("nan"))]

    assert Mark.MISSED is unknown.mark
    assert ["patterns: top-1"] == unmeasured(numbers)
    assert [] == judgement.rows("sureface", numbers, baseline=False)
