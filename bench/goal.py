"""What a number should reach, written as people write it: ``≥ 99.2`` or ``≤ 5``."""

import operator
from dataclasses import dataclass
from enum import Enum
from typing import Self

_REACHES = {"≥": operator.ge, "≤": operator.le, ">": operator.gt}
"""Signs, and when they are content."""


class Mark(Enum):
    """How a number stands against its goal."""

    MET = "met"
    MISSED = "missed"
    REPORTED = "reported"
    """Nobody set a goal."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A line, and the side of it that a number should be on."""

    sign: str
    """``≥``, ``≤`` or ``>``."""

    line: float

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read a goal; None if the text is empty, because a number is only reported.

        Raises:
            ValueError: It is neither empty nor a sign, a space and a number.
        """
        if not text:
            return None
        sign, _, line = text.partition(" ")
        if sign not in _REACHES:
            raise ValueError(f"a goal starts with one of {' '.join(_REACHES)}, not {text!r}")
        return cls(sign, float(line))

    def mark(self, reached: float) -> Mark:
        """Judge a number."""
        met = _REACHES[self.sign](reached, self.line)
        return Mark.MET if met else Mark.MISSED


def mark(goal: str, reached: float) -> Mark:
    """Judge a number against a goal as it is written."""
    parsed = Goal.parse(goal)
    return parsed.mark(reached) if parsed else Mark.REPORTED
