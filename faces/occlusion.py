"""What covers a face: from the probabilities of patterns to words for people.

Probability is often spread over neighbouring patterns that mean the same thing. So it is asked of
each part of the face how likely it is covered by whatever pattern, not which pattern is likeliest.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faces import patterns
from faces.parts import Part, areas, covers, names

LEAST_CONFIDENCE = 0.6
"""Least probability that a part is covered, of which people are told."""

Logits = NDArray[np.float32]
"""Shape (n, p): one number a pattern of `faces.patterns`, p as for one of its grids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One rectangle of cells, and how likely it is the true one."""

    cells: tuple[int, int, int, int]
    """Top, left, bottom, right, the last two exclusive; all 0 if nothing is covered."""

    grid: int
    """Cells along a side of the crop."""

    probability: float
    """Range [0, 1]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occlusion:
    """What covers one face, as far as a model can tell."""

    share: float
    """Expected share of the crop that is covered. Range [0, 1]."""

    parts: frozenset[Part] = frozenset()
    """What is covered with at least `LEAST_CONFIDENCE`; empty if nothing is that sure."""

    pattern: Pattern | None = None
    """The likeliest pattern; None if nobody said."""

    @property
    def regions(self) -> tuple[str, ...]:
        """The parts in words, for example ``mouth and nose covered``, features before halves."""
        return tuple(f"{name} covered" for name in names(self.parts))


def read(logits: Logits) -> list[Occlusion]:
    """Turn what a model says of n crops into n occlusions.

    Raises:
        ValueError: The number of patterns is that of no grid, or a number is none. This is a
            broken model, not a bad photo: do not catch it.
    """
    grid = grid_of(logits.shape[1])
    if not np.isfinite(logits).all():
        raise ValueError("pattern logits that are no numbers")
    chances = _softmax(logits)
    table = patterns.rectangles(grid)
    shares, likely = chances @ areas(grid), chances @ covers(grid)
    best = chances.argmax(axis=1)
    return [
        Occlusion(
            share=float(shares[row]),
            parts=frozenset(
                part
                for part, chance in zip(Part, likely[row], strict=True)
                if chance >= LEAST_CONFIDENCE
            ),
            pattern=Pattern(
                cells=tuple(table[best[row]].tolist()),
                grid=grid,
                probability=float(chances[row, best[row]]),
            ),
        )
        for row in range(len(logits))
    ]


def grid_of(count: int) -> int:
    """Find the grid that has this many patterns.

    Raises:
        ValueError: There is none with up to 8 cells along a side.
    """
    for grid in range(1, 9):
        if (grid * (grid + 1) // 2) ** 2 + 1 == count:
            return grid
    raise ValueError(f"no grid has {count} patterns; one of 5 x 5 cells has 226")


def _softmax(logits: Logits) -> NDArray[np.float64]:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True), dtype=np.float64)
    chances: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return chances
