"""What a crop costs, alone, on one thread: side by side, because machines have moods.

The mean over crops, not their median: a model that looks twice at a third of them costs more than
one that does not, and a median would not see it.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from evaluation.logistic import Events, Numbers
from evaluation.parts.rungs import HIDDEN
from evaluation.subject import Subject

ROUNDS = 3
"""Of each crop, of which the median counts."""

_WARM = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """One model on crops of one kind."""

    mean_ms: float

    twice: float | None
    """Share of the crops that it looked at twice; None if it cannot."""

    each_ms: Numbers = field(metadata=HIDDEN)
    """Shape (n,)."""

    again: Events = field(metadata=HIDDEN)
    """Shape (n,): which it looked at twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One model."""

    clean: Times

    spoiled: Times
    """The same crops at ISO 12800: a model may look twice at those."""

    def ratios(self, base: "Cost") -> tuple[float, float]:
        """How often the time of `base` it takes on clean crops, and where it looks twice.

        The latter over spoiled crops that it does look at twice, all of them if there is none.
        """
        chosen = self.spoiled.again if self.spoiled.again.any() else np.True_
        again = float(
            np.mean(self.spoiled.each_ms, where=chosen)
            / np.mean(base.spoiled.each_ms, where=chosen)
        )
        return self.clean.mean_ms / base.clean.mean_ms, again


def measure(
    subjects: Sequence[Subject], clean: NDArray[np.uint8], spoiled: NDArray[np.uint8]
) -> dict[str, Cost]:
    """Time every model on every crop, in turn; models should have been opened with one thread."""
    kinds = (_timed(subjects, clean), _timed(subjects, spoiled))
    return {
        subject.name: Cost(clean=kinds[0][subject.name], spoiled=kinds[1][subject.name])
        for subject in subjects
    }


def of(each_ms: Numbers, share: Numbers | None) -> Times:
    """Times of crops, and the share of the second branch in each where a model tells."""
    again = np.zeros(len(each_ms), dtype=np.bool_) if share is None else share > 0
    return Times(
        mean_ms=float(each_ms.mean()),
        twice=None if share is None else float(again.mean()),
        each_ms=each_ms,
        again=again,
    )


def _timed(subjects: Sequence[Subject], crops: NDArray[np.uint8]) -> dict[str, Times]:
    for subject in subjects:
        for crop in crops[:_WARM]:
            subject.embedder.outputs(crop[None])
    took = np.empty((len(subjects), len(crops), ROUNDS))
    for column, crop in enumerate(crops):
        for turn in range(ROUNDS):
            for row, subject in enumerate(subjects):
                start = time.perf_counter()
                subject.embedder.outputs(crop[None])
                took[row, column, turn] = 1000 * (time.perf_counter() - start)
    each = np.median(took, axis=2)
    return {
        subject.name: of(each[row], _share(subject, crops)) for row, subject in enumerate(subjects)
    }


def _share(subject: Subject, crops: NDArray[np.uint8]) -> Numbers | None:
    return subject.see(subject.outputs(crops, lambda _: None)).share
