"""One number and its goal."""

import math
from dataclasses import dataclass

from bench.goal import Mark, mark

MAIN = "everyday"
"""The set of mixed degradations that goals are set on."""

NONE = float("nan")
"""Of a model that does not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One number and its goal."""

    metric: str
    goal: str = ""
    """As `bench.goal` reads it; empty if the number is only reported."""

    reached: float
    unit: str = ""

    @property
    def known(self) -> bool:
        """Whether it could be measured."""
        return math.isfinite(self.reached)

    @property
    def mark(self) -> Mark:
        """How it stands; what is unknown and has a goal is missed."""
        return mark(self.goal, self.reached)


def unmeasured(numbers: list[Number]) -> list[str]:
    """Goals without a number: a report that has any is not whole."""
    return [number.metric for number in numbers if number.goal and not number.known]
