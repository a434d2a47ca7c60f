"""Quality scores: how useful a sample is for recognition, in [0, 1], higher is better."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray


class Band(Enum):
    """What to call a quality score. The value is its lower end, inclusive."""

    EXCELLENT = 0.80
    GOOD = 0.60
    FAIR = 0.40
    POOR = 0.30
    VERY_POOR = 0.0

    @classmethod
    def of(cls, score: float) -> "Band":
        """Name the band of a score in [0, 1]."""
        return next((band for band in cls if score >= band.value), cls.VERY_POOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How good one sample is, and what that was read from."""

    score: float
    """Range [0, 1]."""

    magnitude: float
    """Length of the vector before it was normalized. Range (0, inf)."""

    @property
    def band(self) -> Band:
        """The band of `score`."""
        return Band.of(self.score)


@dataclass(frozen=True, slots=True, kw_only=True)
class MagnitudeCalibration:
    """Quality from the embedding's magnitude alone, by logistic regression.

    ``score = 1 / (1 + exp((midpoint - magnitude) / width))`` estimates the chance
    that a comparison with a good sample of the same person clears the similarity of
    FMR 1e-3 (utility calibration). That the length of an embedding tracks quality:
    Meng et al., MagFace, CVPR 2021. `evaluation.magnitude` fits the two numbers.
    """

    midpoint: float
    """The magnitude at which a comparison is a coin toss."""

    width: float
    """How fast that changes. > 0."""

    def __post_init__(self) -> None:
        if self.width <= 0:
            raise ValueError(f"width must be positive, got {self.width}")

    def scores(self, magnitudes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Map magnitudes of shape (n,) to quality scores of shape (n,)."""
        # tanh is the logistic function without its overflow.
        half = np.tanh((magnitudes - self.midpoint) / (2 * self.width))
        result: NDArray[np.float32] = ((1 + half) / 2).astype(np.float32)
        return result
