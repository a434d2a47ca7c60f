"""Quality scores: how useful a sample is for recognition, in [0, 1], higher is better."""

import math
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

    ``score = 1 / (1 + exp((midpoint - x) / width))``, with x the magnitude or its
    logarithm, estimates the chance that a comparison with a good sample of the same
    person clears the similarity of FMR 1e-3 (utility calibration). That the length
    of an embedding tracks quality: Meng et al., MagFace, CVPR 2021.
    `evaluation.magnitude` fits the numbers.
    """

    method: str
    """What x is: ``magnitude`` or ``log_magnitude``."""

    midpoint: float
    """The x at which a comparison is a coin toss."""

    width: float
    """How fast that changes. > 0."""

    def __post_init__(self) -> None:
        if self.method not in {"magnitude", "log_magnitude"}:
            raise ValueError(f"method must be magnitude or log_magnitude, got {self.method}")
        if not (math.isfinite(self.midpoint) and math.isfinite(self.width) and self.width > 0):
            raise ValueError(f"need a midpoint and a positive width, got {self}")

    def scores(self, magnitudes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Map magnitudes of shape (n,), > 0, to quality scores of shape (n,)."""
        wide = magnitudes.astype(np.float64)
        x = np.log(wide) if self.method == "log_magnitude" else wide
        # tanh is the logistic function without its overflow.
        half = np.tanh((x - self.midpoint) / (2 * self.width))
        result: NDArray[np.float32] = ((1 + half) / 2).astype(np.float32)
        return result
