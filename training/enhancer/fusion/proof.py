"""What a gate is worth to people whom its fit does not see."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.embedding import Vectors
from evaluation.probes import unit
from evaluation.scores import pair_scores
from training.people import People

FALSE_MATCH_RATE = 1e-3
"""Of the line, between clean frontal photos."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """At the line of clean crops."""

    fnmr: float
    fmr: float


class Proof:
    """Clean references of some people, and the line that keeps them apart."""

    def __init__(self, people: People, rows: NDArray[np.int64]) -> None:
        """Take the frontal ones of the photos `rows`."""
        self._people = people
        self._rows = rows[~people.profile[rows]]
        self._references = unit(people.raw[self._rows, 0])
        scores = pair_scores(self._references, people.person[self._rows])
        self.line = scores.threshold(FALSE_MATCH_RATE)
        """Cosine."""

    def rates(self, probes: Vectors, row: NDArray[np.int64]) -> Rates:
        """Compare every probe (n, d), made of the photo `row` (n,), with every other photo."""
        cosine = probes @ self._references.T
        person = self._people.person
        same = person[row][:, None] == person[self._rows][None]
        itself = row[:, None] == self._rows[None]
        return Rates(
            fnmr=float((cosine[same & ~itself] < self.line).mean()),
            fmr=float((cosine[~same] >= self.line).mean()),
        )
