"""Searches 1:N in which the one who is looked for may not be there (`methods` E).

Counted per search, not per comparison. Templates of one person are one candidate, by the best.
"""

from dataclasses import dataclass, fields

import numpy as np

from evaluation.embedding import Vectors
from evaluation.logistic import Numbers
from evaluation.measures.bootstrap import SEED, Interval, People, around, weights
from evaluation.measures.matching import line

DRAWS = 200
"""Of people, for an interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Searches:
    """Many searches of one gallery, or of several."""

    mate: Numbers
    """Shape (m,): similarity of the enrolled person, of each search that has one."""

    rival: Numbers
    """Shape (m,): the best of everybody else in those searches."""

    stranger: Numbers
    """Shape (k,): the best candidate of each search whose person is not enrolled."""

    mated_people: People
    """Shape (m,): who is on the probe."""

    strange_people: People
    """Shape (k,): the same of the others."""

    def false_positives(self, at: float) -> float:
        """FPIR: share of the strangers' searches with a candidate on the line or above."""
        return float(np.mean(self.stranger >= at))

    def misses(self, at: float, *, first: bool = True) -> float:
        """FNIR: share of the mated searches whose mate is below the line.

        Args:
            at: The line.
            first: The mate must also be the best candidate (rank 1); otherwise any rank does.
        """
        missed = self.mate < at
        return float(np.mean(missed | (self.rival > self.mate) if first else missed))

    def line(self, rate: float) -> float:
        """The lowest line that at most `rate` of the strangers' searches reach."""
        return line(self.stranger, rate)

    def misses_at(self, rate: float, *, draws: int = DRAWS) -> Interval:
        """FNIR at the line of an FPIR; people of both kinds are drawn again, and the line set."""
        mated = weights(self.mated_people, draws=draws)
        strange = weights(self.strange_people, draws=draws, seed=SEED + 1)
        beaten = self.rival > self.mate
        replicates = []
        for often, others in zip(mated, strange, strict=True):
            missed = beaten | (self.mate < line(np.repeat(self.stranger, others), rate))
            replicates.append((missed * often).sum() / max(1, often.sum()))
        return around(self.misses(self.line(rate)), np.array(replicates))

    def det(self, rates: Numbers) -> Numbers:
        """Misses at the lines of given FPIR."""
        return np.array([self.misses(self.line(rate)) for rate in rates])


def search(
    probes: Vectors, probe_people: People, gallery: Vectors, gallery_people: People
) -> Searches:
    """Compare every probe with a whole gallery.

    Args:
        probes: Shape (n, d), unit length.
        probe_people: Shape (n,). Whether a search is mated follows from the gallery.
        gallery: Shape (g, d), unit length.
        gallery_people: Shape (g,).
    """
    similarity = (probes @ gallery.T).astype(np.float64)
    same = probe_people[:, None] == gallery_people[None]
    mate = np.where(same, similarity, -np.inf).max(axis=1)
    rival = np.where(same, -np.inf, similarity).max(axis=1)
    mated = same.any(axis=1)
    return Searches(
        mate=mate[mated],
        rival=rival[mated],
        stranger=rival[~mated],
        mated_people=probe_people[mated],
        strange_people=probe_people[~mated],
    )


def pooled(parts: list[Searches]) -> Searches:
    """Searches of several galleries of one size as one."""
    names = [each.name for each in fields(Searches)]
    return Searches(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    )
