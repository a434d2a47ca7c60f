"""Probes against clean photos: who is found, and who should not be."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from evaluation.embedding import Vectors
from evaluation.measures.matching import FALSE_MATCH_RATE
from evaluation.scores import pair_scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """At the line of one false match in a thousand between clean photos."""

    fnmr: float
    """False non-match rate."""

    fmr: float
    """False match rate."""

    cosine: float
    """Mean of genuine comparisons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """Clean photos of some people, and the line that keeps them apart."""

    vectors: Vectors
    """Shape (n, d), unit length."""

    persons: NDArray[np.int64]
    """Shape (n,)."""

    photos: NDArray[np.int64]
    """Shape (n,): a number for each, so that no probe is compared with itself."""

    line: float = field(init=False)
    """Cosine that a comparison must reach."""

    def __post_init__(self) -> None:
        line = pair_scores(self.vectors, self.persons).threshold(FALSE_MATCH_RATE)
        object.__setattr__(self, "line", line)

    def match(
        self, probes: Vectors, persons: NDArray[np.int64], photos: NDArray[np.int64]
    ) -> Matched:
        """Compare every probe with every photo but its own.

        Args:
            probes: Shape (p, d), unit length.
            persons: Shape (p,): whose they are.
            photos: Shape (p,): which photo each was made of.
        """
        cosine = probes @ self.vectors.T
        same = persons[:, None] == self.persons[None]
        itself = photos[:, None] == self.photos[None]
        genuine, impostor = cosine[same & ~itself], cosine[~same]
        return Matched(
            fnmr=float((genuine < self.line).mean()),
            fmr=float((impostor >= self.line).mean()),
            cosine=float(genuine.mean()),
        )
