"""Intervals, by drawing people again: photos of one person are no independent witnesses."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.logistic import Events, Numbers

DRAWS = 1000
"""Replicates of an interval."""

LEVEL = 0.95
"""Share of the replicates that an interval holds."""

SEED = 20

People = NDArray[np.int64]
"""Shape (n,): a number for each person."""

Weights = NDArray[np.int64]
"""Shape (draws, n): how often the person of each row was drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A number, and between which lines it would lie had other people been measured."""

    value: float
    low: float
    high: float

    def below(self, other: "Interval") -> bool:
        """Whether all of this lies below all of the other."""
        return self.high < other.low


def weights(people: People, *, draws: int = DRAWS, seed: int = SEED) -> Weights:
    """Draw as many people as there are, with replacement, and count each one's rows so often."""
    return counts(people, draws=draws, seed=seed)[:, _places(people)]


def counts(people: People, *, draws: int = DRAWS, seed: int = SEED) -> Weights:
    """How often each person was drawn: shape (draws, persons), by rising number."""
    persons = int(_places(people).max()) + 1
    chances = np.full(persons, 1.0 / persons)
    return np.random.default_rng(seed).multinomial(persons, chances, size=draws)


def around(value: float, replicates: Numbers) -> Interval:
    """The interval of a statistic of which replicates are known; those without a value count not.

    Args:
        value: Of the data as they are.
        replicates: Shape (draws,); NaN where a draw has no value.
    """
    known = replicates[np.isfinite(replicates)]
    if not len(known):
        return Interval(value=value, low=float("nan"), high=float("nan"))
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(value=value, low=float(low), high=float(high))


def mean(values: Numbers | Events, people: People, *, draws: int = DRAWS) -> Interval:
    """The mean of one number a row, or the share of the rows where something happened."""
    drawn = weights(people, draws=draws)
    return around(float(np.mean(values)), drawn @ values / np.maximum(drawn.sum(axis=1), 1))


def _places(people: People) -> People:
    return np.asarray(np.unique(people, return_inverse=True)[1], dtype=np.int64)
