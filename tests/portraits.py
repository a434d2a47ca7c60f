"""Portraits for tests, drawn in code. None of them shows a person."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from faces.geometry import Points
from faces.measures import FRAME, REFERENCE, Component, Measure, Portrait

Pixels = NDArray[np.uint8]


def flat(*colour: int) -> Pixels:
    """One grey, or one colour; shape (*FRAME, 3)."""
    return np.broadcast_to(np.array(colour, dtype=np.uint8), (*FRAME, 3)).copy()


def drawing(seed: int = 7) -> Pixels:
    """Blocks of 16 px in many greys: edges in both directions."""
    coarse = np.random.default_rng(seed).integers(0, 256, (16, 16), dtype=np.uint8)
    fine = np.kron(coarse, np.ones((16, 16), dtype=np.uint8))[: FRAME[0], : FRAME[1]]
    return np.repeat(fine[..., None], 3, axis=2)


def portrait(pixels: Pixels, landmarks: Points = REFERENCE) -> Portrait:
    """A face that the picture shows all of."""
    return Portrait(pixels, np.ones(FRAME, dtype=np.bool_), landmarks)


def by_name(found: Iterable[Measure]) -> dict[Component, Measure]:
    """Measures by their component."""
    return {measure.component: measure for measure in found}
