"""Observed crops against clean photos of the same people: what a quality must foretell."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.embedding import Vectors
from evaluation.logistic import Events, Numbers
from evaluation.measures.matching import FALSE_MATCH_RATE
from evaluation.probes import unit
from evaluation.scores import pair_scores
from training.observations import Observations
from training.people import People


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparisons:
    """One for each observed crop that has a partner."""

    observed: NDArray[np.int64]
    """Shape (n,): rows of the observations."""

    reference: Vectors
    """Shape (n, 512), unit length: of another photo of the same person, clean and frontal."""

    line: float
    """Similarity that a comparison must reach."""

    person: NDArray[np.int64]
    """Shape (all,): whose each observation is."""

    known: Vectors
    """Shape (m, 512), unit length: all clean frontal photos of the observed people."""

    owner: NDArray[np.int64]
    """Shape (m,): whose these are."""

    def genuine(self, served: Vectors) -> Numbers:
        """Similarities of observed crops' vectors, shape (all, 512), with their references."""
        found = (served[self.observed] * self.reference).sum(axis=1)
        return np.asarray(found, dtype=np.float64)

    def passed(self, served: Vectors) -> Events:
        """Which of them reach the line."""
        return self.genuine(served) >= self.line

    def false(self, served: Vectors, wanted: NDArray[np.bool_]) -> float:
        """False match rate: some observations, a mask of shape (all,), against all strangers."""
        cosine = served[wanted] @ self.known.T
        strangers = self.person[wanted, None] != self.owner[None]
        return float((cosine[strangers] >= self.line).mean())


def compare(people: People, seen: Observations, *, seed: int) -> Comparisons:
    """Pick a partner for each observed crop; the line is that of the observed people."""
    generator = np.random.default_rng(seed)
    clean = unit(people.raw)
    fit = np.isin(people.person, people.person[np.unique(seen.row)]) & ~people.profile
    photos = {who: np.flatnonzero(fit & (people.person == who)) for who in people.person[fit]}
    observed, partner = [], []
    for place, row in enumerate(seen.row):
        others = photos.get(people.person[row], np.empty(0, np.int64))
        others = others[others != row]
        if len(others):
            observed.append(place)
            partner.append(others[generator.integers(len(others))])
    scores = pair_scores(clean[fit], people.person[fit])
    return Comparisons(
        observed=np.array(observed, np.int64),
        reference=clean[np.array(partner, np.int64)],
        line=scores.threshold(FALSE_MATCH_RATE),
        person=people.person[seen.row],
        known=clean[fit],
        owner=people.person[fit],
    )
