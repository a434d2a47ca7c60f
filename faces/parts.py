"""Parts of a face that people have names for, and which of them a pattern hides."""

from enum import Enum
from functools import cache

import numpy as np
from numpy.typing import NDArray

from faces import patterns
from faces.embedding import CROP_SHAPE


class Part(Enum):
    """Parts of a face that have a name, sides being the person's own.

    The value is a box of the crop, left, top, right and bottom in pixels, and the share of it
    that a pattern must hide to hide the part.
    """

    RIGHT_EYE = (28, 43, 50, 60, 0.5)
    LEFT_EYE = (62, 43, 84, 60, 0.5)
    NOSE = (46, 55, 66, 80, 0.5)
    MOUTH = (38, 85, 74, 101, 0.5)
    RIGHT_HALF = (16, 8, 56, 100, 0.7)
    LEFT_HALF = (56, 8, 96, 100, 0.7)
    UPPER_HALF = (14, 8, 98, 60, 0.7)
    LOWER_HALF = (14, 62, 98, 112, 0.7)


EYES = frozenset({Part.RIGHT_EYE, Part.LEFT_EYE})
MOUTH_AND_NOSE = frozenset({Part.MOUTH, Part.NOSE})

_OPPOSITES = (
    frozenset({Part.RIGHT_HALF, Part.LEFT_HALF}),
    frozenset({Part.UPPER_HALF, Part.LOWER_HALF}),
)

_PHRASES = (
    (frozenset(Part), "whole face"),
    (EYES, "both eyes"),
    (frozenset({Part.RIGHT_EYE}), "right eye"),
    (frozenset({Part.LEFT_EYE}), "left eye"),
    (MOUTH_AND_NOSE, "mouth and nose"),
    (frozenset({Part.NOSE}), "nose"),
    (frozenset({Part.MOUTH}), "mouth"),
    (frozenset({Part.UPPER_HALF}), "upper half of the face"),
    (frozenset({Part.LOWER_HALF}), "lower half of the face"),
    (frozenset({Part.RIGHT_HALF}), "right half of the face"),
    (frozenset({Part.LEFT_HALF}), "left half of the face"),
)
"""What to call parts that are covered together; of those that overlap, the first."""


def names(parts: frozenset[Part]) -> list[str]:
    """Call parts by their names, features before halves, for example ``mouth and nose``."""
    found: list[str] = []
    left = set(parts)
    if left < set(Part):
        for pair in _OPPOSITES:
            # What hides both halves of a face, but not all of it, is in its middle.
            left -= pair if pair <= left else set()
    for wanted, name in _PHRASES:
        if wanted <= left:
            found.append(name)
            left -= wanted
    return found


@cache
def areas(grid: int) -> NDArray[np.float64]:
    """Share of the crop under each pattern; shape (p,)."""
    height, width, _ = CROP_SHAPE
    return _hidden(grid, (0, 0, width, height))


@cache
def covers(grid: int) -> NDArray[np.float64]:
    """Whether a pattern covers a part, 1 or 0; shape (p, parts)."""
    columns = [_hidden(grid, part.value[:4]) >= part.value[4] for part in Part]
    return np.stack(columns, axis=1).astype(np.float64)


def _hidden(grid: int, box: tuple[int, int, int, int]) -> NDArray[np.float64]:
    """Share of a box that each pattern hides; shape (p,)."""
    left, top, right, bottom = box
    edges = patterns.lines(grid)[patterns.rectangles(grid)]
    high = np.minimum(edges[:, 2], bottom) - np.maximum(edges[:, 0], top)
    wide = np.minimum(edges[:, 3], right) - np.maximum(edges[:, 1], left)
    shared = high.clip(min=0) * wide.clip(min=0)
    shares: NDArray[np.float64] = shared / ((right - left) * (bottom - top))
    return shares
