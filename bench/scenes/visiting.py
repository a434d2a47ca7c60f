"""Visits of people whose crops are known: ten frames each, five a second, with a cheap camera.

How alike the frames of one visit are decides what another frame is worth, and crops cannot tell.
So there are both ends: one photo in all frames, or another one in each. Whoever stands before a
door is somewhere between.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from degradations import Crop
from degradations.blur import MOTION
from degradations.cause import chance, log_uniform
from degradations.sensor import sense
from evaluation.lfw import Pairs

FRAMES = 10
EVERY_MS = 200

ONE = "one photo in all frames"
OTHER = "another photo in each frame"
KINDS = (ONE, OTHER)

_LEAST = 5
"""Photos of a person who comes: fewer would come again and again."""

_ISO = log_uniform(400, 6400)
_MOVED_PX = log_uniform(2, 9)
_MOVED = 0.3
"""Share of the frames in which somebody moves."""

_TURN_DEG = 2.0
_SCALE = 0.02
_SHIFT_PX = 1.0
"""How far landmarks jump from frame to frame, standard deviations."""

_SEED = 71


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """Of n people before a camera, one after the other."""

    people: NDArray[np.int64]
    """Shape (n,)."""

    shown: NDArray[np.int64]
    """Shape (n, FRAMES): which photo each frame is made of."""

    crops: NDArray[np.uint8]
    """Shape (n * FRAMES, 112, 112, 3)."""


def visits(photos: Pairs, kind: str) -> Visits:
    """Everybody comes once for each of their photos.

    Args:
        photos: Of people; whoever has few does not come.
        kind: One of `KINDS`.
    """
    generator = np.random.default_rng(_SEED)
    people, shown, crops = [], [], []
    for row, person in enumerate(photos.people):
        others = np.flatnonzero(photos.people == person)
        if len(others) < _LEAST:
            continue
        others = others[others != row]
        after = [row] * (FRAMES - 1) if kind == ONE else generator.choice(others, FRAMES - 1)
        iso = _ISO(generator)
        people.append(person)
        shown.append([row, *after])
        crops += [frame(photos.crops[which], iso, generator) for which in shown[-1]]
    return Visits(people=np.array(people), shown=np.array(shown), crops=np.stack(crops))


def frame(crop: Crop, iso: float, generator: np.random.Generator) -> Crop:
    """A crop as a camera sees it once more."""
    turn, scale = generator.normal(0.0, _TURN_DEG), generator.normal(1.0, _SCALE)
    side = crop.shape[0]
    move = cv2.getRotationMatrix2D((side / 2, side / 2), turn, scale)
    move[:, 2] += generator.normal(0.0, _SHIFT_PX, 2).astype(move.dtype)
    seen: Crop = cv2.warpAffine(crop, move, (side, side), borderMode=cv2.BORDER_REPLICATE).astype(
        np.uint8, copy=False
    )
    if chance(generator, _MOVED):
        seen = MOTION.apply(seen, _MOVED_PX(generator), generator)
    return sense(seen, iso, generator)
