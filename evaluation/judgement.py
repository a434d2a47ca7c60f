"""Numbers of a report as rows of docs/results.md."""

from collections.abc import Sequence

from bench.goal import mark
from bench.results import Row
from evaluation.goals.number import Number

COMMAND = "make evaluate"

_DIGITS = 3
_MOST = 9


def rows(name: str, numbers: Sequence[Number], *, baseline: bool) -> list[Row]:
    """Rows of one model; what could not be measured is left out (`goals.number.unmeasured`).

    The goals are those of what is learned: a baseline is only reported.
    """
    return [
        Row(
            metric=f"{name}: {number.metric}",
            goal="" if baseline else number.goal,
            reached=rounded(number.reached, "" if baseline else number.goal),
            unit=number.unit,
            command=COMMAND,
        )
        for number in numbers
        if number.known
    ]


def rounded(reached: float, goal: str) -> float:
    """So many digits as it takes to stay on the same side of the goal, at least three."""
    for digits in range(_DIGITS, _MOST):
        short = round(reached, digits)
        if mark(goal, short) is mark(goal, reached):
            return short
    return reached
