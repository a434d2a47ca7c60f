"""Errors of presentation attack detection, in the words of ISO/IEC 30107-3.

APCER: share of attacks of one kind that pass for live. BPCER: share of live faces that do not.
Every rate is a fraction of counts, so that a reader sees how little it rests on.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
"""Shape (n,): how sure a model is of a living person, each in [0, 1]."""

SHARES = (0.01, 0.05, 0.10)
"""Of live faces that may be refused: the lines are drawn there."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many."""

    count: int
    total: int

    @property
    def percent(self) -> float:
        """NaN of nothing."""
        return 100 * self.count / self.total if self.total else float("nan")

    def __str__(self) -> str:
        return f"{self.percent:.1f} % ({self.count}/{self.total})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a line comes to."""

    line: float
    """Faces with this score or a higher one pass."""

    refused: Mapping[str, Rate]
    """BPCER: of live faces, by what happened to them."""

    passed: Mapping[str, Rate]
    """APCER, by kind of attack."""

    @property
    def worst(self) -> Rate:
        """The highest APCER: a system is as good as against the attack that it knows least."""
        return max(self.passed.values(), key=lambda rate: rate.percent)


def line(live: Scores, share: float) -> float:
    """The highest line that refuses at most `share` of live faces, shape (n,) with n at least 1."""
    return float(np.sort(live)[int(share * len(live))])


def outcome(at: float, live: Mapping[str, Scores], attacks: Mapping[str, Scores]) -> Outcome:
    """Apply a line."""
    return Outcome(
        line=at,
        refused={name: Rate(int((told < at).sum()), len(told)) for name, told in live.items()},
        passed={name: Rate(int((told >= at).sum()), len(told)) for name, told in attacks.items()},
    )
