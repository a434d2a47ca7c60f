"""People of `train/` whom no fit sees: what has to be fitted for a report is fitted on them.

The split is that of `training`: whoever fits a model there leaves the same people out.
"""

import numpy as np
from numpy.typing import NDArray

from evaluation.lfw import Pairs
from evaluation.logistic import Events
from evaluation.measures.bootstrap import People

SHARE = 0.15
"""Of the people."""

SEED = 20
"""Of the split."""


def aside(people: People) -> Events:
    """Who is kept aside.

    Args:
        people: Shape (n,): who is on each photo, by names in order; who is in the data under two
            names has the lower number.

    Returns:
        Shape (n,).
    """
    numbers = np.unique(people)
    order = np.random.default_rng(SEED).permutation(numbers)
    return np.isin(people, order[: round(SHARE * len(numbers))])


def paired(crops: NDArray[np.uint8], people: People) -> Pairs:
    """Each photo with the next one of the same person, the last one with the first.

    Args:
        crops: Shape (n, 112, 112, 3).
        people: Shape (n,). Who is there once is in no pair.
    """
    order = np.argsort(people, kind="stable")
    who, starts, counts = np.unique(people[order], return_index=True, return_counts=True)
    several = counts > 1
    follower = np.arange(1, len(order) + 1)
    follower[starts + counts - 1] = starts
    chosen = np.isin(people[order], who[several])
    first, second = order[chosen], order[follower[chosen]]
    return Pairs(
        crops=crops,
        people=people,
        first=first,
        second=second,
        same=np.ones(len(first), dtype=np.bool_),
        folds=np.zeros(len(first), dtype=np.int64),
    )
