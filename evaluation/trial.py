"""A model before probes: mated pairs for what it misses, everybody else for false matches."""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.conditions import Condition
from evaluation.embedding import Vectors
from evaluation.lfw import Mated, Pairs
from evaluation.logistic import Numbers
from evaluation.measures import bootstrap, patterns
from evaluation.measures.bootstrap import Interval
from evaluation.measures.matching import line
from evaluation.measures.patterns import Named
from evaluation.memory import Memory, nobody
from evaluation.seen import Seen
from evaluation.subject import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Of one condition."""

    seen: Seen
    """The probes."""

    genuine: Numbers
    """Shape (n,): against the mated reference."""

    failed: NDArray[np.float64]
    """Shape (n,): 1 where that is below the line."""

    fnmr: Interval
    """False non-match rate at the line."""

    fmr: float
    """False match rate at the line, every probe against all references of other people."""

    named: Named | None
    """Patterns, where the model names them."""


class Trial:
    """One model, and what it makes of LFW's mated pairs with the second photo spoiled.

    The line is set once, on clean probes: the lowest that one of a thousand comparisons of
    different people reaches. Its millions of comparisons are all probes against all references,
    not the few hundred labelled ones.
    """

    def __init__(
        self,
        subject: Subject,
        photos: Pairs,
        mated: Mated,
        memory: Memory,
        advance: Callable[[int], None] = nobody,
    ) -> None:
        """Show the model all clean photos, and set the line.

        Args:
            subject: The model.
            photos: LFW.
            mated: What is compared.
            memory: Of outputs.
            advance: Hears of clean photos that were seen.
        """
        self.subject, self.photos, self.mated, self.memory = subject, photos, mated, memory
        self.clean: Seen = memory.see(subject, photos.crops, advance)
        self.line = line(self.others(self.clean.vectors[mated.probes]))

    def fewer(self, most: int) -> "Trial":
        """The same model and the same line, with fewer probes."""
        part = copy.copy(self)
        part.mated = self.mated.fewer(most)
        return part

    def unspoiled(self) -> Numbers:
        """Similarities of clean probes and their references."""
        return self.genuine(self.clean.vectors[self.mated.probes])

    def others(self, probes: Vectors) -> Numbers:
        """Similarities of probes and references of different people, as one row."""
        found = probes @ self.clean.vectors[self.mated.references].T
        people = self.mated.people
        strangers = people[:, None] != people[None]
        return np.asarray(found[strangers], dtype=np.float64)

    def run(
        self, condition: Condition, *, shot: int = 0, advance: Callable[[int], None] = nobody
    ) -> Result:
        """Spoil every probe and compare."""
        crops, masks = condition.spoil(self.photos.crops[self.mated.probes], shot=shot)
        seen = self.memory.see(self.subject, crops, advance)
        genuine = self.genuine(seen.vectors)
        failed = (genuine < self.line).astype(np.float64)
        named = None if seen.patterns is None else patterns.judge(seen.patterns, masks)
        return Result(
            seen=seen,
            genuine=genuine,
            failed=failed,
            fnmr=bootstrap.mean(failed, self.mated.people),
            fmr=float(np.mean(self.others(seen.vectors) >= self.line)),
            named=named,
        )

    def genuine(self, probes: Vectors) -> Numbers:
        """Similarity of each probe and its own reference."""
        own = self.clean.vectors[self.mated.references]
        return np.asarray((probes * own).sum(axis=1), dtype=np.float64)
