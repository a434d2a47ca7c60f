"""Identity embeddings: unit vectors that are only comparable within one contract."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CROP_SHAPE = (112, 112, 3)
"""Height, width and RGB channels of an aligned crop."""

UNIT_TOLERANCE = 1e-3
"""How far the length of a stored or searched vector may be from 1."""

Crops = NDArray[np.uint8]
"""Shape (n, 112, 112, 3), RGB."""

Vectors = NDArray[np.float32]
"""Shape (n, d), one row per face."""


@dataclass(frozen=True, slots=True)
class Embeddings:
    """A batch of unit vectors and the lengths they had before normalization."""

    unit: Vectors
    """Shape (n, d); every row has length 1."""

    magnitude: NDArray[np.float32]
    """Shape (n,), > 0; larger means a clearer face, on a scale of the contract."""


def normalize(raw: Vectors) -> Embeddings:
    """Split model outputs into direction (identity) and magnitude (clarity).

    Args:
        raw: Shape (n, d), float32, straight from the model. n may be 0.

    Returns:
        n embeddings, in the order of `raw`. `raw` itself is left alone.

    Raises:
        ValueError: A row is zero or not finite, so it has no direction. This is
            a broken model, not a bad photo: do not catch it.
    """
    magnitude = np.linalg.norm(raw, axis=1)
    broken = np.flatnonzero(~(np.isfinite(magnitude) & (magnitude > 0)))
    if broken.size:
        raise ValueError(f"rows without direction: {broken.tolist()}")
    return Embeddings(unit=raw / magnitude[:, None], magnitude=magnitude)
