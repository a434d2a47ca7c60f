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


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a quality score lies with 90 % confidence."""

    low: float
    """Range [0, 1], at most `high`."""

    high: float
    """Range [0, 1]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How good one sample is, and what that was read from."""

    score: float
    """Range [0, 1]."""

    magnitude: float
    """Length of the vector before it was normalized. Range (0, inf)."""

    uncertainty: float | None = None
    """What the model calls its uncertainty, range (0, inf); None if it has no word for it."""

    interval: Interval | None = None
    """How far `score` can be relied upon; None if the model cannot tell."""

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
        _require_curve(self.midpoint, self.width)

    def scores(self, magnitudes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Map magnitudes of shape (n,), > 0, to quality scores of shape (n,)."""
        wide = magnitudes.astype(np.float64)
        x = np.log(wide) if self.method == "log_magnitude" else wide
        return _logistic((x - self.midpoint) / self.width)


@dataclass(frozen=True, slots=True, kw_only=True)
class UncertaintyCalibration:
    """Quality from the uncertainty u that a model estimates itself, by logistic regression.

    ``score = 1 / (1 + exp((log u - midpoint) / width))``: the same chance as that of
    `MagnitudeCalibration`, read from random temperature scaling (Shang, Huang et al., AAAI 2023),
    where u is high for what the model does not know.
    """

    method: str
    """Always ``uncertainty``."""

    midpoint: float
    """The log u at which a comparison is a coin toss."""

    width: float
    """How fast that changes. > 0."""

    band: float
    """Half the width of the interval, in log u: 9 of 10 shots of one person under the same
    conditions have a log u within it. >= 0."""

    parity_midpoint: float | None = None
    """The same of a second curve: the one that follows the scores of source article 000 best.
    Kept beside the first to compare with; not served, for it is no probability."""

    parity_width: float | None = None
    """Comes with `parity_midpoint`. > 0."""

    def __post_init__(self) -> None:
        if self.method != "uncertainty":
            raise ValueError(f"method must be uncertainty, got {self.method}")
        _require_curve(self.midpoint, self.width)
        if not (math.isfinite(self.band) and self.band >= 0):
            raise ValueError(f"need a band that is not negative, got {self.band}")
        if self.parity_midpoint is not None or self.parity_width is not None:
            _require_curve(self.parity_midpoint, self.parity_width)

    def scores(self, uncertainties: NDArray[np.float32], *, off: float = 0) -> NDArray[np.float32]:
        """Map uncertainties of shape (n,), > 0, to quality scores of shape (n,).

        Args:
            uncertainties: As the model says.
            off: Added to each log u: ``band`` gives the low ends of intervals, ``-band`` the high.
        """
        x = np.log(uncertainties.astype(np.float64)) + off
        return _logistic((self.midpoint - x) / self.width)


def _require_curve(midpoint: float | None, width: float | None) -> None:
    numbers = (midpoint, width)
    if not (all(n is not None and math.isfinite(n) for n in numbers) and width and width > 0):
        raise ValueError(f"need a midpoint and a positive width, got {midpoint} and {width}")


def _logistic(x: NDArray[np.float64]) -> NDArray[np.float32]:
    # tanh is the logistic function without its overflow.
    result: NDArray[np.float32] = ((1 + np.tanh(x / 2)) / 2).astype(np.float32)
    return result
