"""Failures over groups of conditions, and what share of a baseline's is gone."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from evaluation.examination import Examined
from evaluation.logistic import Numbers
from evaluation.measures.bootstrap import Interval, People, around, weights

Groups = Mapping[str, tuple[str, ...]]
"""Names of conditions by group; groups weigh the same, and so do the conditions of one."""


def failures(own: Examined, groups: Groups) -> NDArray[np.float64]:
    """Mean failures of each probe, shape (n,), each in [0, 1]."""
    failed = own.causes.failed | own.covered.failed
    means = [np.mean([failed[name] for name in names], axis=0) for names in groups.values()]
    return np.asarray(np.mean(means, axis=0), dtype=np.float64)


def mean_failures(own: Examined, groups: Groups) -> float:
    """FNMR over all of it."""
    return float(failures(own, groups).mean())


def cut(own: Examined, base: Examined, groups: Groups) -> Interval:
    """Share of the baseline's failures that are gone."""
    return gone(failures(own, groups), failures(base, groups), own.people)


def gone(ours: Numbers, theirs: Numbers, people: People) -> Interval:
    """Share of `theirs` that `ours` leave out; the same people are drawn for both.

    Args:
        ours: Shape (n,): failures of each probe, in [0, 1].
        theirs: Shape (n,): those of what it is compared with.
        people: Shape (n,).

    Returns:
        NaN where `theirs` never fail.
    """
    drawn = np.concatenate([np.ones((1, len(ours))), weights(people)])
    failed = drawn @ theirs
    share = 1 - (drawn @ ours) / np.where(failed > 0, failed, np.nan)
    return around(float(share[0]), share[1:])


def most_false_matches(own: Examined, groups: Groups) -> float:
    """The highest FMR of any condition."""
    wanted = {name for names in groups.values() for name in names}
    rungs = [*own.causes.rungs, *own.covered.rungs]
    return max(rung.fmr for rung in rungs if rung.name in wanted)
